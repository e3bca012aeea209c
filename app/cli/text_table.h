#pragma once

#include "experiments/number_text.h"

#include <string>
#include <vector>

namespace ternbench {

/// Columns of text under a heading, as wide as their widest cell.
class TextTable
{
public:
    /// A heading that begins with '>' aligns its column to the right.
    explicit TextTable(std::vector<std::string> headings);
    /// Missing cells are empty.
    void add(std::vector<std::string> cells);
    /// The lines, joined by line ends, without trailing blanks.
    std::string toString() const;

private:
    std::vector<bool> m_right;
    std::vector<std::vector<std::string>> m_rows;
};

/// "41 s", "3:07", "1:02:03".
std::string durationText(double seconds);

} // namespace ternbench
