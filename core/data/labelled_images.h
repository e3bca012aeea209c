#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ternbench {

/// Labelled 8-bit images, kept as the bytes of the file: 4 times smaller than float, and what the hardware
/// reads. The values of an image are (height, width, channels), channels last: what lies at one pixel lies
/// together. Readers of files that store planes (CIFAR-10) transpose.
struct LabelledImages
{
    int count = 0;
    int inputs = 0;                          ///< values per image: height * width * channels
    int height = 1, width = 0, channels = 1; ///< values without spatial order: 1 x inputs x 1
    std::vector<std::uint8_t> pixels;        ///< (count, height, width, channels), row-major
    std::vector<std::uint8_t> labels;        ///< (count), each below the number of classes
};

/// `count` images of (height, width, channels) whose pixels and labels are yet to be filled.
inline LabelledImages emptyImages(int count, int height, int width, int channels)
{
    return {count, height * width * channels, height, width, channels, {}, {}};
}

/// The same for values without spatial order.
inline LabelledImages emptyVectors(int count, int inputs)
{
    return emptyImages(count, 1, inputs, 1);
}

} // namespace ternbench
