#include "datasets/idx.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"

#include <zlib.h>

namespace ternbench::fuzz {

namespace {

std::string word(std::uint32_t value)
{
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8)
        bytes.push_back(char(value >> shift & 0xFF));
    return bytes;
}

std::string idx(const std::vector<std::uint32_t>& header, std::size_t values)
{
    std::string bytes;
    for (const std::uint32_t each : header)
        bytes += word(each);
    for (std::size_t i = 0; i < values; ++i)
        bytes.push_back(char(i % 7));
    return bytes;
}

std::string gzipped(std::string bytes)
{
    z_stream stream{};
    constexpr int gzipFormat = MAX_WBITS + 16;
    deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzipFormat, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, uLong(bytes.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = uInt(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = uInt(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

void checkImages(const IdxImages& images)
{
    if (images.pixels.size() != std::size_t(images.shape.count) * std::size_t(images.shape.inputs()))
        throw Defect("the number of pixels does not fit the shape");
}

} // namespace

void runIdx(Bytes input)
{
    static MemoryFile file;
    file.write(input);
    accepted([&] { readIdxImageShape(file.path()); });
    accepted([&] { checkImages(readIdxImages(file.path())); });
    accepted([&] { checkImages(readFirstIdxImages(file.path(), 3)); });
    accepted([&] { readIdxLabelCount(file.path()); });
    accepted([&] { readIdxLabels(file.path()); });
    accepted([&] { readFirstIdxLabels(file.path(), 3); });
}

std::vector<std::string> idxSeeds()
{
    const std::string images = idx({0x803, 4, 3, 5}, 60);
    const std::string colours = idx({0x804, 2, 2, 2, 3}, 24);
    const std::string labels = idx({0x801, 20}, 20);
    return {images,          colours,         labels,
            gzipped(images), gzipped(labels), gzipped(idx({0x803, 64, 32, 32}, 65536))};
}

} // namespace ternbench::fuzz
