#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

#include <functional>
#include <vector>

class QWidget;

namespace ternbench {

/// The least time between the starts of two rounds of repaints, given what the last round cost: 40 ms
/// (25 rounds a second), or 160 times that cost, so that painting takes at most 0.6 % of one core.
int repaintIntervalMs(double lastRoundMs);

/// Coalesces the repaints of several widgets, so that drawing never takes cores from a training run.
///
/// A client is marked dirty as often as its data change; all dirty clients that can be seen are repainted
/// together when the budget allows it. A hidden client costs nothing and catches up when it is shown.
/// Share one governor between all plots of a window: the budget is then one for all of them.
class RepaintGovernor : public QObject
{
    Q_OBJECT
public:
    explicit RepaintGovernor(QObject* parent = nullptr);

    /// `repaint` brings the widget up to date and draws it before it returns (its duration is measured).
    void addClient(QWidget* widget, std::function<void()> repaint);

    /// New data: the widget is repainted when the budget allows it. Ignored for widgets never added.
    void markDirty(QWidget* widget);

    /// The user acts on the widget: repainted before this returns, outside the budget.
    void repaintNow(QWidget* widget);

    bool isDirty(const QWidget* widget) const;

signals:
    /// A round has ended: `clients` widgets were repainted in `milliseconds` of this thread's CPU time.
    void repainted(int clients, double milliseconds);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Client
    {
        QWidget* widget;
        std::function<void()> repaint;
        bool dirty = false;
    };

    Client* clientOf(const QObject* widget);
    void schedule();
    void repaintDirty();

    std::vector<Client> m_clients;
    QTimer m_timer;
    QElapsedTimer m_sinceLastRound;
    double m_lastRoundMs = 0.0;
};

} // namespace ternbench
