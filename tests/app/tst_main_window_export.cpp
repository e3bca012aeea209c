#include "tests/app/window_fixture.h"
#include "tests/widgets/offscreen.h"
#include "widgets/plots/curves_plot.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/ledger_model.h"
#include "widgets/views/ledger_view.h"
#include "widgets/views/verification_model.h"

#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>

using namespace ternbench;

/// Export, verification, and run files opened again.
class MainWindowExportTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void exportNeedsACodedNetwork()
    {
        f().load(smallExperiment(2));
        QVERIFY(!f().actions().exportPacked->isEnabled());
        f().press(Qt::Key_F10); // one float epoch
        QVERIFY(f().waitForState(RunState::Paused));
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        QVERIFY(!f().actions().exportPacked->isEnabled());
        QVERIFY2(f().actions().exportPacked->toolTip().contains(QStringLiteral("coded stage")),
                 qPrintable(f().actions().exportPacked->toolTip()));
    }

    void exportedFilePassesVerification()
    {
        train();
        QVERIFY(exportTo(QStringLiteral("small")));
        const QString packed = f().path(QStringLiteral("small.packed.h5"));
        QVERIFY(QFile::exists(packed));
        const VerificationReport& report = hardware()->verificationModel()->report();
        QVERIFY(report.passed());
        QCOMPARE(report.images, std::uint64_t(100));
        QCOMPARE(hardware()->ledgerModel()->ledger().indexBytes, f().session().plannedLedger().indexBytes);
        QVERIFY(label("verdict").contains(QStringLiteral("Passed")));
        QVERIFY(label("hardwareError").contains(QStringLiteral("test error at the end of training")));

        hardware()->clearVerification();
        f().openAnswer = packed;
        QSignalSpy finished(&f().session().packedJobs(), &PackedJobs::finished);
        QTest::mouseClick(f().window().findChild<QPushButton*>(QStringLiteral("verifyButton")),
                          Qt::LeftButton);
        QVERIFY(finished.wait(30000));
        QVERIFY(hardware()->verificationModel()->report().passed());
        QVERIFY(label("verdict").contains(QStringLiteral("Passed")));
    }

    void damagedFileFails()
    {
        train();
        QVERIFY(exportTo(QStringLiteral("small")));
        // A golden hash that the outputs do not give: found by its text, since HDF5 stores strings as they
        // are.
        QFile file(f().path(QStringLiteral("small.packed.h5")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QByteArray content = file.readAll();
        file.close();
        const QByteArray hash = goldenHashIn(content);
        QVERIFY(!hash.isEmpty());
        content.replace(hash, QByteArray(hash.size(), 'f'));
        QFile bad(f().path(QStringLiteral("bad.packed.h5")));
        QVERIFY(bad.open(QIODevice::WriteOnly));
        bad.write(content);
        bad.close();
        QSignalSpy finished(&f().session().packedJobs(), &PackedJobs::finished);
        f().window().files().openPath(bad.fileName());
        QVERIFY(finished.wait(30000));
        QVERIFY(!hardware()->verificationModel()->report().passed());
        QVERIFY2(label("verdict").contains(QStringLiteral("FAILED")), qPrintable(label("verdict")));
    }

    void whatIsNoPackedFileIsSaid()
    {
        QFile file(f().path(QStringLiteral("text.packed.h5")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write("not HDF5");
        file.close();
        f().openAnswer = file.fileName();
        QSignalSpy failed(&f().session().packedJobs(), &PackedJobs::failed);
        f().press(Qt::Key_E, Qt::ControlModifier | Qt::ShiftModifier);
        QVERIFY(failed.count() > 0 || failed.wait(30000));
        QVERIFY2(label("verdict").contains(QStringLiteral("text.packed.h5")), qPrintable(label("verdict")));
        QVERIFY(f().window().findChild<QPushButton*>(QStringLiteral("verifyButton"))->isEnabled());
    }

    void runFileIsSavedOpenedAndResumed()
    {
        f().load(smallExperiment(3));
        f().press(Qt::Key_F10);
        QVERIFY(f().waitForState(RunState::Paused));
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        f().saveAnswer = f().path(QStringLiteral("kept"));
        f().press(Qt::Key_R, Qt::ControlModifier);
        QCOMPARE(f().session().runFile(), f().path(QStringLiteral("kept.run.h5")));
        f().close();
        f().open();
        f().window().files().openPath(f().path(QStringLiteral("kept.run.h5")));
        QVERIFY(f().lastError.isEmpty());
        QVERIFY(f().session().document().experiment() == smallExperiment(3));
        QCOMPARE(int(f().window().panels().curves->epochs().size()), 1);
        f().press(Qt::Key_F6); // take it up
        QVERIFY(f().waitForState(RunState::Finished));
        QCOMPARE(int(f().window().panels().curves->epochs().size()), 6);
        QCOMPARE(loadRun(f().path(QStringLiteral("kept.run.h5"))).status, RunStatus::Finished);
    }

    void editedExperimentCannotTakeUpTheRun()
    {
        f().load(smallExperiment(3));
        f().press(Qt::Key_F10);
        QVERIFY(f().waitForState(RunState::Paused));
        f().press(Qt::Key_F5, Qt::ShiftModifier);
        QVERIFY(f().waitForState(RunState::Stopped));
        QVERIFY(f().actions().run.pauseResume->isEnabled());
        f().type(QStringLiteral("seed"), QStringLiteral("8"));
        QVERIFY(!f().actions().run.pauseResume->isEnabled());
        QVERIFY(f().actions().run.pauseResume->toolTip().contains(QStringLiteral("edited")));
        QVERIFY(f().actions().run.start->isEnabled());
    }

private:
    WindowFixture& f() { return *m_fixture; }
    LedgerView* hardware() { return f().window().panels().hardware->ledger(); }
    QString label(const char* name) { return f().window().findChild<QLabel*>(QLatin1String(name))->text(); }

    void train()
    {
        f().load(smallExperiment(1));
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Finished));
    }

    bool exportTo(const QString& name)
    {
        f().saveAnswer = f().path(name);
        QSignalSpy finished(&f().session().packedJobs(), &PackedJobs::finished);
        f().press(Qt::Key_E, Qt::ControlModifier);
        return finished.count() > 0 || finished.wait(30000);
    }

    /// The golden SHA-256 of the first layer, as it stands in the file.
    QByteArray goldenHashIn(const QByteArray& content)
    {
        for (const LayerVerification& part : hardware()->verificationModel()->report().parts)
            if (const QByteArray hash = QByteArray::fromStdString(part.goldenSha256); content.contains(hash))
                if (!hash.isEmpty())
                    return hash;
        return {};
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

QTEST_MAIN(MainWindowExportTest)
#include "tst_main_window_export.moc"
