#include "datasets/generated.h"

#include "datasets/seed_stream.h"
#include "datasets/text.h"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <utility>

namespace ternbench {
namespace {

constexpr int templatesPerClass = 2;
constexpr int cells = 4; // grid cells across a template: how smooth it is

enum class Stream : std::uint64_t { Templates, Train, TrainOrder, Test, TestOrder };

SeedStream streamFor(const DataSpec& spec, Stream stream, std::uint64_t index)
{
    return SeedStream(spec.generatedSeed, static_cast<std::uint64_t>(stream), index);
}

/// A smooth pattern of (side, side) values in about -128..127, wide enough to cut shifted images from.
struct Template
{
    int side = 0;
    std::vector<int> values;

    int at(int y, int x) const
    {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) +
                      static_cast<std::size_t>(x)];
    }
};

int shiftRange(int side)
{
    return std::max(1, side / 8);
}

/// Random values at the nodes of a coarse grid, bilinear between them in units of 1/256 cell.
Template makeTemplate(SeedStream random, int imageSide)
{
    constexpr std::size_t nodes = cells + 1;
    std::vector<int> grid(nodes * nodes);
    for (int& value : grid)
        value = random.below(256) - 128;
    const auto node = [&grid](int y, int x) {
        return grid[static_cast<std::size_t>(y) * nodes + static_cast<std::size_t>(x)];
    };

    Template result;
    result.side = imageSide + 2 * shiftRange(imageSide);
    for (int y = 0; y < result.side; ++y) {
        const int v = y * cells * 256 / result.side;
        const int row = v / 256, dy = v % 256;
        for (int x = 0; x < result.side; ++x) {
            const int u = x * cells * 256 / result.side;
            const int column = u / 256, dx = u % 256;
            const int top = node(row, column) * (256 - dx) + node(row, column + 1) * dx;
            const int bottom = node(row + 1, column) * (256 - dx) + node(row + 1, column + 1) * dx;
            result.values.push_back((top * (256 - dy) + bottom * dy) / 65536);
        }
    }
    return result;
}

std::vector<Template> makeTemplates(const DataSpec& spec)
{
    std::vector<Template> templates;
    templates.reserve(static_cast<std::size_t>(spec.generatedClasses) * templatesPerClass);
    for (int i = 0; i < spec.generatedClasses * templatesPerClass; ++i)
        templates.push_back(makeTemplate(streamFor(spec, Stream::Templates, static_cast<std::uint64_t>(i)),
                                         spec.generatedSide));
    return templates;
}

/// About normal: the sum of four bytes, centred; standard deviation 148.
int roughlyNormal(SeedStream& random)
{
    const std::uint64_t bits = random.next();
    int sum = 0;
    for (int byte = 0; byte < 4; ++byte)
        sum += static_cast<int>(bits >> (8 * byte) & 0xFF);
    return sum - 510;
}

void appendImage(SeedStream random, const Template& pattern, int side, std::vector<std::uint8_t>& pixels)
{
    const int range = 2 * shiftRange(side) + 1;
    const int top = random.below(range), left = random.below(range);
    const int contrast = 96 + random.below(128); // in units of 1/256
    const int brightness = 96 + random.below(64);
    for (int y = 0; y < side; ++y)
        for (int x = 0; x < side; ++x) {
            const int signal = pattern.at(top + y, left + x) * contrast / 256;
            const int noise = roughlyNormal(random) / 4;
            pixels.push_back(static_cast<std::uint8_t>(std::clamp(brightness + signal + noise, 0, 255)));
        }
}

/// The classes of one run of images: each once, shuffled (Fisher-Yates).
std::vector<std::uint8_t> classOrder(SeedStream random, int classes)
{
    std::vector<std::uint8_t> order(static_cast<std::size_t>(classes));
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    for (int i = classes - 1; i > 0; --i)
        std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(random.below(i + 1))]);
    return order;
}

LabelledImages makeImages(const DataSpec& spec, const std::vector<Template>& templates, int count,
                          Stream images, Stream order)
{
    LabelledImages result = emptyImages(count, spec.generatedSide, spec.generatedSide, 1);
    result.pixels.reserve(static_cast<std::size_t>(count) * static_cast<std::size_t>(result.inputs));
    std::vector<std::uint8_t> labels;
    for (int i = 0; i < count; ++i) {
        const int run = i / spec.generatedClasses, place = i % spec.generatedClasses;
        if (place == 0)
            labels =
                classOrder(streamFor(spec, order, static_cast<std::uint64_t>(run)), spec.generatedClasses);
        const std::uint8_t label = labels[static_cast<std::size_t>(place)];
        SeedStream random = streamFor(spec, images, static_cast<std::uint64_t>(i));
        const int choice = label * templatesPerClass + random.below(templatesPerClass);
        appendImage(random, templates[static_cast<std::size_t>(choice)], spec.generatedSide, result.pixels);
        result.labels.push_back(label);
    }
    return result;
}

std::string rangeProblem(const char* name, int value, int least, int most)
{
    if (value >= least && value <= most)
        return {};
    return std::string(name) + ": " + std::to_string(value) + " is not allowed: must be " +
           text::withThousands(static_cast<std::uint64_t>(least)) + ".." +
           text::withThousands(static_cast<std::uint64_t>(most));
}

} // namespace

std::string generatedProblem(const DataSpec& spec)
{
    for (const std::string& problem : {
             rangeProblem("generated.train", spec.generatedTrain, 1, maxGeneratedCount),
             rangeProblem("generated.test", spec.generatedTest, 1, maxGeneratedCount),
             rangeProblem("generated.side", spec.generatedSide, minGeneratedSide, maxGeneratedSide),
             rangeProblem("generated.classes", spec.generatedClasses, 2, maxGeneratedClasses),
         })
        if (!problem.empty())
            return problem;
    return {};
}

Dataset generateDataset(const DataSpec& spec)
{
    const std::vector<Template> templates = makeTemplates(spec);
    Dataset dataset;
    dataset.name = "Generated images";
    dataset.origin = "generated";
    dataset.height = dataset.width = spec.generatedSide;
    for (int i = 0; i < spec.generatedClasses; ++i)
        dataset.classNames.push_back(std::to_string(i));
    dataset.train = makeImages(spec, templates, spec.generatedTrain, Stream::Train, Stream::TrainOrder);
    dataset.test = makeImages(spec, templates, spec.generatedTest, Stream::Test, Stream::TestOrder);
    return dataset;
}

LabelledImages generateTrainingImages(const DataSpec& spec, int count)
{
    return makeImages(spec, makeTemplates(spec), std::clamp(count, 0, spec.generatedTrain), Stream::Train,
                      Stream::TrainOrder);
}

} // namespace ternbench
