#include "experiments/report_pdf.h"

#include "experiments/pdf_page.h"

#include <algorithm>
#include <numeric>

namespace ternbench {

namespace {

constexpr double titleSize = 18.0, headingSize = 11.0, textSize = 8.5;
constexpr double narrowest = 40.0; ///< a column is not squeezed below this
constexpr double headAndTwoRows = 70.0;

std::vector<std::string> headingTexts(const ReportTable& table)
{
    std::vector<std::string> texts;
    for (const std::string& heading : table.headings)
        texts.push_back(heading.starts_with('>') ? heading.substr(1) : heading);
    return texts;
}

/// As wide as the widest cell; what is too much is taken from the widest columns, whose text then wraps.
std::vector<PdfFlow::Column> layOut(const ReportTable& table, const PdfFlow& pdf)
{
    std::vector<PdfFlow::Column> columns;
    for (const std::string& heading : table.headings) {
        const bool right = heading.starts_with('>');
        columns.push_back({pdf.textWidth(heading.substr(right ? 1 : 0), PdfFlow::Font::Bold), right});
    }
    for (const auto& row : table.rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            columns[i].width = std::max(columns[i].width, pdf.textWidth(row[i], PdfFlow::Font::Text));
    const auto excess = [&] {
        return std::accumulate(columns.begin(), columns.end(), -pdf.width(),
                               [](double sum, const PdfFlow::Column& column) { return sum + column.width; });
    };
    for (double left = excess(); left > 0.0; left = excess()) {
        const auto widest = std::ranges::max_element(columns, {}, &PdfFlow::Column::width);
        if (widest->width <= narrowest)
            break;
        widest->width = std::max(narrowest, widest->width - std::min(left, 10.0));
    }
    return columns;
}

void drawTable(PdfFlow& pdf, const ReportTable& table)
{
    const std::vector<PdfFlow::Column> columns = layOut(table, pdf);
    const std::vector<std::string> headings = headingTexts(table);
    double width = 0.0;
    for (const PdfFlow::Column& column : columns)
        width += column.width;
    const auto drawHeadings = [&] {
        pdf.row(columns, headings, PdfFlow::Font::Bold);
        pdf.rule(width);
    };
    pdf.keepTogether(headAndTwoRows);
    drawHeadings();
    for (const auto& row : table.rows) {
        if (pdf.keepTogether(pdf.rowHeight(columns, row, PdfFlow::Font::Text)))
            drawHeadings();
        pdf.row(columns, row, PdfFlow::Font::Text);
    }
}

} // namespace

std::string reportPdf(const ReportDocument& document)
{
    PdfFlow pdf(document.title);
    pdf.paragraph(document.title, PdfFlow::Font::Bold, titleSize, 0.0);
    pdf.paragraph(document.subtitle, PdfFlow::Font::Text, textSize, 2.0);
    for (const ReportSection& section : document.sections) {
        pdf.keepTogether(section.table.headings.empty() ? 3 * headingSize : headAndTwoRows + 3 * headingSize);
        pdf.paragraph(section.title, PdfFlow::Font::Bold, headingSize, headingSize);
        for (const std::string& paragraph : section.paragraphs)
            pdf.paragraph(paragraph, PdfFlow::Font::Text, textSize, 2.0);
        if (!section.table.headings.empty())
            drawTable(pdf, section.table);
    }
    return pdf.finish();
}

} // namespace ternbench
