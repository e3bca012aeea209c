#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// Labelled 8-bit images, kept as the bytes of the file: 4 times smaller than float, and what the hardware
/// reads.
struct LabelledImages
{
    int count = 0;
    int inputs = 0;                   ///< values per image
    std::vector<std::uint8_t> pixels; ///< (count, inputs), row-major
    std::vector<std::uint8_t> labels; ///< (count), each below the number of classes
};
} // namespace ternbench
