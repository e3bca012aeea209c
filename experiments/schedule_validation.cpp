#include "experiments/schedule_validation.h"

#include <cstdint>
#include <optional>

namespace ternbench {

namespace {

/// One problem for all layers that cannot hold the stage's code: the one with the shortest tail group.
void checkTailGroups(Checker& check, const std::string& path, const Stage& stage,
                     const std::vector<LayerSpec>& layers, const std::vector<KnownInput>& inputs)
{
    if (codeProblem(stage.code))
        return;
    const int groupSize = stage.code.groupSize;
    std::optional<std::size_t> worst;
    int shortest = groupSize;
    for (std::size_t l = 0; l < inputs.size(); ++l) {
        if (!inputs[l] || !layers[l].hasWeights() || codeProblem(layers[l].code) ||
            codeInForce(stage, layers[l]) != stage.code)
            continue;
        const Grouping grouping = groupingOf(layers[l], *inputs[l]);
        if (tailProblem(stage.code, grouping) && grouping.tail(groupSize) < shortest) {
            worst = l;
            shortest = grouping.tail(groupSize);
        }
    }
    if (worst)
        check.problems.push_back(
            {path + ".code.K", std::to_string(stage.code.maxNonZeros) + " is not allowed for " +
                                   entry("layers", *worst) + " (" + inQuotes(layers[*worst].name) +
                                   "): must be " +
                                   *tailProblem(stage.code, groupingOf(layers[*worst], *inputs[*worst]))});
}

} // namespace

void checkSchedule(Checker& check, const Experiment& experiment, const std::vector<KnownInput>& inputs)
{
    const std::vector<Stage>& schedule = experiment.training.schedule;
    if (!limits::stages.contains(std::int64_t(schedule.size())))
        return check.notAllowed("schedule", std::to_string(schedule.size()) + " entries",
                                toString(limits::stages));
    std::optional<std::size_t> firstCoded;
    std::int64_t epochs = 0;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const Stage& stage = schedule[i];
        const std::string path = entry("schedule", i);
        if (stage.kind == Stage::Kind::Code && !stage.code.isTernary())
            check.notAllowed(
                path + ".code.family", inQuotes(familyName(stage.code.family)),
                "a ternary code's: layers of 8-bit or float weights are so by their own code, in "
                "every stage");
        else if (stage.kind == Stage::Kind::Code) {
            check.code(path + ".code", stage.code);
            checkTailGroups(check, path, stage, experiment.network.layers, inputs);
        }
        if (stage.kind != Stage::Kind::Float && !firstCoded)
            firstCoded = i;
        if (stage.kind == Stage::Kind::Float && firstCoded)
            check.notAllowed(path + ".code", "\"float\"",
                             "coded: " + entry("schedule", *firstCoded) +
                                 " is, and float stages come before coded ones");
        if (stage.kind == Stage::Kind::Float && stage.growth != Growth::AtOnce)
            check.notAllowed(path + ".growth", inQuotes(growthName(stage.growth)),
                             "\"at-once\" in a float stage, which has no code to grow");
        check.range(path + ".epochs", stage.epochs, limits::epochs);
        epochs += stage.epochs;
    }
    if (epochs > limits::epochs.most)
        check.notAllowed("schedule", std::to_string(epochs) + " epochs in all", toString(limits::epochs));
}

} // namespace ternbench
