#include "datasets/idx.h"

#include "datasets/byte_reader.h"
#include "datasets/text.h"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>
#include <string>

namespace ternbench {
namespace {

using text::counted;
using text::hexWord;
using text::withThousands;

constexpr std::uint32_t labelMagic = 0x00000801;
constexpr std::uint32_t imageMagic = 0x00000803;
constexpr std::uint32_t channelImageMagic = 0x00000804;

// Memory grows in steps of what has really been read, so that a false header costs at most this much.
constexpr std::size_t firstStep = std::size_t{16} << 20;

std::uint32_t readWord(ByteReader& reader)
{
    std::array<std::uint8_t, 4> bytes{};
    const std::size_t got = reader.read(bytes.data(), bytes.size());
    if (got != bytes.size())
        reader.fail("ends inside the IDX header: the file is truncated");
    std::uint32_t word = 0;
    for (const std::uint8_t byte : bytes)
        word = word << 8 | byte;
    return word;
}

std::string typeName(std::uint32_t type)
{
    switch (type) {
    case 0x08:
        return "unsigned bytes";
    case 0x09:
        return "signed bytes";
    case 0x0B:
        return "16-bit integers";
    case 0x0C:
        return "32-bit integers";
    case 0x0D:
        return "32-bit floats";
    case 0x0E:
        return "64-bit floats";
    default:
        return {};
    }
}

/// What a magic number stands for, for a message about a file that is not what was asked for.
std::string magicMeaning(std::uint32_t magic)
{
    const std::uint32_t type = magic >> 8;
    const std::uint32_t dimensions = magic & 0xFF;
    if (magic == labelMagic)
        return "which is a file of labels";
    if (magic == imageMagic || magic == channelImageMagic)
        return "which is a file of images";
    if (magic >> 16 == 0x1F8B)
        return "which is gzip data compressed a second time";
    if (typeName(type).empty())
        return "which is not an IDX file of bytes";
    return "which is IDX with " + counted(dimensions, "dimension") + " of " + typeName(type);
}

[[noreturn]] void failMagic(const ByteReader& reader, std::uint32_t magic, const std::string& wanted)
{
    reader.fail("starts with " + hexWord(magic) + ", " + magicMeaning(magic) + "; " + wanted + " is needed");
}

int readDimension(ByteReader& reader, const std::string& name, std::uint32_t most)
{
    const std::uint32_t value = readWord(reader);
    if (value < 1 || value > most)
        reader.fail("the header says " + name + " " + withThousands(value) + "; 1.." + withThousands(most) +
                    " is allowed");
    return static_cast<int>(value);
}

/// Refuses a header that promises more than the file can hold or more than is held in memory.
void checkTotal(const ByteReader& reader, std::uint64_t headerBytes, std::uint64_t dataBytes)
{
    if (dataBytes > reader.mostBytes() || headerBytes + dataBytes > reader.mostBytes())
        reader.fail("the header says " + withThousands(dataBytes) +
                    " bytes of data, which a file of this size cannot hold: "
                    "the file is truncated or its header is wrong");
    if (dataBytes > maxIdxBytes)
        reader.fail("the header says " + withThousands(dataBytes) + " bytes of data; at most " +
                    withThousands(maxIdxBytes) + " are allowed");
}

constexpr auto mostItems = static_cast<std::uint32_t>(std::numeric_limits<int>::max());

IdxImageShape readImageHeader(ByteReader& reader)
{
    const std::uint32_t magic = readWord(reader);
    if (magic != imageMagic && magic != channelImageMagic)
        failMagic(reader, magic, "0x00000803 (images of unsigned bytes)");
    IdxImageShape shape;
    shape.count = readDimension(reader, "image count", mostItems);
    shape.height = readDimension(reader, "height", maxIdxSide);
    shape.width = readDimension(reader, "width", maxIdxSide);
    if (magic == channelImageMagic)
        shape.channels = readDimension(reader, "channels", maxIdxChannels);
    // At most 2^31 · 2^12 · 2^12 · 2^6 = 2^61: the product cannot overflow.
    checkTotal(reader, 4 + 4 * (magic & 0xFF),
               static_cast<std::uint64_t>(shape.count) * static_cast<std::uint64_t>(shape.inputs()));
    return shape;
}

int readLabelHeader(ByteReader& reader)
{
    const std::uint32_t magic = readWord(reader);
    if (magic != labelMagic)
        failMagic(reader, magic, "0x00000801 (labels of unsigned bytes)");
    const int count = readDimension(reader, "label count", mostItems);
    checkTotal(reader, 8, static_cast<std::uint64_t>(count));
    return count;
}

std::vector<std::uint8_t> readData(ByteReader& reader, std::size_t size)
{
    std::vector<std::uint8_t> data;
    while (data.size() < size) {
        const std::size_t start = data.size();
        data.resize(std::min(size, std::max(firstStep, 2 * start)));
        const std::size_t got = reader.read(data.data() + start, data.size() - start);
        if (got != data.size() - start)
            reader.fail("holds " + withThousands(start + got) + " bytes of data, the header says " +
                        withThousands(size) + ": the file is truncated");
    }
    return data;
}

void checkEnd(ByteReader& reader, std::size_t size)
{
    if (!reader.atEnd())
        reader.fail("goes on after the " + withThousands(size) + " bytes of data that the header says");
}

/// All images with a limit of nothing, which also checks that the file ends there.
IdxImages readImages(const std::filesystem::path& file, std::optional<int> limit)
{
    ByteReader reader(file);
    IdxImages images;
    images.shape = readImageHeader(reader);
    if (limit)
        images.shape.count = std::clamp(*limit, 0, images.shape.count);
    const auto size =
        static_cast<std::size_t>(images.shape.count) * static_cast<std::size_t>(images.shape.inputs());
    images.pixels = readData(reader, size);
    if (!limit)
        checkEnd(reader, size);
    return images;
}

std::vector<std::uint8_t> readLabels(const std::filesystem::path& file, std::optional<int> limit)
{
    ByteReader reader(file);
    const int count = readLabelHeader(reader);
    const auto size = static_cast<std::size_t>(limit ? std::clamp(*limit, 0, count) : count);
    std::vector<std::uint8_t> labels = readData(reader, size);
    if (!limit)
        checkEnd(reader, size);
    return labels;
}

} // namespace

IdxImageShape readIdxImageShape(const std::filesystem::path& file)
{
    ByteReader reader(file);
    return readImageHeader(reader);
}

IdxImages readIdxImages(const std::filesystem::path& file)
{
    return readImages(file, std::nullopt);
}

IdxImages readFirstIdxImages(const std::filesystem::path& file, int count)
{
    return readImages(file, count);
}

int readIdxLabelCount(const std::filesystem::path& file)
{
    ByteReader reader(file);
    return readLabelHeader(reader);
}

std::vector<std::uint8_t> readIdxLabels(const std::filesystem::path& file)
{
    return readLabels(file, std::nullopt);
}

std::vector<std::uint8_t> readFirstIdxLabels(const std::filesystem::path& file, int count)
{
    return readLabels(file, count);
}

} // namespace ternbench
