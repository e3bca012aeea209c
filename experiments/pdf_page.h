#pragma once

#include <memory>
#include <string>
#include <vector>

namespace ternbench {

/// Flows text and tables over the pages of a PDF: a thin layer over libharu. Lengths are in points (1/72
/// inch).
class PdfFlow
{
public:
    enum class Font { Text, Bold };

    explicit PdfFlow(const std::string& title);
    ~PdfFlow();
    PdfFlow(const PdfFlow&) = delete;
    PdfFlow& operator=(const PdfFlow&) = delete;

    /// Wraps `text` (UTF-8) at the page's width.
    void paragraph(const std::string& text, Font font, double size, double spaceAbove);
    /// Starts a new page unless `height` fits on this one; whether it did.
    bool keepTogether(double height);

    struct Column
    {
        double width = 0.0;
        bool right = false;
    };
    /// Height of a row, each of whose cells is wrapped within its column.
    double rowHeight(const std::vector<Column>& columns, const std::vector<std::string>& cells,
                     Font font) const;
    /// One row, kept on one page.
    void row(const std::vector<Column>& columns, const std::vector<std::string>& cells, Font font);
    /// A line from the left margin.
    void rule(double length);

    double textWidth(const std::string& text, Font font) const; ///< at the size of tables
    double width() const;                                       ///< of the printable area

    /// The file. Throws RunError where anything failed on the way.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> m_state;
};

} // namespace ternbench
