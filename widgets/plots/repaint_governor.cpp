#include "widgets/plots/repaint_governor.h"

#include <QEvent>
#include <QWidget>

#include <time.h>

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr double leastIntervalMs = 40.0; // 25 rounds a second
constexpr double costFactor = 160.0;     // painting is at most 0.6 % of one core

/// CPU time, not wall time: while training keeps all cores busy this thread is often off its core, and
/// counting that as painting would slow the plots without a gain for the training.
double threadCpuMs()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) + 1e-6 * static_cast<double>(now.tv_nsec);
}

bool canBeSeen(const QWidget* widget)
{
    return widget->isVisible() && !widget->window()->isMinimized();
}

} // namespace

int repaintIntervalMs(double lastRoundMs)
{
    return static_cast<int>(std::lround(std::max(leastIntervalMs, costFactor * lastRoundMs)));
}

RepaintGovernor::RepaintGovernor(QObject* parent) : QObject(parent)
{
    m_timer.setSingleShot(true);
    m_timer.setTimerType(Qt::PreciseTimer);
    connect(&m_timer, &QTimer::timeout, this, &RepaintGovernor::repaintDirty);
}

void RepaintGovernor::addClient(QWidget* widget, std::function<void()> repaint)
{
    m_clients.push_back({widget, std::move(repaint)});
    widget->installEventFilter(this);
    connect(widget, &QObject::destroyed, this, [this](QObject* gone) {
        std::erase_if(m_clients, [gone](const Client& client) { return client.widget == gone; });
    });
}

void RepaintGovernor::markDirty(QWidget* widget)
{
    Client* client = clientOf(widget);
    if (!client)
        return;
    client->dirty = true;
    if (canBeSeen(widget))
        schedule();
}

void RepaintGovernor::repaintNow(QWidget* widget)
{
    Client* client = clientOf(widget);
    if (!client)
        return;
    client->dirty = !canBeSeen(widget);
    if (!client->dirty)
        client->repaint();
}

bool RepaintGovernor::isDirty(const QWidget* widget) const
{
    return std::any_of(m_clients.begin(), m_clients.end(),
                       [widget](const Client& client) { return client.widget == widget && client.dirty; });
}

bool RepaintGovernor::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::Show) {
        const Client* client = clientOf(watched);
        // Not within the event: the widget has no final size yet, and is not visible by its own account.
        if (client && client->dirty)
            m_timer.start(0);
    }
    return QObject::eventFilter(watched, event);
}

RepaintGovernor::Client* RepaintGovernor::clientOf(const QObject* widget)
{
    const auto found = std::find_if(m_clients.begin(), m_clients.end(),
                                    [widget](const Client& client) { return client.widget == widget; });
    return found == m_clients.end() ? nullptr : &*found;
}

void RepaintGovernor::schedule()
{
    if (m_timer.isActive())
        return;
    const int interval = repaintIntervalMs(m_lastRoundMs);
    const qint64 passed = m_sinceLastRound.isValid() ? m_sinceLastRound.elapsed() : interval;
    m_timer.start(std::max(static_cast<int>(leastIntervalMs), static_cast<int>(interval - passed)));
}

void RepaintGovernor::repaintDirty()
{
    const double start = threadCpuMs();
    int repaintedClients = 0;
    for (Client& client : m_clients) {
        if (!client.dirty || !canBeSeen(client.widget))
            continue;
        client.dirty = false;
        client.repaint();
        ++repaintedClients;
    }
    if (repaintedClients == 0)
        return;
    m_lastRoundMs = threadCpuMs() - start;
    m_sinceLastRound.restart();
    emit repainted(repaintedClients, m_lastRoundMs);
}

} // namespace ternbench
