#pragma once

#include <QByteArray>

namespace ternbench {

/// For a suite's initMain(): windows are real but need no screen, unless the caller chose a platform.
inline void useOffscreenPlatform()
{
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
}

} // namespace ternbench
