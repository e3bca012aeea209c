#include "app/desktop/loaded_run.h"

#include "core/storage/run_file.h"
#include "experiments/document.h"

namespace ternbench {

LoadedRun loadRun(const QString& path)
{
    RunRecord record = readRunFile(path.toStdString());
    LoadedRun loaded;
    loaded.experiment = experimentFromJson(record.experimentJson);
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
