// What the window costs training: the same experiment run in turn with nothing attached (as the command line
// runs it) and in the real window with every dock visible, in one process; and how long the window leaves an
// input event waiting meanwhile. Usage and figures: README.md in this folder.

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
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <vector>

using namespace ternbench;

namespace {

/// How often the event loop is asked to answer, and so the finest delay that is seen.
constexpr int heartbeatMilliseconds = 20;

struct Timing
{
    double seconds = 0.0;       ///< from the first mini-batch to the last epoch's end
    double cpuSeconds = 0.0;    ///< meanwhile of the window's thread
    std::vector<double> delays; ///< of the window's heartbeats, milliseconds; empty without a window
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

Timing runAlone(const Experiment& experiment, const QString& file)
{
    QElapsedTimer clock;
    Timing timing;
    RunObserver observer;
    observer.progress = [](const BatchProgress&) {};
    observer.state = [&](RunState state, const std::string&) {
        if (state == RunState::Running)
            clock.start();
        if (state == RunState::Saving)
            timing.seconds = double(clock.nsecsElapsed()) * 1e-9;
    };
    TrainingRun run(experiment, {.output = file.toStdString(), .checkpointEpochs = 0, .resumeFrom = {}},
                    observer);
    run.wait();
    return timing;
}

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

Timing runInWindow(MainWindow& window)
{
    Timing timing;
    double cpuBefore = 0.0;
    QElapsedTimer clock;
    QElapsedTimer sinceBeat;
    QTimer heartbeat;
    heartbeat.setTimerType(Qt::PreciseTimer);
    QObject::connect(&heartbeat, &QTimer::timeout, &heartbeat, [&] {
        if (clock.isValid())
            timing.delays.push_back(
                std::max(0.0, double(sinceBeat.nsecsElapsed()) * 1e-6 - heartbeatMilliseconds));
        sinceBeat.start();
    });
    QEventLoop loop;
    RunController& run = window.session().run();
    QObject context;
    QObject::connect(&run, &RunController::stateChanged, &context, [&](RunState state) {
        if (state == RunState::Running) {
            clock.start();
            cpuBefore = threadCpuSeconds();
        }
        if (state == RunState::Saving) {
            timing.seconds = double(clock.nsecsElapsed()) * 1e-9;
            timing.cpuSeconds = threadCpuSeconds() - cpuBefore;
        }
        if (isOver(state))
            loop.quit();
    });
    sinceBeat.start();
    heartbeat.start(heartbeatMilliseconds);
    window.session().startRun();
    loop.exec();
    return timing;
}

} // namespace

int main(int argc, char** argv)
{
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
    if (argc < 2 || rounds < 1) {
        std::fprintf(stderr, "usage: bench_window DOCUMENT.json [ROUNDS]\n");
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
    std::vector<double> ratios, cpuShares;
    std::vector<double> delays;
    for (int round = 0; round < rounds; ++round) {
        Timing alone, shown;
        // Each is first in every other round, so that a machine that gets slower or faster favours neither.
        for (const bool withWindow : {round % 2 == 1, round % 2 == 0}) {
            window.setVisible(withWindow);
            QApplication::processEvents(); // the first painting is not part of the run
            if (withWindow)
                shown = runInWindow(window);
            else
                alone = runAlone(experiment, folder.filePath(QStringLiteral("alone.run.h5")));
        }
        ratios.push_back(shown.seconds / alone.seconds);
        delays.insert(delays.end(), shown.delays.begin(), shown.delays.end());
        cpuShares.push_back(shown.cpuSeconds / shown.seconds);
        std::printf(
            "round %d: alone %.2f s, in the window %.2f s, ratio %.3f; its thread used %.2f %% of a core\n",
            round + 1, alone.seconds, shown.seconds, ratios.back(), 100.0 * cpuShares.back());
        std::fflush(stdout);
    }
    std::printf("time in the window over time alone: %.3f (median of %d); its thread used %.2f %% of a core; "
                "an event waits %.1f ms (99th percentile), "
                "%.1f ms (99.9th), %.1f ms at most\n",
                median(ratios), rounds, 100.0 * median(cpuShares), percentile(delays, 0.99),
                percentile(delays, 0.999), percentile(delays, 1.0));
    return 0;
}
