#include "datasets/source.h"

#include "core/data/sha256.h"
#include "core/error.h"
#include "datasets/generated.h"
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

constexpr std::array<std::pair<DataKind, std::string_view>, 3> kindNames{{
    {DataKind::FashionMnist, "fashion-mnist"},
    {DataKind::Idx, "idx"},
    {DataKind::Generated, "generated"},
}};

void checkSpec(const DataSpec& spec)
{
    for (const auto& [name, limit] :
         {std::pair{"trainLimit", spec.trainLimit}, {"testLimit", spec.testLimit}})
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

std::string describe(const DatasetSummary& summary, const std::string& place, int train, int test)
{
    std::string text = place + ": " + countText(summary.trainCount, train) + " training and " +
                       countText(summary.testCount, test) + " test images of " +
                       std::to_string(summary.height) + " x " + std::to_string(summary.width);
    if (summary.channels != 1)
        text += " with " + std::to_string(summary.channels) + " channels";
    if (summary.classes > 0)
        text += ", " + std::to_string(summary.classes) + " classes";
    return text;
}

DatasetSummary summarizeFound(const DataSpec& spec)
{
    checkSpec(spec);
    DatasetSummary summary;
    summary.found = true;
    int train = spec.generatedTrain, test = spec.generatedTest;
    std::string place = "Generated from seed " + std::to_string(spec.generatedSeed);
    if (spec.kind == DataKind::Generated) {
        summary.height = summary.width = spec.generatedSide;
        summary.channels = 1;
        summary.classes = spec.generatedClasses;
    } else {
        const IdxFolder files = findIdxFolder(spec);
        const IdxFolderShape shape = readIdxFolderShape(files);
        place = files.folder.string();
        train = shape.train.count;
        test = shape.test.count;
        summary.height = shape.train.height;
        summary.width = shape.train.width;
        summary.channels = shape.train.channels;
        summary.classes = spec.kind == DataKind::FashionMnist ? fashionMnistClasses : 0;
    }
    summary.trainCount = limited(train, spec.trainLimit);
    summary.testCount = limited(test, spec.testLimit);
    summary.message = describe(summary, place, train, test);
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
    try {
        Dataset dataset = spec.kind == DataKind::Generated ? generateDataset(spec) : readIdxFolder(spec);
        applyLimit(dataset.train, spec.trainLimit);
        applyLimit(dataset.test, spec.testLimit);
        dataset.trainSha256 = checksum(dataset.train);
        dataset.testSha256 = checksum(dataset.test);
        return dataset;
    } catch (const std::bad_alloc&) {
        throw InputError("data: the data set does not fit into memory; a smaller one is needed");
    }
}

LabelledImages readSamples(const DataSpec& spec, int count)
{
    checkSpec(spec);
    return spec.kind == DataKind::Generated ? generateTrainingImages(spec, count)
                                            : readIdxSamples(spec, count);
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
