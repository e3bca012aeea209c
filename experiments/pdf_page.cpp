#include "experiments/pdf_page.h"

#include "core/error.h"

#include <hpdf.h>

#include <algorithm>

namespace ternbench {

namespace {

constexpr float margin = 40.0F, tableSize = 8.0F, lineSpacing = 1.3F, cellGap = 10.0F, rowGap = 2.0F;
constexpr double rounding = 0.5; ///< of widths that are added up and compared

/// The standard fonts know Latin-1 (WinAnsi) alone.
std::string toLatin1(const std::string& utf8)
{
    std::string latin1;
    for (std::size_t i = 0; i < utf8.size(); ++i) {
        const auto byte = static_cast<unsigned char>(utf8[i]);
        if (byte < 0x80) {
            latin1 += byte < 0x20 ? ' ' : utf8[i];
        } else if ((byte == 0xC2 || byte == 0xC3) && i + 1 < utf8.size()) {
            latin1 += static_cast<char>((byte << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3F));
        } else if (byte >= 0xC0) {
            latin1 += '?'; // its continuation bytes are dropped
        }
    }
    return latin1;
}

} // namespace

struct PdfFlow::State
{
    HPDF_Doc document = nullptr;
    HPDF_Page page = nullptr;
    HPDF_Font fonts[2] = {};
    float y = 0.0F; ///< top of what comes next

    ~State()
    {
        if (document)
            HPDF_Free(document);
    }

    void newPage()
    {
        page = HPDF_AddPage(document);
        HPDF_Page_SetSize(page, HPDF_PAGE_SIZE_A4, HPDF_PAGE_LANDSCAPE);
        HPDF_Page_SetLineWidth(page, 0.4F);
        y = HPDF_Page_GetHeight(page) - margin;
    }

    float width() const { return HPDF_Page_GetWidth(page) - 2 * margin; }

    float measure(const std::string& latin1, Font font, float size) const
    {
        const auto length = HPDF_UINT(latin1.size());
        const auto* bytes = reinterpret_cast<const HPDF_BYTE*>(latin1.data());
        return float(HPDF_Font_TextWidth(fonts[int(font)], bytes, length).width) * size / 1000.0F;
    }

    std::vector<std::string> wrapped(const std::string& text, Font font, float size, float room) const
    {
        std::vector<std::string> lines{""};
        const std::string latin1 = toLatin1(text);
        for (std::size_t at = 0; at < latin1.size();) {
            const std::size_t end = std::min(latin1.find(' ', at), latin1.size());
            const std::string word = latin1.substr(at, end - at);
            const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
            if (lines.back().empty() || measure(longer, font, size) <= room)
                lines.back() = longer;
            else
                lines.push_back(word);
            at = end + 1;
        }
        return lines;
    }

    void show(const std::string& latin1, float x, float baseline, Font font, float size)
    {
        HPDF_Page_BeginText(page);
        HPDF_Page_SetFontAndSize(page, fonts[int(font)], size);
        HPDF_Page_TextOut(page, x, baseline, latin1.c_str());
        HPDF_Page_EndText(page);
    }
};

PdfFlow::PdfFlow(const std::string& title) : m_state(std::make_unique<State>())
{
    m_state->document = HPDF_New(nullptr, nullptr); // errors are kept and asked for in finish()
    if (!m_state->document)
        throw RunError("PDF: not enough memory");
    HPDF_SetInfoAttr(m_state->document, HPDF_INFO_TITLE, toLatin1(title).c_str());
    m_state->fonts[0] = HPDF_GetFont(m_state->document, "Helvetica", "WinAnsiEncoding");
    m_state->fonts[1] = HPDF_GetFont(m_state->document, "Helvetica-Bold", "WinAnsiEncoding");
    m_state->newPage();
}

PdfFlow::~PdfFlow() = default;

bool PdfFlow::keepTogether(double height)
{
    const bool full = m_state->y - float(height) < margin;
    if (full)
        m_state->newPage();
    return full;
}

void PdfFlow::paragraph(const std::string& text, Font font, double size, double spaceAbove)
{
    const auto points = float(size);
    m_state->y -= float(spaceAbove);
    for (const std::string& line : m_state->wrapped(text, font, points, m_state->width())) {
        keepTogether(points * lineSpacing);
        m_state->y -= points * lineSpacing;
        m_state->show(line, margin, m_state->y + points * 0.25F, font, points);
    }
}

double PdfFlow::rowHeight(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                          Font font) const
{
    std::size_t most = 1;
    for (std::size_t i = 0; i < cells.size(); ++i)
        most = std::max(
            most, m_state->wrapped(cells[i], font, tableSize, float(columns[i].width) - cellGap).size());
    return double(float(most) * tableSize * lineSpacing + rowGap);
}

void PdfFlow::row(const std::vector<Column>& columns, const std::vector<std::string>& cells, Font font)
{
    const double height = rowHeight(columns, cells, font);
    keepTogether(height);
    const float step = tableSize * lineSpacing;
    float x = margin;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        const float room = float(columns[i].width) - cellGap;
        float baseline = m_state->y - step + rowGap;
        for (const std::string& line : m_state->wrapped(cells[i], font, tableSize, room)) {
            const float spare = room - m_state->measure(line, font, tableSize);
            m_state->show(line, columns[i].right ? x + spare : x, baseline, font, tableSize);
            baseline -= step;
        }
        x += float(columns[i].width);
    }
    m_state->y -= float(height);
}

void PdfFlow::rule(double length)
{
    HPDF_Page_MoveTo(m_state->page, margin, m_state->y);
    HPDF_Page_LineTo(m_state->page, margin + float(length), m_state->y);
    HPDF_Page_Stroke(m_state->page);
    m_state->y -= 1.0F;
}

double PdfFlow::textWidth(const std::string& text, Font font) const
{
    return double(m_state->measure(toLatin1(text), font, tableSize) + cellGap) + rounding;
}

double PdfFlow::width() const
{
    return double(m_state->width());
}

std::string PdfFlow::finish()
{
    HPDF_SaveToStream(m_state->document);
    if (const HPDF_STATUS error = HPDF_GetError(m_state->document); error != HPDF_OK)
        throw RunError("PDF: libharu reports error " + std::to_string(error));
    std::string bytes(HPDF_GetStreamSize(m_state->document), '\0');
    auto size = HPDF_UINT32(bytes.size());
    HPDF_ResetStream(m_state->document);
    HPDF_ReadFromStream(m_state->document, reinterpret_cast<HPDF_BYTE*>(bytes.data()), &size);
    bytes.resize(size);
    return bytes;
}

} // namespace ternbench
