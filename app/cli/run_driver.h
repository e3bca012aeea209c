#pragma once

#include "app/cli/console.h"
#include "core/storage/run_record.h"
#include "experiments/training_run.h"

#include <nlohmann/json_fwd.hpp>

namespace ternbench {

/// How a run that the command line watched came to its end.
struct RunOutcome
{
    RunState state = RunState::Failed;
    std::string message;   ///< of the last state
    bool started = false;  ///< the first mini-batch was reached
    bool badInput = false; ///< it failed before that: because of the data set or a file, not the training
    std::vector<std::shared_ptr<const EpochSnapshot>> epochs; ///< figures alone, see figuresOf()
    double seconds = 0.0;                                     ///< wall time
    Environment environment;                                  ///< that it ran in, without the data's SHA-256
    std::filesystem::path output;                             ///< the run file, wherever it could be written
    bool rescued = false; ///< the run file lies elsewhere than where it was to go
};

/// Runs (or resumes) an experiment and shows its progress until it is over. The first interrupt stops it at
/// a mini-batch boundary and saves.
RunOutcome drive(const Experiment& experiment, const RunOptions& options, Console& console);

/// The outcome of a run that did not fail in the words of a person, with what to do next.
std::string describeOutcome(const RunOutcome& outcome);

nlohmann::ordered_json toJson(const RunOutcome& outcome, const Experiment& experiment);

} // namespace ternbench
