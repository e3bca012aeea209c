#include "app/desktop/run_settings.h"

#include <QSettings>

namespace ternbench {

namespace {

constexpr auto threadsKey = "run/threads", checkpointKey = "run/checkpointEpochs";

int stored(const char* key, int most, int otherwise)
{
    bool isNumber = false;
    const int value = QSettings().value(QLatin1String(key), otherwise).toInt(&isNumber);
    return isNumber && value >= 0 && value <= most ? value : otherwise;
}

} // namespace

RunSettings storedRunSettings()
{
    const RunSettings usual;
    return {stored(threadsKey, mostRunThreads, usual.threads),
            stored(checkpointKey, mostCheckpointEpochs, usual.checkpointEpochs)};
}

void storeRunSettings(const RunSettings& settings)
{
    QSettings().setValue(QLatin1String(threadsKey), settings.threads);
    QSettings().setValue(QLatin1String(checkpointKey), settings.checkpointEpochs);
}

} // namespace ternbench
