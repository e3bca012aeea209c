#include "datasets/hdf5_set.h"
#include "tests/fuzz/dataset_seeds.h"
#include "tests/fuzz/edit_program.h"
#include "tests/fuzz/hdf5_file.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"

#include <algorithm>
#include <array>

namespace ternbench::fuzz {

namespace {

void checkPart(const LabelledImages& images, int count, const Hdf5Shape& shape)
{
    if (images.count != count || images.height != shape.height || images.width != shape.width ||
        images.channels != shape.channels || images.inputs != shape.height * shape.width * shape.channels)
        throw Defect("images of another shape than the file says");
    if (images.labels.size() != std::size_t(count) ||
        images.pixels.size() != std::size_t(count) * std::size_t(images.inputs))
        throw Defect("the number of pixels or labels does not fit the shape");
}

void checkSet(const Dataset& data, const Hdf5Shape& shape)
{
    checkPart(data.train, shape.train, shape);
    checkPart(data.test, shape.test, shape);
    if (data.byteMap.has_value() != shape.floats)
        throw Defect("a map to bytes without floats, or floats without");
    for (const LabelledImages* part : {&data.train, &data.test})
        if (std::ranges::any_of(part->labels, [&](int label) { return label >= data.classes(); }))
            throw Defect("a label beyond the classes");
}

void readSet(const std::filesystem::path& path)
{
    DataSpec spec;
    spec.kind = DataKind::Hdf5;
    spec.folder = path.string();
    Hdf5Shape shape;
    Dataset data;
    const bool known = accepted([&] { shape = readHdf5Shape(spec); });
    const bool whole = accepted([&] { checkSet(data = readHdf5Set(spec), shape); });
    if (whole && !known)
        throw Defect("a set was read whose shape was refused");
    constexpr int samples = 3;
    const bool some = accepted([&] {
        const LabelledImages first = readHdf5Samples(spec, samples);
        checkPart(first, std::min(samples, shape.train), shape);
        if (whole && !std::equal(first.pixels.begin(), first.pixels.end(), data.train.pixels.begin()))
            throw Defect("the first images are others than those of the whole set");
    });
    if (whole && !some)
        throw Defect("the first images of a set that was read were refused");
    checkNothingOpen();
}

constexpr std::array allSeeds{SetSeed::Bytes, SetSeed::Colours, SetSeed::BigEndian, SetSeed::HalfFloats};

} // namespace

void runHdf5Set(Bytes input)
{
    static const std::array edits{
        EditProgram(smallSetFile(allSeeds[0])), EditProgram(smallSetFile(allSeeds[1])),
        EditProgram(smallSetFile(allSeeds[2])), EditProgram(smallSetFile(allSeeds[3]))};
    const std::size_t choice = input.empty() ? 0 : input.front() % edits.size();
    readSet(fileWith(bytesOf(edits[choice].apply(withoutFirst(input)))).path());
}

std::vector<std::string> hdf5SetSeeds()
{
    return programsFor({0, 1, 2, 3});
}

void runHdf5SetBytes(Bytes input)
{
    readSet(fileWith(input).path());
}

std::vector<std::string> hdf5SetBytesSeeds()
{
    std::vector<std::string> seeds;
    for (const SetSeed seed : allSeeds)
        seeds.push_back(smallSetFile(seed));
    return seeds;
}

} // namespace ternbench::fuzz
