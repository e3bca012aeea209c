#include "app/cli/text_table.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

TextTable::TextTable(std::vector<std::string> headings)
{
    for (std::string& heading : headings) {
        m_right.push_back(heading.starts_with('>'));
        if (m_right.back())
            heading.erase(0, 1);
    }
    m_rows.push_back(std::move(headings));
}

void TextTable::add(std::vector<std::string> cells)
{
    cells.resize(m_right.size());
    m_rows.push_back(std::move(cells));
}

std::string TextTable::toString() const
{
    std::vector<std::size_t> widths(m_right.size());
    for (const auto& row : m_rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], row[i].size());
    std::string text;
    for (const auto& row : m_rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string blanks(widths[i] - row[i].size(), ' ');
            line += (i > 0 ? "  " : "") + (m_right[i] ? blanks + row[i] : row[i] + blanks);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += (text.empty() ? "" : "\n") + line;
    }
    return text;
}

std::string durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0.0 || seconds > 1e9)
        return "unknown";
    const auto total = std::llround(seconds);
    if (total < 60)
        return std::to_string(total) + " s";
    const auto twoDigits = [](long long number) { return (number < 10 ? "0" : "") + std::to_string(number); };
    const auto minutes = total / 60;
    if (minutes < 60)
        return std::to_string(minutes) + ":" + twoDigits(total % 60);
    return std::to_string(minutes / 60) + ":" + twoDigits(minutes % 60) + ":" + twoDigits(total % 60);
}

} // namespace ternbench
