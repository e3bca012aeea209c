#include "tests/app/window_fixture.h"
#include "tests/widgets/offscreen.h"

#include <QDir>

using namespace ternbench;

/// A run that cannot be saved, and closing while work is under way.
class MainWindowSavingTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void aRunThatCannotBeSavedIsSavedElsewhere()
    {
        stopWithoutAFolder(2); // later
        QVERIFY(f().run().isActive());
        QVERIFY2(f().actions().saveRunAs->isEnabled(), qPrintable(f().actions().saveRunAs->toolTip()));
        f().answer = 1; // elsewhere
        f().saveAnswer = f().path(QStringLiteral("elsewhere"));
        f().actions().saveRunAs->trigger();
        QVERIFY(f().waitForState(RunState::Stopped));
        QCOMPARE(f().session().runFile(), f().path(QStringLiteral("elsewhere.run.h5")));
        QVERIFY(QFile::exists(f().session().runFile()));
        QVERIFY2(f().session().resumeObstacle().isEmpty(), qPrintable(f().session().resumeObstacle()));
    }

    void savingCanBeTriedAgain()
    {
        stopWithoutAFolder(2);
        QVERIFY(QDir().mkpath(Session::runsFolder()));
        f().answer = 0;
        f().window().files().askForUnsavedRun();
        QVERIFY(f().waitForState(RunState::Stopped));
        QVERIFY(QFile::exists(f().session().runFile()));
    }

    void aRunGivenUpIsOver()
    {
        stopWithoutAFolder(3); // give up
        QVERIFY(f().waitForState(RunState::Failed));
        QVERIFY(!f().run().isActive());
        QVERIFY(f().actions().run.start->isEnabled());
    }

    void closingAsksWhatBecomesOfAnUnsavedRun()
    {
        stopWithoutAFolder(2);
        const int before = f().questions;
        QVERIFY(!f().window().close());
        QCOMPARE(f().questions, before + 1);
        QVERIFY(f().run().isActive());
    }

    void closingDuringAnExportAsks()
    {
        f().load(smallExperiment());
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Finished));
        f().session().exportPacked(f().path(QStringLiteral("a.packed.h5")));
        f().answer = 1; // keep the window open
        QVERIFY(!f().window().close());
        QCOMPARE(f().questions, 1);
        f().answer = 0;
        QVERIFY(f().window().close());
    }

private:
    WindowFixture& f() { return *m_fixture; }

    /// Starts a run, takes its folder away, stops it, and gives `answer` to the question that follows.
    void stopWithoutAFolder(int answer)
    {
        f().load(smallExperiment(50));
        f().answer = answer;
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Running));
        QTRY_VERIFY(!f().session().epochs().empty());
        QTRY_VERIFY(QDir(Session::runsFolder()).removeRecursively()); // a checkpoint may be under way in it
        f().session().stopRun();
        QVERIFY(f().waitForState(RunState::Unsaved));
        QTRY_VERIFY(f().questions > 0);
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

QTEST_MAIN(MainWindowSavingTest)
#include "tst_main_window_saving.moc"
