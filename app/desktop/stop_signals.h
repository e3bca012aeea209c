#pragma once

#include <QObject>

class QSocketNotifier;

namespace ternbench {

/// Hears where the system asks the process to end (SIGTERM, SIGHUP, SIGINT). Only the first signal is heard:
/// any further one ends the process at once.
class StopSignals : public QObject
{
    Q_OBJECT

public:
    /// The only one of the process. Throws std::system_error where the system has no file descriptor left.
    explicit StopSignals(QObject* parent = nullptr);
    ~StopSignals() override;

signals:
    void received();

private:
    int m_event; ///< eventfd(2): readable after a signal
    QSocketNotifier* m_notifier;
};

} // namespace ternbench
