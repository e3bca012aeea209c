#include "tests/widgets/offscreen.h"
#include "widgets/views/number_text.h"
#include "widgets/views/run_bar.h"

#include <QAction>
#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <limits>

using namespace ternbench;

namespace {

BatchProgress progressAt(std::int64_t step)
{
    BatchProgress progress;
    progress.step = step;
    progress.totalSteps = 1000;
    progress.epoch = 2;
    progress.stage = 1;
    progress.samplesPerSecond = 12345.0;
    progress.secondsLeft = 130.2;
    return progress;
}

} // namespace

class RunBarTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init()
    {
        m_actions = {new QAction(QStringLiteral("Start"), this), new QAction(QStringLiteral("Pause"), this),
                     new QAction(QStringLiteral("Stop"), this),
                     new QAction(QStringLiteral("Step epoch"), this)};
        m_actions.start->setObjectName(QStringLiteral("start"));
    }

    void durations_data()
    {
        QTest::addColumn<double>("seconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("nothing") << 0.0 << "0 s";
        QTest::newRow("rounds") << 59.4 << "59 s";
        QTest::newRow("rounds up to a minute") << 59.6 << "1 min";
        QTest::newRow("minutes") << 130.2 << "2 min 10 s";
        QTest::newRow("hours") << 3900.0 << "1 h 5 min";
        QTest::newRow("days") << 183600.0 << "2 d 3 h";
        QTest::newRow("negative") << -1.0 << "unknown";
        QTest::newRow("not a number") << std::numeric_limits<double>::quiet_NaN() << "unknown";
        QTest::newRow("infinite") << std::numeric_limits<double>::infinity() << "unknown";
    }
    void durations()
    {
        QFETCH(double, seconds);
        QTEST(durationText(seconds), "text");
    }

    void otherTexts()
    {
        QCOMPARE(timeLeftText(130.2), QStringLiteral("2 min 10 s left"));
        QCOMPARE(timeLeftText(0.4), QStringLiteral("less than a second left"));
        QCOMPARE(throughputText(950.0), QStringLiteral("950 samples/s"));
        QCOMPARE(throughputText(12345.0), QStringLiteral("12.3 k samples/s"));
        QVERIFY(throughputText(0.0).isEmpty());
        QCOMPARE(bytesText(713), QStringLiteral("713 bytes"));
        QCOMPARE(bytesText(81920), QStringLiteral("81,920 bytes (80.0 KiB)"));
        QCOMPARE(progressText(progressAt(1407), 25), QStringLiteral("epoch 3 of 25 · step 1,407 of 1,000"));
    }

    void buttonsDriveTheActions()
    {
        RunBar bar(m_actions);
        bar.show();
        QSignalSpy started(m_actions.start, &QAction::triggered);
        auto* button = bar.findChild<QToolButton*>(QStringLiteral("startButton"));
        QTest::mouseClick(button, Qt::LeftButton);
        QCOMPARE(started.count(), 1);
        m_actions.start->setEnabled(false);
        QVERIFY(!button->isEnabled());
    }

    void newestProgressIsShownAtMostOnceASecond()
    {
        RunBar bar(m_actions);
        bar.setSchedule(25, {QStringLiteral("float"), QStringLiteral("(8,4)")});
        bar.setState(RunState::Running, {});
        const auto* progress = bar.findChild<QProgressBar*>(QStringLiteral("runProgress"));
        QSignalSpy changes(progress, &QProgressBar::valueChanged);
        for (int step = 0; step <= 500; ++step)
            bar.setProgress(progressAt(step));
        QCOMPARE(changes.count(), 0);
        QTRY_COMPARE(progress->value(), 500);
        QCOMPARE(changes.count(), 1);
        QCOMPARE(progress->text(), QStringLiteral("epoch 3 of 25 · step 500 of 1,000"));
        QCOMPARE(label(bar, "runStage"), QStringLiteral("stage (8,4)"));
        QCOMPARE(label(bar, "runRate"), QStringLiteral("12.3 k samples/s"));
        QCOMPARE(label(bar, "runTimeLeft"), QStringLiteral("2 min 10 s left"));
    }

    void nothingMovesUnderTheMouse()
    {
        RunBar bar(m_actions);
        bar.setSchedule(25, {QStringLiteral("float"), QStringLiteral("(8,4)")});
        bar.resize(1200, bar.sizeHint().height());
        bar.show();
        const auto places = [&](const char* action, RunState state, bool known) {
            m_actions.pauseResume->setText(QLatin1String(action));
            if (known)
                bar.setProgress(progressAt(400));
            bar.setState(state, {});
            QCoreApplication::sendPostedEvents();
            std::vector<QRect> all;
            for (const auto* button : bar.findChildren<QToolButton*>())
                all.push_back(button->geometry());
            all.push_back(bar.findChild<QProgressBar*>(QStringLiteral("runProgress"))->geometry());
            return all;
        };
        const std::vector<QRect> starting = places("Pause", RunState::Starting, false);
        QVERIFY(places("Pause", RunState::Running, true) == starting);
        QVERIFY(places("Resume", RunState::Paused, true) == starting);
        QVERIFY(places("Pause", RunState::Saving, true) == starting);
    }

    void changingTextsMoveNothing()
    {
        RunBar bar(m_actions);
        bar.setSchedule(25, {QStringLiteral("float"), QStringLiteral("(8,4)")});
        bar.resize(1200, bar.sizeHint().height());
        bar.show();
        bar.setState(RunState::Running, {});
        const auto* rate = bar.findChild<QLabel*>(QStringLiteral("runRate"));
        const auto shown = [&](double samplesPerSecond) {
            BatchProgress progress = progressAt(400);
            progress.samplesPerSecond = samplesPerSecond;
            bar.setProgress(progress);
            bar.setState(RunState::Running, {}); // at once
            QCoreApplication::sendPostedEvents();
            return rate->geometry();
        };
        const QRect wide = shown(88888.0);
        QVERIFY(wide.width() >= rate->fontMetrics().horizontalAdvance(rate->text()));
        QCOMPARE(shown(900.0), wide);
        QCOMPARE(rate->text(), QStringLiteral("900 samples/s"));
        QCOMPARE(shown(88888.0), wide);
        bar.setState(RunState::Finished, {});
        QCoreApplication::sendPostedEvents();
        QCOMPARE(rate->width(), 0);
    }

    void openedRunIsShown()
    {
        RunBar bar(m_actions);
        bar.setSchedule(20, {});
        bar.showOpened(5);
        const auto* progress = bar.findChild<QProgressBar*>(QStringLiteral("runProgress"));
        QCOMPARE(progress->value(), progress->maximum() / 4);
        QCOMPARE(progress->text(), QStringLiteral("5 of 20 epochs, from the run file"));
        bar.showOpened(0);
        QCOMPARE(progress->text(), QStringLiteral("no run yet"));
    }

    void statesAreShownAtOnce()
    {
        RunBar bar(m_actions);
        QCOMPARE(label(bar, "runState"), QStringLiteral("Ready"));
        bar.setState(RunState::Running, {});
        bar.setProgress(progressAt(400));
        bar.setState(RunState::Paused, {}); // shows the newest progress as well
        QCOMPARE(label(bar, "runState"), QStringLiteral("Paused"));
        QCOMPARE(bar.findChild<QProgressBar*>(QStringLiteral("runProgress"))->value(), 400);
        bar.setState(RunState::Failed, QStringLiteral("fc2 diverged"));
        QCOMPARE(label(bar, "runState"), QStringLiteral("Failed"));
        QCOMPARE(label(bar, "runRate"), QString());
    }

private:
    static QString label(const RunBar& bar, const char* name)
    {
        return bar.findChild<QLabel*>(QLatin1String(name))->text();
    }

    RunActions m_actions;
};

QTEST_MAIN(RunBarTest)
#include "tst_run_bar.moc"
