#include "tests/widgets/offscreen.h"
#include "widgets/views/ledger_view.h"
#include "widgets/views/verification_model.h"

#include <QAbstractItemModelTester>
#include <QIcon>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>

using namespace ternbench;

namespace {

VerificationReport goodReport()
{
    VerificationReport report;
    report.images = 10000;
    report.classErrors = report.goldenClassErrors = 1002;
    report.parts = {{"input", 0, 0, "", "", {}},
                    {"fc1", 5120000, 0, std::string(64, 'a'), std::string(64, 'a'), {}}};
    return report;
}

VerificationReport badReport()
{
    VerificationReport report = goodReport();
    report.parts[1].computedSha256 = std::string(64, 'b');
    report.parts[1].problems = {"outputs differ from the golden ones", "codes: SHA-256 differs"};
    return report;
}

} // namespace

class LedgerViewTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void passedAndFailedReadWithoutColour()
    {
        VerificationModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        model.setReport(badReport());
        const auto text = [&](int row, int column) {
            return model.data(model.index(row, column)).toString();
        };
        QCOMPARE(text(0, VerificationModel::ResultColumn), QStringLiteral("passed"));
        QCOMPARE(text(0, VerificationModel::ComparedColumn), QStringLiteral("–"));
        QCOMPARE(text(1, VerificationModel::ResultColumn), QStringLiteral("FAILED"));
        QCOMPARE(text(1, VerificationModel::ComparedColumn), QStringLiteral("5,120,000"));
        QCOMPARE(text(1, VerificationModel::ComputedColumn),
                 QString(12, QLatin1Char('b')) + QStringLiteral("…"));
        QVERIFY(
            text(1, VerificationModel::ProblemsColumn).contains(QStringLiteral("codes: SHA-256 differs")));
        QVERIFY(!model.data(model.index(1, VerificationModel::ResultColumn), Qt::DecorationRole)
                     .value<QIcon>()
                     .isNull());
        QCOMPARE(
            model.data(model.index(1, VerificationModel::GoldenColumn), Qt::ToolTipRole).toString().size(),
            64);
    }

    void verdictNamesTheFailure()
    {
        QCOMPARE(verdictText(goodReport()),
                 QStringLiteral("Passed: every part agrees over 10,000 test images."));
        const QString failed = verdictText(badReport());
        QVERIFY2(failed.startsWith(QStringLiteral("FAILED at fc1: outputs differ")), qPrintable(failed));
    }

    void hardwareErrorBesideTestError()
    {
        QCOMPARE(hardwareErrorText(goodReport(), 0.0995),
                 QStringLiteral("Hardware error 10.02 % (1,002 of 10,000 test images); test error at the end "
                                "of training 9.95 %."));
        QCOMPARE(hardwareErrorText(goodReport(), -1.0),
                 QStringLiteral("Hardware error 10.02 % (1,002 of 10,000 test images)."));
        VerificationReport other = goodReport();
        other.goldenClassErrors = 1000;
        QVERIFY(hardwareErrorText(other, -1.0).contains(QStringLiteral("the file says 1,000")));
    }

    void buttonsEmitAndSayWhyNot()
    {
        LedgerView view;
        view.show();
        auto* exportButton = view.findChild<QPushButton*>(QStringLiteral("exportButton"));
        auto* verifyButton = view.findChild<QPushButton*>(QStringLiteral("verifyButton"));
        QSignalSpy exports(&view, &LedgerView::exportRequested),
            verifications(&view, &LedgerView::verifyRequested);
        view.setExportReason(QStringLiteral("No run yet."));
        QTest::mouseClick(exportButton, Qt::LeftButton);
        QCOMPARE(exports.count(), 0);
        QCOMPARE(exportButton->toolTip(), QStringLiteral("No run yet."));
        view.setExportReason({});
        QTest::mouseClick(exportButton, Qt::LeftButton);
        QTest::mouseClick(verifyButton, Qt::LeftButton);
        QCOMPARE(exports.count(), 1);
        QCOMPARE(verifications.count(), 1);
        view.setBusy(QStringLiteral("Verifying"), 0.25);
        QVERIFY(!exportButton->isEnabled() && !verifyButton->isEnabled());
        QCOMPARE(view.findChild<QProgressBar*>(QStringLiteral("hardwareProgress"))->value(), 250);
        view.setIdle();
        QVERIFY(exportButton->isEnabled() && verifyButton->isEnabled());
    }

    void emptyFilledAndFailed()
    {
        LedgerView view;
        view.show();
        auto* table = view.findChild<QTableView*>(QStringLiteral("verificationTable"));
        auto* verdict = view.findChild<QLabel*>(QStringLiteral("verdict"));
        QVERIFY(!table->isVisible());
        QCOMPARE(verdict->text(), QStringLiteral("Not verified yet"));
        view.setVerification(badReport(), 0.1, QStringLiteral("a.packed.h5"));
        QVERIFY(table->isVisible());
        QVERIFY(verdict->text().startsWith(QStringLiteral("a.packed.h5: FAILED at fc1")));
        view.setFailure(QStringLiteral("a.packed.h5: not an HDF5 file"));
        QVERIFY(!table->isVisible());
        QCOMPARE(verdict->text(), QStringLiteral("a.packed.h5: not an HDF5 file"));
    }
};

QTEST_MAIN(LedgerViewTest)
#include "tst_ledger_view.moc"
