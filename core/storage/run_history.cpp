#include "core/storage/run_history.h"

#include "core/packed/packed_file.h"
#include "core/storage/permutation.h"

#include <algorithm>

namespace ternbench::run_history {

namespace {

/// Columns of non_zeros_per_group: 0..32 non-zeros.
constexpr std::size_t nonZeroColumns = maxGroupSize + 1;

/// Values of one kind over the epochs, from or into a member of the snapshots.
template <class Stored, class Item, class Get>
std::vector<Stored> column(const std::vector<const Item*>& items, Get get)
{
    std::vector<Stored> values;
    for (const Item* item : items)
        values.push_back(Stored(get(*item)));
    return values;
}

void writeEpochs(const h5::Group& group, const std::vector<const EpochSnapshot*>& epochs)
{
    const auto write = [&](const char* name, const char* units, auto member) {
        group.write(name, column<double>(epochs, [member](const EpochSnapshot& e) { return e.*member; }));
        group.setAttributeOf(name, "units", units);
    };
    group.setAttribute("NX_class", "NXdata");
    group.setAttribute("signal", "test_error");
    group.setAttribute("auxiliary_signals", std::vector<std::string>{"train_error"});
    group.setAttribute("axes", "epoch");
    group.write("epoch", column<std::int64_t>(epochs, [](const EpochSnapshot& e) { return e.epoch; }));
    group.write("stage", column<std::int64_t>(epochs, [](const EpochSnapshot& e) { return e.stage; }));
    write("train_loss", "nat", &EpochSnapshot::trainLoss);
    write("train_error", "1", &EpochSnapshot::trainError);
    write("test_loss", "nat", &EpochSnapshot::testLoss);
    write("test_error", "1", &EpochSnapshot::testError);
    write("learning_rate", "1", &EpochSnapshot::learningRate);
    write("seconds", "s", &EpochSnapshot::seconds);
}

using Layers = std::vector<const LayerSnapshot*>; ///< one layer over the epochs

/// A histogram over the epochs; epochs without one (kept weights in a float stage) are rows of zeros.
void writeHistogram(const h5::Group& group, const std::string& name, const Layers& epochs,
                    Histogram LayerSnapshot::*member)
{
    std::size_t bins = 0;
    for (const LayerSnapshot* epoch : epochs)
        bins = std::max(bins, (epoch->*member).counts.size());
    std::vector<std::uint64_t> counts(epochs.size() * bins, 0);
    std::vector<double> edges(epochs.size() * (bins + 1), 0.0);
    for (std::size_t e = 0; e < epochs.size(); ++e) {
        const Histogram& histogram = epochs[e]->*member;
        std::ranges::copy(histogram.counts, counts.begin() + std::ptrdiff_t(e * bins));
        std::ranges::copy(histogram.edges, edges.begin() + std::ptrdiff_t(e * (bins + 1)));
    }
    group.write<std::uint64_t>(name + "_counts", counts, {epochs.size(), bins});
    group.write<double>(name + "_edges", edges, {epochs.size(), bins + 1});
}

void readHistogram(const h5::Group& group, const std::string& name, std::vector<LayerSnapshot>& epochs,
                   Histogram LayerSnapshot::*member)
{
    const h5::Shape shape = group.shapeOf(name + "_counts");
    if (shape.size() != 2 || shape[0] != epochs.size())
        group.fail(name + "_counts",
                   "does not have one row for each of " + std::to_string(epochs.size()) + " epochs");
    const std::uint64_t bins = shape[1];
    const auto counts = group.read<std::uint64_t>(name + "_counts", shape);
    const auto edges = group.read<double>(name + "_edges", {epochs.size(), bins + 1});
    for (std::size_t e = 0; e < epochs.size(); ++e) {
        Histogram& histogram = epochs[e].*member;
        const auto firstEdge = edges.begin() + std::ptrdiff_t(e * (bins + 1));
        if (bins == 0 || *firstEdge == *(firstEdge + std::ptrdiff_t(bins)))
            continue; // none in this epoch
        histogram.edges.assign(firstEdge, firstEdge + std::ptrdiff_t(bins + 1));
        const auto firstCount = counts.begin() + std::ptrdiff_t(e * bins);
        histogram.counts.assign(firstCount, firstCount + std::ptrdiff_t(bins));
    }
}

/// The plain numbers of a layer, each an array over the epochs: one list for writing and reading.
template <class Visit>
void visitNumbers(const Visit& visit)
{
    visit("scale", &LayerSnapshot::scale);
    visit("threshold", &LayerSnapshot::threshold);
    visit("normalizer_low", &LayerSnapshot::normalizerLow);
    visit("normalizer_median", &LayerSnapshot::normalizerMedian);
    visit("normalizer_high", &LayerSnapshot::normalizerHigh);
    visit("sparsity", &LayerSnapshot::sparsity);
    visit("coding_error", &LayerSnapshot::codingError);
    visit("coding_error_normalized", &LayerSnapshot::codingErrorNormalized);
    visit("groups", &LayerSnapshot::groups);
    visit("groups_at_limit", &LayerSnapshot::groupsAtLimit);
    visit("index_flips", &LayerSnapshot::indexFlips);
    visit("sign_flips", &LayerSnapshot::signFlips);
}

/// Those that files of version 1 do not have.
template <class Visit>
void visitNewNumbers(const Visit& visit)
{
    visit("groups_frozen", &LayerSnapshot::groupsFrozen);
    visit("groups_held", &LayerSnapshot::groupsHeld);
}

void writeCodes(const h5::Group& group, const Layers& epochs)
{
    const auto field = [&](auto get) {
        return column<std::int32_t>(epochs,
                                    [get](const LayerSnapshot& l) { return l.code ? get(*l.code) : 0; });
    };
    group.write("N", field([](const Code& code) { return code.groupSize; }));
    group.write("K", field([](const Code& code) { return code.maxNonZeros; }));
    group.write("family", field([](const Code& code) { return int(code.family); }));
}

void readCodes(const h5::Group& group, std::vector<LayerSnapshot>& epochs)
{
    const h5::Shape shape{epochs.size()};
    const auto n = group.read<std::int32_t>("N", shape);
    const auto k = group.read<std::int32_t>("K", shape);
    const auto family = group.read<std::int32_t>("family", shape);
    for (std::size_t e = 0; e < epochs.size(); ++e) {
        if (n[e] == 0)
            continue;
        if (family[e] < 0 || family[e] >= int(CodeFamily::Float)) // floats have no code
            group.fail("family", "epoch " + std::to_string(e + 1) + ": " + std::to_string(family[e]) +
                                     " is no family of codes");
        const Code code{n[e], k[e], CodeFamily(family[e])};
        if (const auto problem = codeProblem(code))
            group.fail("N", "epoch " + std::to_string(e + 1) + ": " + *problem);
        epochs[e].code = code;
    }
}

void writeMask(const h5::Group& group, const LayerSnapshot& layer)
{
    group.write<std::int8_t>("mask", layer.mask->values,
                             {std::uint64_t(layer.rows), std::uint64_t(layer.fanIn)});
    if (!layer.grouping)
        return;
    group.setAttribute("segment", layer.grouping->segment);
    if (!layer.grouping->order.empty())
        group.write("group_order", layer.grouping->order);
}

/// Files before the grouping was kept have a mask alone.
void readMask(const h5::Group& group, LayerSnapshot& layer)
{
    auto mask = std::make_shared<TernaryMatrix>();
    mask->rows = layer.rows;
    mask->columns = layer.fanIn;
    mask->values = group.read<std::int8_t>("mask", {std::uint64_t(layer.rows), std::uint64_t(layer.fanIn)});
    layer.mask = mask;
    if (!group.hasAttribute("segment"))
        return;
    const auto segment = group.intAttribute("segment");
    if (segment < 1 || segment > layer.fanIn || layer.fanIn % segment != 0)
        group.fail("@segment", std::to_string(segment) + " is not possible: must divide the fan-in of " +
                                   std::to_string(layer.fanIn));
    auto grouping = std::make_shared<Grouping>(Grouping{layer.fanIn, int(segment), {}});
    if (group.has("group_order"))
        grouping->order = h5::readPermutation(group, "group_order", layer.fanIn);
    layer.grouping = grouping;
}

void writeLayer(const h5::Group& group, const Layers& epochs)
{
    const LayerSnapshot& last = *epochs.back();
    group.setAttribute("rows", last.rows);
    group.setAttribute("fan_in", last.fanIn);
    group.setAttribute("kernel", last.kernel);
    group.setAttribute("NX_class", "NXdata");
    group.setAttribute("signal", "sparsity");
    writeCodes(group, epochs);
    const auto write = [&](const char* name, auto member) {
        using Value = std::remove_cvref_t<decltype(last.*member)>;
        group.write(name, column<Value>(epochs, [member](const LayerSnapshot& l) { return l.*member; }));
    };
    visitNumbers(write);
    visitNewNumbers(write);
    std::vector<std::uint64_t> nonZeros(epochs.size() * nonZeroColumns, 0);
    for (std::size_t e = 0; e < epochs.size(); ++e)
        std::ranges::copy(epochs[e]->nonZerosPerGroup, nonZeros.begin() + std::ptrdiff_t(e * nonZeroColumns));
    group.write<std::uint64_t>("non_zeros_per_group", nonZeros, {epochs.size(), nonZeroColumns});
    writeHistogram(group, "shadow", epochs, &LayerSnapshot::shadow);
    writeHistogram(group, "normalized", epochs, &LayerSnapshot::normalized);
    writeHistogram(group, "kept", epochs, &LayerSnapshot::kept);
    group.write("pattern_usage", last.patternUsage);
    if (last.mask)
        writeMask(group, last);
}

/// 0, a linear layer, in files that do not say it.
int readKernel(const h5::Group& group, int fanIn)
{
    const auto kernel = group.hasAttribute("kernel") ? group.intAttribute("kernel") : 0;
    if (kernel < 0 || kernel > fanIn || (kernel > 0 && fanIn % (kernel * kernel) != 0))
        group.fail("@kernel", std::to_string(kernel) + " x " + std::to_string(kernel) +
                                  " positions do not divide the fan-in of " + std::to_string(fanIn));
    return int(kernel);
}

std::vector<LayerSnapshot> readLayer(const h5::Group& group, const std::string& name, std::size_t epochCount)
{
    std::vector<LayerSnapshot> epochs(epochCount);
    const auto rows = group.intAttribute("rows");
    const auto fanIn = group.intAttribute("fan_in");
    if (rows < 1 || fanIn < 1 || rows > (1 << 24) || fanIn > (1 << 24))
        group.fail("@rows",
                   "the shape " + std::to_string(rows) + " x " + std::to_string(fanIn) + " is not possible");
    const int kernel = readKernel(group, int(fanIn));
    readCodes(group, epochs);
    const auto read = [&](const char* field, auto member) {
        using Value = std::remove_cvref_t<decltype(epochs.front().*member)>;
        const auto values = group.read<Value>(field, h5::Shape{epochCount});
        for (std::size_t e = 0; e < epochCount; ++e)
            epochs[e].*member = values[e];
    };
    visitNumbers(read);
    if (group.has("groups_frozen"))
        visitNewNumbers(read);
    else
        for (LayerSnapshot& epoch : epochs) { // version 1 knew no growing stages
            epoch.groupsHeld = epoch.groups;
            epoch.groupsFrozen = 0;
        }
    const auto nonZeros = group.read<std::uint64_t>("non_zeros_per_group", {epochCount, nonZeroColumns});
    for (std::size_t e = 0; e < epochCount; ++e) {
        epochs[e].name = name;
        epochs[e].rows = int(rows);
        epochs[e].fanIn = int(fanIn);
        epochs[e].kernel = kernel;
        const auto first = nonZeros.begin() + std::ptrdiff_t(e * nonZeroColumns);
        if (epochs[e].code)
            epochs[e].nonZerosPerGroup.assign(first, first + epochs[e].code->groupSize + 1);
    }
    readHistogram(group, "shadow", epochs, &LayerSnapshot::shadow);
    readHistogram(group, "normalized", epochs, &LayerSnapshot::normalized);
    readHistogram(group, "kept", epochs, &LayerSnapshot::kept);
    epochs.back().patternUsage = group.readList<std::uint32_t>("pattern_usage");
    if (group.has("mask"))
        readMask(group, epochs.back());
    return epochs;
}

void readEpochs(const h5::Group& group, std::vector<EpochSnapshot>& epochs)
{
    const h5::Shape shape{epochs.size()};
    const auto number = group.read<std::int64_t>("epoch", shape);
    const auto stage = group.read<std::int64_t>("stage", shape);
    const auto read = [&](const char* name, double EpochSnapshot::*member) {
        const auto values = group.read<double>(name, shape);
        for (std::size_t e = 0; e < epochs.size(); ++e)
            epochs[e].*member = values[e];
    };
    for (std::size_t e = 0; e < epochs.size(); ++e) {
        epochs[e].epoch = int(number[e]);
        epochs[e].stage = int(stage[e]);
    }
    read("train_loss", &EpochSnapshot::trainLoss);
    read("train_error", &EpochSnapshot::trainError);
    read("test_loss", &EpochSnapshot::testLoss);
    read("test_error", &EpochSnapshot::testError);
    read("learning_rate", &EpochSnapshot::learningRate);
    read("seconds", &EpochSnapshot::seconds);
}

} // namespace

void write(const h5::Group& root, const History& history)
{
    std::vector<const EpochSnapshot*> epochs;
    for (const auto& epoch : history)
        epochs.push_back(epoch.get());
    writeEpochs(root.createGroup("history"), epochs);
    const h5::Group layers = root.createGroup("layers");
    if (history.empty())
        return;
    for (std::size_t l = 0; l < history.front()->layers.size(); ++l) {
        Layers overEpochs;
        for (const EpochSnapshot* epoch : epochs)
            overEpochs.push_back(&epoch->layers[l]);
        writeLayer(layers.createGroup(h5::numberedName(l, overEpochs.front()->name)), overEpochs);
    }
}

History read(const h5::Group& root)
{
    const h5::Group group = root.openGroup("history");
    const h5::Shape shape = group.shapeOf("epoch");
    if (shape.size() != 1 || shape[0] > 1'000'000)
        group.fail("epoch", "is not a list of at most 1,000,000 epochs");
    std::vector<EpochSnapshot> epochs(shape[0]);
    readEpochs(group, epochs);
    const h5::Group layers = root.openGroup("layers");
    for (const std::string& name : layers.groupNames()) {
        if (epochs.empty())
            break;
        const std::string layer = h5::nameWithoutNumber(name);
        const auto overEpochs = readLayer(layers.openGroup(name), layer, epochs.size());
        for (std::size_t e = 0; e < epochs.size(); ++e)
            epochs[e].layers.push_back(overEpochs[e]);
    }
    History history;
    for (EpochSnapshot& epoch : epochs)
        history.push_back(std::make_shared<EpochSnapshot>(std::move(epoch)));
    return history;
}

} // namespace ternbench::run_history
