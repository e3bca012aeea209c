#pragma once

#include <cstdint>
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

/// "1,234,567"
std::string withThousands(std::uint64_t value);
/// `value` with so many digits after the point.
std::string fixed(double value, int digits);
/// A share as "9.71 %".
std::string percent(double share);
/// "41 s", "3:07", "1:02:03".
std::string durationText(double seconds);

} // namespace ternbench
