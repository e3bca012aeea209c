// What the window costs training: two runs of the same experiment in one process, one with nothing attached
// (as the command line has it) and one in the real window with every dock visible, a few epochs each in turn,
// so that what else happens on the machine meets both; and how long the window leaves an input event waiting
// meanwhile. Usage and figures: README.md in this folder.

#include "app/desktop/main_window.h"
#include "experiments/document.h"
#include "experiments/training_run.h"

#include <QApplication>
#include <QDockWidget>
#include <QElapsedTimer>
#include <QSettings>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTimer>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <optional>
#include <string_view>
#include <vector>

using namespace ternbench;

namespace {

/// How often the event loop is asked to answer, and so the finest delay that is seen.
constexpr int heartbeatMilliseconds = 20;

/// After an epoch the window goes on painting what it brought.
constexpr int settleMilliseconds = 3000;

/// Epochs that are run at a time: pausing, which makes the window paint more, is to be a small part.
constexpr int sliceEpochs = 3;

/// Of a slice.
struct Timing
{
    double seconds = 0.0;    ///< from the command to the end of the slice, and what the window then painted
    double cpuSeconds = 0.0; ///< of the window's thread, painting included
};

double threadCpuSeconds()
{
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return double(now.tv_sec) + 1e-9 * double(now.tv_nsec);
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values.empty() ? 0.0 : values[values.size() / 2];
}

double percentile(std::vector<double> values, double share)
{
    std::ranges::sort(values);
    return values.empty() ? 0.0 : values[std::size_t(share * double(values.size() - 1))];
}

/// A run as the command line has it, a slice at a time.
class RunAlone
{
public:
    RunAlone(const Experiment& experiment, const QString& file)
        : m_run(experiment, {.output = file.toStdString(), .startPaused = true}, observer())
    {
        waitUntilPaused();
    }

    Timing slice()
    {
        m_paused = false;
        m_left = sliceEpochs;
        QElapsedTimer clock;
        clock.start();
        m_run.resume();
        waitUntilPaused();
        return {double(clock.nsecsElapsed()) * 1e-9, 0.0};
    }

    void stop()
    {
        m_run.stop();
        m_run.wait();
    }

private:
    RunObserver observer()
    {
        RunObserver observer;
        observer.progress = [](const BatchProgress&) {};
        observer.epoch = [this](const auto&) {
            if (--m_left == 1) // the last one, which is about to begin
                m_run.stepEpoch();
        };
        observer.state = [this](RunState state, const std::string&) {
            if (state == RunState::Paused || isOver(state)) {
                m_paused = true;
                m_paused.notify_one();
            }
        };
        return observer;
    }

    void waitUntilPaused() { m_paused.wait(false); }

    std::atomic<bool> m_paused{false};
    int m_left = 0;    ///< epochs of the slice; of the run's thread while it runs
    TrainingRun m_run; ///< last: it calls back
};

/// All docks side by side: nothing is hidden behind a tab, so everything is drawn.
void showEverything(QMainWindow& window)
{
    const Qt::DockWidgetArea areas[] = {Qt::LeftDockWidgetArea, Qt::RightDockWidgetArea,
                                        Qt::TopDockWidgetArea, Qt::BottomDockWidgetArea};
    int next = 0;
    for (QDockWidget* dock : window.findChildren<QDockWidget*>()) {
        window.removeDockWidget(dock);
        window.addDockWidget(areas[next++ % 4], dock, Qt::Horizontal);
        dock->show();
    }
}

/// The same in the real window.
class RunInWindow
{
public:
    explicit RunInWindow(MainWindow& window) : m_session(window.session())
    {
        m_heartbeat.setTimerType(Qt::PreciseTimer);
        QObject::connect(&m_heartbeat, &QTimer::timeout, &m_heartbeat, [this] {
            m_delays.push_back(
                std::max(0.0, double(m_sinceBeat.nsecsElapsed()) * 1e-6 - heartbeatMilliseconds));
            m_sinceBeat.start();
        });
        QObject::connect(&m_session.run(), &RunController::stateChanged, &m_heartbeat,
                         [this](RunState state) {
                             if (state == RunState::Paused || isOver(state))
                                 m_loop.quit();
                         });
        QObject::connect(&m_session.run(), &RunController::epochFinished, &m_heartbeat, [this] {
            if (--m_left == 1)
                m_session.run().stepEpoch();
        });
    }

    /// `listen`: asks all the time how long an event waits, which costs a little itself.
    Timing slice(bool listen)
    {
        m_left = sliceEpochs;
        const double cpuBefore = threadCpuSeconds();
        QElapsedTimer clock;
        clock.start();
        m_sinceBeat.start();
        if (listen)
            m_heartbeat.start(heartbeatMilliseconds);
        if (m_session.run().isActive())
            m_session.pauseOrResume();
        else
            m_session.startRun();
        m_loop.exec();
        m_heartbeat.stop();
        const double seconds = double(clock.nsecsElapsed()) * 1e-9;
        // In a run without pauses the rest would be painted beside the next epoch, which might wait for all
        // of it.
        const double cpuAtEnd = threadCpuSeconds();
        QTimer::singleShot(settleMilliseconds, &m_loop, &QEventLoop::quit);
        m_loop.exec();
        const double cpuNow = threadCpuSeconds();
        return {seconds + (cpuNow - cpuAtEnd), cpuNow - cpuBefore};
    }

    void stop()
    {
        m_session.stopRun();
        m_loop.exec();
    }

    const std::vector<double>& delays() const { return m_delays; } ///< of the heartbeats, milliseconds

private:
    Session& m_session;
    QTimer m_heartbeat;
    QElapsedTimer m_sinceBeat;
    QEventLoop m_loop;
    std::vector<double> m_delays;
    int m_left = 0; ///< epochs of the slice
};

} // namespace

int main(int argc, char** argv)
{
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
    const bool hidden = argc > 3 && std::string_view(argv[3]) == "hidden";
    if (argc < 2 || rounds < 1) {
        std::fprintf(stderr, "usage: bench_window DOCUMENT.json [ROUNDS [hidden]]\n");
        return 2;
    }
    QStandardPaths::setTestModeEnabled(true);
    QApplication application(argc, argv);
    QTemporaryDir folder;
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, folder.path());
    const Experiment experiment = loadExperiment(argv[1]);
    MainWindow window;
    window.session().open(QString::fromLocal8Bit(argv[1]));
    window.resize(1920, 1080);
    window.show();
    showEverything(window);
    if (hidden) // what remains is not painting
        window.hide();
    std::vector<double> ratios, cpuShares, delays;
    double aloneSeconds = 0.0, shownSeconds = 0.0;
    for (int round = 0; round < rounds; ++round) {
        std::optional<RunAlone> alone;
        RunInWindow shown(window);
        // Neither always gets its memory first: where it lies can make a run a little faster or slower.
        for (const bool inWindow : {round % 2 == 0, round % 2 != 0})
            if (inWindow)
                shown.slice(true); // reads the data set, too
            else
                alone.emplace(experiment, folder.filePath(QStringLiteral("alone.run.h5"))).slice();
        for (int slice = 1; (slice + 1) * sliceEpochs < totalEpochs(experiment.training); ++slice) {
            // Each is first every other time, so that a machine that gets slower or faster favours neither.
            Timing without, with;
            for (const bool inWindow : {(round + slice) % 2 == 0, (round + slice) % 2 != 0})
                (inWindow ? with : without) = inWindow ? shown.slice(false) : alone->slice();
            ratios.push_back(with.seconds / without.seconds);
            cpuShares.push_back(with.cpuSeconds / with.seconds);
            aloneSeconds += without.seconds;
            shownSeconds += with.seconds;
        }
        alone->stop();
        shown.stop();
        delays.insert(delays.end(), shown.delays().begin(), shown.delays().end());
        std::printf(
            "round %d: median of %zu slices so far %.3f (quartiles %.3f, %.3f), all of them %.3f; the "
            "window's thread used %.2f %% of a core\n",
            round + 1, ratios.size(), median(ratios), percentile(ratios, 0.25), percentile(ratios, 0.75),
            shownSeconds / aloneSeconds, 100.0 * median(cpuShares));
        std::fflush(stdout);
    }
    std::printf("an event waits %.1f ms (99th percentile), %.1f ms (99.9th), %.1f ms at most\n",
                percentile(delays, 0.99), percentile(delays, 0.999), percentile(delays, 1.0));
    return 0;
}
