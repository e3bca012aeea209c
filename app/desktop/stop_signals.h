#pragma once

#include <QObject>

class QSocketNotifier;

namespace ternbench {

/// Ends the application in order where the system asks it to (SIGTERM, SIGHUP, SIGINT): runs are stopped and
/// saved as at any end, and the programs of a check are ended with it. The second signal ends the process at
/// once.
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
