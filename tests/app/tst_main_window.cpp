#include "app/desktop/run_settings_dialog.h"
#include "core/storage/run_file.h"
#include "tests/app/window_fixture.h"
#include "tests/widgets/offscreen.h"
#include "widgets/editor/experiment_editor.h"
#include "widgets/plots/curves_plot.h"

#include <QLabel>
#include <QProgressBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTimer>
#include <QToolButton>

using namespace ternbench;

/// Runs: start, pause, resume, stop, step, and closing the window during one.
class MainWindowTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void startTrainsToTheEnd()
    {
        f().load(smallExperiment(2));
        QSignalSpy epochs(&f().session(), &Session::epochAdded);
        clickRunButton("startButton");
        QVERIFY(f().run().isActive());
        QVERIFY(f().waitForState(RunState::Finished));
        QCOMPARE(epochs.count(), 4);
        QCOMPARE(int(f().window().panels().curves->epochs().size()), 4);
        QVERIFY(QFile::exists(f().session().runFile()));
        QVERIFY(f().session().runFile().startsWith(WindowFixture::dataFolder()));
        const auto* bar = f().window().findChild<QProgressBar*>(QStringLiteral("runProgress"));
        QTRY_COMPARE(bar->value(), bar->maximum());
        QCOMPARE(f().window().findChild<QLabel*>(QStringLiteral("runState"))->text(),
                 QStringLiteral("Finished"));
        QVERIFY(f().actions().run.start->isEnabled());
        QVERIFY(!f().actions().run.pauseResume->isEnabled());
        QCOMPARE(f().actions().run.pauseResume->toolTip(), QStringLiteral("The run is finished."));
    }

    void runSettingsAreKeptAndUsed()
    {
        QCOMPARE(storedRunSettings(), RunSettings{});
        const auto answer = [&](int threads, int epochs, auto close) {
            QTimer::singleShot(0, &f().window(), [threads, epochs, close] {
                auto* dialog = qobject_cast<RunSettingsDialog*>(QApplication::activeModalWidget());
                QVERIFY(dialog);
                dialog->findChild<QSpinBox*>(QStringLiteral("runSettings.threads"))->setValue(threads);
                dialog->findChild<QSpinBox*>(QStringLiteral("runSettings.checkpoint"))->setValue(epochs);
                close(dialog);
            });
            f().actions().runSettings->trigger();
        };
        answer(2, 7, [](QDialog* dialog) { dialog->reject(); });
        QCOMPARE(storedRunSettings(), RunSettings{});
        answer(3, 1, [](QDialog* dialog) { dialog->accept(); });
        f().close();
        f().open();
        QCOMPARE(storedRunSettings(), (RunSettings{3, 1}));
        f().load(smallExperiment(2));
        f().press(Qt::Key_F10); // an epoch, then a pause: saved by the checkpoint of every epoch
        QVERIFY(f().waitForState(RunState::Paused));
        const RunRecord record = readRunFile(f().session().runFile().toStdString());
        QCOMPARE(record.environment.threads, 3);
        QCOMPARE(record.history.size(), std::size_t{1});
        QSettings().setValue(QStringLiteral("run/threads"), QStringLiteral("many")); // changed by hand
        QSettings().setValue(QStringLiteral("run/checkpointEpochs"), -4);
        QCOMPARE(storedRunSettings(), RunSettings{});
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
    }

    void everyBatchLossArrives()
    {
        f().load(smallExperiment(2));
        std::int64_t next = 0;
        bool inOrder = true;
        connect(&f().run(), &RunController::progressed, &f().window(), [&](const BatchProgress& progress) {
            inOrder = inOrder && (progress.losses.empty() || progress.firstLossStep == next);
            next += std::int64_t(progress.losses.size());
        });
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Finished));
        QVERIFY(inOrder);
        QCOMPARE(next, std::int64_t(4 * 400 / 20));
    }

    void pauseResumeAndStopByKeyboard()
    {
        f().load(smallExperiment(500, 4000));
        QSignalSpy progress(&f().run(), &RunController::progressed);
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Running));
        QCOMPARE(f().actions().run.pauseResume->text(), QStringLiteral("&Pause"));
        f().press(Qt::Key_F6);
        QVERIFY(f().waitForState(RunState::Paused));
        QCOMPARE(f().actions().run.pauseResume->text(), QStringLiteral("&Resume"));
        QCoreApplication::processEvents();
        progress.clear();
        f().press(Qt::Key_F6);
        QVERIFY(f().waitForState(RunState::Running));
        QTRY_VERIFY(progress.count() > 0);
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        QVERIFY(!f().run().isActive());
        QVERIFY(QFile::exists(f().session().runFile()));
    }

    void stoppedRunIsTakenUp()
    {
        f().load(smallExperiment(500, 4000));
        f().press(Qt::Key_F5);
        QTRY_VERIFY(!f().session().epochs().empty());
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        const std::size_t before = f().session().epochs().size();
        const QString file = f().session().runFile();
        f().press(Qt::Key_F6);
        QVERIFY(f().run().isActive());
        QTRY_VERIFY(f().session().epochs().size() > before);
        QCOMPARE(f().session().epochs()[before]->epoch, int(before) + 1);
        QCOMPARE(f().session().runFile(), file);
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
    }

    /// A run that was stopped within an epoch and opened again shows each mini-batch where it was.
    void stoppedRunIsDrawnAtItsMiniBatches()
    {
        constexpr int stepsPerEpoch = 4000 / 20;
        f().load(smallExperiment(500, 4000));
        f().press(Qt::Key_F5);
        QTRY_VERIFY(!f().session().epochs().empty());
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        const QString file = f().session().runFile();
        f().close();
        f().open();
        f().window().files().openPath(file);
        const FigureTable table = f().window().panels().curves->table();
        const std::vector<double>& positions = table[5].values;
        QVERIFY(positions.size() >= stepsPerEpoch);
        QCOMPARE(positions.back(), double(positions.size()) / stepsPerEpoch);
        QSignalSpy message(&f().session(), &Session::message);
        const QString figure = f().path(QStringLiteral("curves.csv"));
        QCOMPARE(f().window().panels().curves->saveFigure(figure), QString());
        QVERIFY(!message.isEmpty() && message.last()[1].toString().contains(figure)); // the log says where
    }

    void stepGoesOneEpochAtATime()
    {
        f().load(smallExperiment(3));
        f().press(Qt::Key_F10);
        QVERIFY(f().waitForState(RunState::Paused));
        QCOMPARE(int(f().session().epochs().size()), 1);
        clickRunButton("stepEpochButton");
        QTRY_COMPARE(int(f().session().epochs().size()), 2);
        QVERIFY(f().waitForState(RunState::Paused));
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
    }

    /// A run that failed before there was anything to keep leaves no name of a file that is not there.
    void runWithoutDataLeavesNoFile()
    {
        Experiment experiment = smallExperiment(1);
        experiment.data.kind = DataKind::Idx;
        experiment.data.folder = f().path(QStringLiteral("nowhere")).toStdString();
        f().load(experiment);
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Failed));
        QCOMPARE(f().session().runFile(), QString());
        QVERIFY(f().window().findChild<QProgressBar*>(QStringLiteral("runProgress"))->text().isEmpty());
    }

    void whatCannotChangeIsLockedAndSaysSo()
    {
        f().load(smallExperiment(500, 4000));
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Running));
        QVERIFY(f().window().panels().editor->isLocked());
        QVERIFY(!f().window().findChild<QLineEdit*>(QStringLiteral("seed"))->isEnabled() ||
                f().window().findChild<QLineEdit*>(QStringLiteral("seed"))->isReadOnly());
        for (QAction* action : {f().actions().run.start, f().actions().open, f().actions().newExperiment,
                                f().actions().exportPacked, f().actions().saveRunAs}) {
            QVERIFY2(!action->isEnabled(), qPrintable(action->objectName()));
            QVERIFY2(action->toolTip().contains(QStringLiteral("A run is under way")),
                     qPrintable(action->toolTip()));
        }
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        QVERIFY(!f().window().panels().editor->isLocked());
        QVERIFY(f().actions().open->isEnabled());
    }

    void closingDuringARunAsksAndKeepsRunning()
    {
        f().load(smallExperiment(500, 4000));
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Running));
        f().answer = 1; // keep running
        QVERIFY(!f().window().close());
        QCOMPARE(f().questions, 1);
        QVERIFY(f().window().isVisible());
        QVERIFY(f().run().isActive());
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
    }

    void closingDuringARunStopsAndSaves()
    {
        f().load(smallExperiment(500, 4000));
        f().press(Qt::Key_F5);
        QTRY_VERIFY(!f().session().epochs().empty());
        f().answer = 0;                 // stop and save
        QVERIFY(!f().window().close()); // not yet: the run has to be saved first
        QTRY_VERIFY(!f().window().isVisible());
        const QString file = f().session().runFile();
        const LoadedRun saved = loadRun(file);
        QCOMPARE(saved.status, RunStatus::Unfinished);
        QVERIFY(saved.epochs.size() >= 1);
        QVERIFY(saved.experiment == smallExperiment(500, 4000));
    }

    void missingDataIsReportedAndKeepsTheWindowUsable()
    {
        Experiment experiment = smallExperiment();
        experiment.data.kind = DataKind::Idx;
        experiment.data.folder = f().path(QStringLiteral("nowhere")).toStdString();
        f().load(experiment);
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Failed));
        QVERIFY(f().window()
                    .findChild<QLabel*>(QStringLiteral("runState"))
                    ->toolTip()
                    .contains(QStringLiteral("nowhere")));
        QVERIFY(f().actions().run.start->isEnabled());
    }

private:
    WindowFixture& f() { return *m_fixture; }

    void clickRunButton(const char* name)
    {
        auto* button = f().window().findChild<QToolButton*>(QLatin1String(name));
        QVERIFY2(button && button->isEnabled(), name);
        QTest::mouseClick(button, Qt::LeftButton);
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

QTEST_MAIN(MainWindowTest)
#include "tst_main_window.moc"
