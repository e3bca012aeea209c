#include "datasets/idx.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"
#include "tests/gzipped.h"

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
    return {images,
            colours,
            labels,
            test::gzipped(images),
            test::gzipped(labels),
            test::gzipped(idx({0x803, 64, 32, 32}, 65536))};
}

} // namespace ternbench::fuzz
