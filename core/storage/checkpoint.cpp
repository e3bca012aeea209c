#include "core/storage/checkpoint.h"

namespace ternbench::checkpoint {

namespace {

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

void writeCoding(const h5::Group& group, const Coding& coding)
{
    group.setAttribute("N", coding.code.groupSize);
    group.setAttribute("K", coding.code.maxNonZeros);
    group.setAttribute("family", std::string(familyName(coding.code.family)));
    group.setAttribute("method", int(coding.method));
    // As datasets, bit for bit: a run that goes on must end with the same bits.
    group.writeScalar("threshold", coding.threshold);
    group.writeScalar("scale", coding.scale);
    group.write<float>("row_normalizer", std::span<const float>(coding.normalizer.row),
                       {coding.normalizer.row.size()});
    group.write<float>("column_normalizer", std::span<const float>(coding.normalizer.column),
                       {coding.normalizer.column.size()});
}

Coding readCoding(const h5::Group& group, int rows, int fanIn)
{
    Coding coding;
    const auto family = familyFromName(group.stringAttribute("family"));
    if (!family)
        group.fail("@family", "'" + group.stringAttribute("family") + "' is not known");
    const std::int64_t n = group.intAttribute("N");
    const std::int64_t k = group.intAttribute("K");
    if (n < 1 || n > maxGroupSize || k < 1 || k > n)
        group.fail("@N", "(" + std::to_string(n) + "," + std::to_string(k) + ") is no code");
    coding.code = {int(n), int(k), *family};
    if (const auto problem = codeProblem(coding.code))
        group.fail("@K", *problem);
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
    group.write("epoch_pattern", layer.epochPattern);
    if (layer.coding)
        writeCoding(group.createGroup("coding"), *layer.coding);
}

LayerState readLayer(const h5::Group& group, const std::string& name)
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
    layer.clip = group.readScalar<double>("clip");
    layer.weights = readParameter(group, "weights", std::uint64_t(rows) * std::uint64_t(fanIn));
    layer.beta = readParameter(group, "beta", std::uint64_t(rows));
    if (group.has("gamma")) {
        layer.gamma = readParameter(group, "gamma", std::uint64_t(rows));
        layer.runningMean = aligned(group.read<float>("running_mean", h5::Shape{std::uint64_t(rows)}));
        layer.runningVariance =
            aligned(group.read<float>("running_variance", h5::Shape{std::uint64_t(rows)}));
    }
    layer.epochPattern = group.readList<std::int8_t>("epoch_pattern");
    if (!layer.epochPattern.empty() && layer.epochPattern.size() != layer.weights.values.size())
        group.fail("epoch_pattern", "does not have one value for each weight");
    if (group.has("coding"))
        layer.coding = readCoding(group.openGroup("coding"), layer.rows, layer.fanIn);
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
        state.layers.push_back(readLayer(group.openGroup(name), h5::nameWithoutNumber(name)));
    return state;
}

} // namespace ternbench::checkpoint
