#include "core/storage/checkpoint.h"

#include "core/storage/permutation.h"

#include <algorithm>
#include <span>

namespace ternbench::checkpoint {

namespace {

/// Beside the layers' groups, whose names begin with a number.
constexpr const char* teacherName = "teacher";

FloatBuffer aligned(const std::vector<float>& values)
{
    return {values.begin(), values.end()};
}

void writeParameter(const h5::Group& group, const std::string& name, const Parameter& parameter)
{
    const auto write = [&](const std::string& suffix, const FloatBuffer& values) {
        group.write<float>(name + suffix, std::span<const float>(values), {values.size()});
    };
    write("", parameter.values);
    write("_moment1", parameter.first);
    write("_moment2", parameter.second);
}

Parameter readParameter(const h5::Group& group, const std::string& name, std::uint64_t size)
{
    const h5::Shape shape{size};
    return {aligned(group.read<float>(name, shape)), aligned(group.read<float>(name + "_moment1", shape)),
            aligned(group.read<float>(name + "_moment2", shape))};
}

void writeCode(const h5::Group& group, const Code& code)
{
    group.setAttribute("N", code.groupSize);
    group.setAttribute("K", code.maxNonZeros);
    group.setAttribute("family", std::string(familyName(code.family)));
}

void writeHeldGroups(const h5::Group& group, const Coding::HeldGroups& heldGroups)
{
    writeCode(group, heldGroups.code);
    group.write("held", heldGroups.held);
}

void writeCoding(const h5::Group& group, const Coding& coding)
{
    writeCode(group, coding.code);
    group.setAttribute("method", int(coding.method));
    // As datasets, bit for bit: a run that goes on must end with the same bits.
    group.writeScalar("threshold", coding.threshold);
    group.writeScalar("scale", coding.scale);
    group.write<float>("row_normalizer", std::span<const float>(coding.normalizer.row),
                       {coding.normalizer.row.size()});
    group.write<float>("column_normalizer", std::span<const float>(coding.normalizer.column),
                       {coding.normalizer.column.size()});
    if (coding.scalesRows()) {
        group.write("row_threshold", coding.rowThreshold);
        group.write("row_scale", coding.rowScale);
    }
    if (!coding.balanced.empty())
        group.write("permutation", std::vector<std::int32_t>(coding.balanced.begin(), coding.balanced.end()));
    if (coding.heldGroups)
        writeHeldGroups(group.createGroup("held_groups"), *coding.heldGroups);
}

Code readCode(const h5::Group& group)
{
    const auto family = familyFromName(group.stringAttribute("family"));
    if (!family)
        group.fail("@family", "'" + group.stringAttribute("family") + "' is not known");
    const std::int64_t n = group.intAttribute("N");
    const std::int64_t k = group.intAttribute("K");
    if (n < 1 || n > maxGroupSize || k < 1 || k > n)
        group.fail("@N", "(" + std::to_string(n) + "," + std::to_string(k) + ") is no code");
    const Code code{int(n), int(k), *family};
    if (const auto problem = codeProblem(code))
        group.fail("@K", *problem);
    return code;
}

/// `code`: of the groups that are not held.
Coding::HeldGroups readHeldGroups(const h5::Group& group, const Code& code)
{
    Coding::HeldGroups heldGroups{readCode(group), group.readList<std::uint8_t>("held"), 0};
    if (heldGroups.code.groupSize != code.groupSize)
        group.fail("@N", std::to_string(heldGroups.code.groupSize) + " is not the group size " +
                             std::to_string(code.groupSize) + " of the layer");
    heldGroups.count =
        std::size_t(std::ranges::count_if(heldGroups.held, [](auto held) { return held != 0; }));
    return heldGroups;
}

Coding readCoding(const h5::Group& group, int rows, int fanIn)
{
    Coding coding;
    coding.code = readCode(group);
    const std::int64_t method = group.intAttribute("method");
    if (method < 0 || method > int(QuantizerMethod::Frozen))
        group.fail("@method", std::to_string(method) + " is not known");
    coding.method = QuantizerMethod(method);
    coding.threshold = group.readScalar<float>("threshold");
    coding.scale = group.readScalar<double>("scale");
    coding.normalizer.row = aligned(group.read<float>("row_normalizer", h5::Shape{std::uint64_t(rows)}));
    coding.normalizer.column =
        aligned(group.read<float>("column_normalizer", h5::Shape{std::uint64_t(fanIn)}));
    fillInverses(coding.normalizer);
    coding.rowSums.resize(std::size_t(rows));
    if (group.has("row_scale")) {
        coding.rowThreshold = group.read<float>("row_threshold", h5::Shape{std::uint64_t(rows)});
        coding.rowScale = group.read<double>("row_scale", h5::Shape{std::uint64_t(rows)});
    }
    if (group.has("permutation")) {
        const auto permutation = h5::readPermutation(group, "permutation", fanIn);
        coding.balanced.assign(permutation.begin(), permutation.end());
    }
    if (group.has("held_groups"))
        coding.heldGroups = readHeldGroups(group.openGroup("held_groups"), coding.code);
    return coding;
}

void writeLayer(const h5::Group& group, const LayerState& layer)
{
    group.setAttribute("rows", layer.rows);
    group.setAttribute("fan_in", layer.fanIn);
    group.writeScalar("clip", layer.clip);
    writeParameter(group, "weights", layer.weights);
    writeParameter(group, "beta", layer.beta);
    if (!layer.gamma.values.empty()) {
        writeParameter(group, "gamma", layer.gamma);
        group.write<float>("running_mean", std::span<const float>(layer.runningMean),
                           {layer.runningMean.size()});
        group.write<float>("running_variance", std::span<const float>(layer.runningVariance),
                           {layer.runningVariance.size()});
    }
    const std::span<const std::int8_t> pattern =
        layer.epochPattern ? std::span(layer.epochPattern->values) : std::span<const std::int8_t>();
    group.write<std::int8_t>("epoch_pattern", pattern, {pattern.size()});
    if (layer.coding)
        writeCoding(group.createGroup("coding"), *layer.coding);
}

/// Name and shape.
LayerState emptyLayer(const h5::Group& group, const std::string& name)
{
    LayerState layer;
    layer.name = name;
    const std::int64_t rows = group.intAttribute("rows");
    const std::int64_t fanIn = group.intAttribute("fan_in");
    if (rows < 1 || fanIn < 1 || rows > (1 << 24) || fanIn > (1 << 24))
        group.fail("@rows",
                   "the shape " + std::to_string(rows) + " x " + std::to_string(fanIn) + " is not possible");
    layer.rows = int(rows);
    layer.fanIn = int(fanIn);
    return layer;
}

LayerState readLayer(const h5::Group& group, const std::string& name)
{
    LayerState layer = emptyLayer(group, name);
    const int rows = layer.rows;
    const int fanIn = layer.fanIn;
    layer.clip = group.readScalar<double>("clip");
    layer.weights = readParameter(group, "weights", std::uint64_t(rows) * std::uint64_t(fanIn));
    layer.beta = readParameter(group, "beta", std::uint64_t(rows));
    if (group.has("gamma")) {
        layer.gamma = readParameter(group, "gamma", std::uint64_t(rows));
        layer.runningMean = aligned(group.read<float>("running_mean", h5::Shape{std::uint64_t(rows)}));
        layer.runningVariance =
            aligned(group.read<float>("running_variance", h5::Shape{std::uint64_t(rows)}));
    }
    auto pattern = group.readList<std::int8_t>("epoch_pattern");
    if (!pattern.empty() && pattern.size() != layer.weights.values.size())
        group.fail("epoch_pattern", "does not have one value for each weight");
    if (!pattern.empty())
        layer.epochPattern =
            std::make_shared<const TernaryMatrix>(TernaryMatrix{rows, fanIn, std::move(pattern)});
    if (group.has("coding"))
        layer.coding = readCoding(group.openGroup("coding"), layer.rows, layer.fanIn);
    return layer;
}

void writeValues(const h5::Group& group, const std::string& name, const FloatBuffer& values)
{
    group.write<float>(name, std::span<const float>(values), {values.size()});
}

/// Of a teacher: what a pass without training needs.
void writeTeacher(const h5::Group& group, const LayerState& layer)
{
    group.setAttribute("rows", layer.rows);
    group.setAttribute("fan_in", layer.fanIn);
    writeValues(group, "weights", layer.weights.values);
    writeValues(group, "beta", layer.beta.values);
    if (layer.gamma.values.empty())
        return;
    writeValues(group, "gamma", layer.gamma.values);
    writeValues(group, "running_mean", layer.runningMean);
    writeValues(group, "running_variance", layer.runningVariance);
}

LayerState readTeacher(const h5::Group& group, const std::string& name)
{
    LayerState layer = emptyLayer(group, name);
    const h5::Shape rows{std::uint64_t(layer.rows)};
    layer.weights.values =
        aligned(group.read<float>("weights", {std::uint64_t(layer.rows) * std::uint64_t(layer.fanIn)}));
    layer.beta.values = aligned(group.read<float>("beta", rows));
    if (!group.has("gamma"))
        return layer;
    layer.gamma.values = aligned(group.read<float>("gamma", rows));
    layer.runningMean = aligned(group.read<float>("running_mean", rows));
    layer.runningVariance = aligned(group.read<float>("running_variance", rows));
    return layer;
}

} // namespace

void write(const h5::Group& group, const EngineState& state)
{
    const TrainingPosition& position = state.position;
    group.setAttribute("epoch", position.epoch);
    group.setAttribute("batch", position.batch);
    group.setAttribute("step", position.step);
    group.setAttribute("errors", position.errors);
    group.setAttribute("images", position.images);
    group.writeScalar("loss_sum", position.lossSum);
    group.writeScalar("seconds", position.seconds);
    group.writeScalar("input_scale", state.inputScale);
    for (std::size_t l = 0; l < state.layers.size(); ++l)
        writeLayer(group.createGroup(h5::numberedName(l, state.layers[l].name)), state.layers[l]);
    if (state.teacher.empty())
        return;
    const h5::Group teacher = group.createGroup(teacherName);
    for (std::size_t l = 0; l < state.teacher.size(); ++l)
        writeTeacher(teacher.createGroup(h5::numberedName(l, state.teacher[l].name)), state.teacher[l]);
}

EngineState read(const h5::Group& group)
{
    EngineState state;
    TrainingPosition& position = state.position;
    const std::int64_t epoch = group.intAttribute("epoch");
    const std::int64_t batch = group.intAttribute("batch");
    if (epoch < 0 || batch < 0 || epoch > 1'000'000 || batch > 1'000'000'000)
        group.fail("@epoch", "epoch " + std::to_string(epoch) + ", batch " + std::to_string(batch) +
                                 " is no position in a run");
    position = {.epoch = int(epoch),
                .batch = int(batch),
                .step = group.intAttribute("step"),
                .lossSum = group.readScalar<double>("loss_sum"),
                .errors = group.intAttribute("errors"),
                .images = group.intAttribute("images"),
                .seconds = group.readScalar<double>("seconds")};
    state.inputScale = group.readScalar<double>("input_scale");
    for (const std::string& name : group.groupNames())
        if (name != teacherName)
            state.layers.push_back(readLayer(group.openGroup(name), h5::nameWithoutNumber(name)));
    if (!group.has(teacherName))
        return state;
    const h5::Group teacher = group.openGroup(teacherName);
    for (const std::string& name : teacher.groupNames())
        state.teacher.push_back(readTeacher(teacher.openGroup(name), h5::nameWithoutNumber(name)));
    return state;
}

} // namespace ternbench::checkpoint
