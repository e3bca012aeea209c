#include "app/desktop/loaded_run.h"

#include "core/storage/run_file.h"
#include "experiments/document.h"

namespace ternbench {

namespace {

/// A run that was stopped has mini-batches beyond its last finished epoch: they do not count.
int stepsPerEpochOf(const RunRecord& record)
{
    const std::size_t epochs = record.history.size();
    if (epochs == 0)
        return 0;
    if (record.checkpoint && record.checkpoint->position.epoch > 0) {
        const TrainingPosition& position = record.checkpoint->position;
        return int((position.step - position.batch) / position.epoch);
    }
    return int(record.batchLosses.size() / epochs);
}

} // namespace

LoadedRun loadRun(const QString& path)
{
    RunRecord record = readRunFile(path.toStdString());
    LoadedRun loaded;
    loaded.experiment = experimentFromJson(record.experimentJson);
    loaded.stepsPerEpoch = stepsPerEpochOf(record);
    loaded.epochs = std::move(record.history);
    loaded.batchLosses = std::move(record.batchLosses);
    loaded.status = record.status;
    return loaded;
}

bool isPackedFile(const QString& path)
{
    return formatOf(path.toStdString()) == "ternbench.packed";
}

} // namespace ternbench
