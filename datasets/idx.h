#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

/// Reader of IDX files, the format of MNIST and its likes (http://yann.lecun.com/exdb/mnist), plain or
/// compressed with gzip. A file is a big-endian header and then the values:
///
///     bytes 0-1   zero
///     byte  2     type of the values: 0x08 is an unsigned byte, the only one read here
///     byte  3     number of dimensions
///     4 bytes     each dimension, the number of items first
///     values      row-major, to the end of the file
///
/// Everything here throws InputError naming the file, what was found and what is allowed: for files that
/// are missing, damaged, too short, too long, or not what they are taken for. A header is never trusted: no
/// memory is taken for data that the file cannot hold.
namespace ternbench {

/// Images are 0x00000803 (count, height, width) or 0x00000804 (count, height, width, channels).
struct IdxImageShape
{
    int count = 0;
    int height = 0, width = 0, channels = 1;

    int inputs() const { return height * width * channels; }
    bool operator==(const IdxImageShape&) const = default;
};

struct IdxImages
{
    IdxImageShape shape;
    std::vector<std::uint8_t> pixels; ///< (count, height, width, channels), row-major
};

inline constexpr int maxIdxSide = 4096;                              ///< largest height and width
inline constexpr int maxIdxChannels = 64;                            ///< largest number of channels
inline constexpr std::uint64_t maxIdxBytes = std::uint64_t{1} << 32; ///< largest set held in memory: 4 GiB

/// Reads the header of an image file only.
IdxImageShape readIdxImageShape(const std::filesystem::path& file);

/// Reads and checks the whole file.
IdxImages readIdxImages(const std::filesystem::path& file);

/// Reads the first `count` images, or all if there are fewer; what follows is neither read nor checked.
IdxImages readFirstIdxImages(const std::filesystem::path& file, int count);

/// Reads the header of a label file (0x00000801) only: the number of labels.
int readIdxLabelCount(const std::filesystem::path& file);

/// Reads and checks the whole label file.
std::vector<std::uint8_t> readIdxLabels(const std::filesystem::path& file);

/// Reads the first `count` labels, or all if there are fewer.
std::vector<std::uint8_t> readFirstIdxLabels(const std::filesystem::path& file, int count);

} // namespace ternbench
