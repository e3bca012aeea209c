#include "experiments/resuming.h"

#include "core/error.h"
#include "core/storage/run_file.h"
#include "experiments/document.h"

#include <algorithm>

namespace ternbench {

namespace {

void requireSame(const std::string& before, const std::string& now, const std::string& what)
{
    if (before != now)
        throw InputError(what + " than those found now (SHA-256 " + before.substr(0, 12) + "... and " +
                         now.substr(0, 12) + "...)");
}

} // namespace

RunRecord readForResuming(const std::filesystem::path& file, const Experiment& experiment,
                          const Environment& environment)
{
    RunRecord saved = readRunFile(file);
    if (!saved.checkpoint)
        throw InputError(file.string() + ": holds no checkpoint to go on from");
    Experiment before = experimentFromJson(saved.experimentJson);
    before.data.folder = experiment.data.folder;
    if (before != experiment)
        throw InputError(file.string() + ": was made with another experiment than the one to resume");
    requireSame(saved.environment.trainSha256, environment.trainSha256,
                file.string() + ": was trained on other images");
    requireSame(saved.environment.testSha256, environment.testSha256,
                file.string() + ": was tested on other images");
    const TrainingPosition& position = saved.checkpoint->position;
    saved.history.resize(std::min<std::size_t>(saved.history.size(), std::size_t(position.epoch)));
    saved.batchLosses.resize(std::min<std::size_t>(saved.batchLosses.size(), std::size_t(position.step)));
    return saved;
}

bool otherKernels(const Environment& a, const Environment& b)
{
    return a.simd != b.simd || a.blasKernels != b.blasKernels;
}

} // namespace ternbench
