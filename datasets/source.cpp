#include "datasets/source.h"

#include "core/data/sha256.h"
#include "core/error.h"
#include "datasets/cifar10.h"
#include "datasets/generated.h"
#include "datasets/hdf5_set.h"
#include "datasets/idx_folder.h"
#include "datasets/text.h"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <span>
#include <utility>

namespace ternbench {
namespace {

using text::withThousands;

constexpr std::array<std::pair<DataKind, std::string_view>, 5> kindNames{{
    {DataKind::FashionMnist, "fashion-mnist"},
    {DataKind::Idx, "idx"},
    {DataKind::Cifar10, "cifar-10"},
    {DataKind::Hdf5, "hdf5"},
    {DataKind::Generated, "generated"},
}};

void checkSpec(const DataSpec& spec)
{
    for (const auto& [name, limit] :
         {std::pair{"train_limit", spec.trainLimit}, {"test_limit", spec.testLimit}})
        if (limit < 0)
            throw InputError(std::string("data.") + name + ": " + std::to_string(limit) +
                             " is not allowed: must be 0 (all) or more");
    if (spec.kind == DataKind::Generated)
        if (const std::string problem = generatedProblem(spec); !problem.empty())
            throw InputError("data." + problem);
}

int limited(int count, int limit)
{
    return limit > 0 ? std::min(count, limit) : count;
}

void applyLimit(LabelledImages& images, int limit)
{
    images.count = limited(images.count, limit);
    images.pixels.resize(static_cast<std::size_t>(images.count) * static_cast<std::size_t>(images.inputs));
    images.pixels.shrink_to_fit();
    images.labels.resize(static_cast<std::size_t>(images.count));
}

std::string checksum(const LabelledImages& images)
{
    Sha256 digest;
    digest.update(std::as_bytes(std::span(images.pixels)));
    digest.update(std::as_bytes(std::span(images.labels)));
    return digest.hex();
}

/// "the first 1,000 of 60,000" or "60,000".
std::string countText(int used, int available)
{
    std::string all = withThousands(static_cast<std::uint64_t>(available));
    if (used == available)
        return all;
    return "the first " + withThousands(static_cast<std::uint64_t>(used)) + " of " + all;
}

/// What headers say, before any limit.
struct Available
{
    std::string place;
    int train = 0, test = 0;
    int height = 0, width = 0, channels = 1;
    int classes = 0;    ///< 0: only the labels say
    std::string remark; ///< more to know, or empty
};

Available generatedSet(const DataSpec& spec)
{
    return {"Generated from seed " + std::to_string(spec.generatedSeed),
            spec.generatedTrain,
            spec.generatedTest,
            spec.generatedSide,
            spec.generatedSide,
            1,
            spec.generatedClasses,
            {}};
}

Available idxSet(const DataSpec& spec)
{
    const IdxFolder files = findIdxFolder(spec);
    const IdxFolderShape shape = readIdxFolderShape(files);
    const IdxImageShape& train = shape.train;
    return {files.folder.string(),
            train.count,
            shape.test.count,
            train.height,
            train.width,
            train.channels,
            spec.kind == DataKind::FashionMnist ? fashionMnistClasses : 0,
            {}};
}

Available cifar10Set(const DataSpec& spec)
{
    const Cifar10Files files = findCifar10(spec);
    const Cifar10Counts counts = countCifar10(files);
    return {files.folder.string(), counts.train,    counts.test,    cifar10Side,
            cifar10Side,           cifar10Channels, cifar10Classes, {}};
}

Available hdf5Set(const DataSpec& spec)
{
    const Hdf5Shape shape = readHdf5Shape(spec);
    return {spec.folder,
            shape.train,
            shape.test,
            shape.height,
            shape.width,
            shape.channels,
            0,
            shape.floats ? shape.typeName + ", brought to 8 bits by the range of the training images" : ""};
}

Available lookUp(const DataSpec& spec)
{
    switch (spec.kind) {
    case DataKind::Generated:
        return generatedSet(spec);
    case DataKind::Cifar10:
        return cifar10Set(spec);
    case DataKind::Hdf5:
        return hdf5Set(spec);
    default:
        return idxSet(spec);
    }
}

std::string sizeText(const Available& data)
{
    if (data.height == 1 && data.channels == 1)
        return std::to_string(data.width) + " values";
    std::string text = std::to_string(data.height) + " x " + std::to_string(data.width);
    if (data.channels != 1)
        text += " with " + std::to_string(data.channels) + " channels";
    return text;
}

std::string describe(const DatasetSummary& summary, const Available& data)
{
    std::string text = data.place + ": " + countText(summary.trainCount, data.train) + " training and " +
                       countText(summary.testCount, data.test) + " test images of " + sizeText(data);
    if (data.classes > 0)
        text += ", " + std::to_string(data.classes) + " classes";
    if (!data.remark.empty())
        text += " (" + data.remark + ")";
    return text;
}

/// What `read` gives. Its refusals begin with the field that names what cannot be read.
template <class Read>
auto fromFolder(const Read& read)
{
    constexpr std::string_view field = "data.folder: ";
    try {
        return read();
    } catch (const InputError& error) {
        const std::string what = error.what();
        throw InputError(what.starts_with(field) ? what : std::string(field) + what);
    }
}

Dataset readWhole(const DataSpec& spec)
{
    switch (spec.kind) {
    case DataKind::Generated:
        return generateDataset(spec);
    case DataKind::Cifar10:
        return readCifar10(spec);
    case DataKind::Hdf5:
        return readHdf5Set(spec);
    default:
        return readIdxFolder(spec);
    }
}

LabelledImages readFirst(const DataSpec& spec, int count)
{
    switch (spec.kind) {
    case DataKind::Generated:
        return generateTrainingImages(spec, count);
    case DataKind::Cifar10:
        return readCifar10Samples(spec, count);
    case DataKind::Hdf5:
        return readHdf5Samples(spec, count);
    default:
        return readIdxSamples(spec, count);
    }
}

/// What `read` gives; memory that does not suffice is a mistake of the user's, like any other.
template <class Read>
auto withinMemory(const Read& read)
{
    try {
        return read();
    } catch (const std::bad_alloc&) {
        throw InputError("data: the data set does not fit into memory; a smaller one is needed");
    }
}

DatasetSummary summarizeFound(const DataSpec& spec)
{
    checkSpec(spec);
    const Available data = fromFolder([&] { return lookUp(spec); });
    DatasetSummary summary;
    summary.found = true;
    summary.height = data.height;
    summary.width = data.width;
    summary.channels = data.channels;
    summary.classes = data.classes;
    summary.trainCount = limited(data.train, spec.trainLimit);
    summary.testCount = limited(data.test, spec.testLimit);
    summary.message = describe(summary, data);
    return summary;
}

} // namespace

std::string_view dataKindName(DataKind kind)
{
    return std::ranges::find(kindNames, kind, [](const auto& entry) { return entry.first; })->second;
}

std::optional<DataKind> dataKindFromName(std::string_view name)
{
    const auto* const entry =
        std::ranges::find(kindNames, name, [](const auto& known) { return known.second; });
    return entry == kindNames.end() ? std::nullopt : std::optional(entry->first);
}

Dataset loadDataset(const DataSpec& spec)
{
    checkSpec(spec);
    return withinMemory([&] {
        Dataset dataset = fromFolder([&] { return readWhole(spec); });
        applyLimit(dataset.train, spec.trainLimit);
        applyLimit(dataset.test, spec.testLimit);
        dataset.trainSha256 = checksum(dataset.train);
        dataset.testSha256 = checksum(dataset.test);
        return dataset;
    });
}

LabelledImages readSamples(const DataSpec& spec, int count)
{
    checkSpec(spec);
    return withinMemory([&] { return fromFolder([&] { return readFirst(spec, count); }); });
}

DatasetSummary describeDataset(const DataSpec& spec)
{
    try {
        return summarizeFound(spec);
    } catch (const std::exception& error) {
        DatasetSummary summary;
        summary.message = error.what();
        return summary;
    }
}

} // namespace ternbench
