#include "app/desktop/hardware_desk.h"
#include "tests/app/window_fixture.h"
#include "tests/widgets/offscreen.h"
#include "widgets/plots/codings_plot.h"
#include "widgets/plots/faults_plot.h"
#include "widgets/views/comparison_view.h"
#include "widgets/views/design_form.h"
#include "widgets/views/faults_view.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/report_view.h"
#include "widgets/views/rtl_form.h"
#include "widgets/views/rtl_view.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonDocument>
#include <QJsonObject>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTabWidget>

using namespace ternbench;

/// The tabs of the Hardware dock, from an exported network to simulated RTL.
class MainWindowHardwareTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void nothingBeforeAPackedFile()
    {
        for (const char* name : {"saveReport", "startFaults", "exportRtl", "checkRtl"}) {
            QVERIFY2(!button(name)->isEnabled(), name);
            QVERIFY2(button(name)->toolTip().contains(QStringLiteral("xport")),
                     qPrintable(button(name)->toolTip()));
        }
    }

    void exportFillsComparisonAndReport()
    {
        exportSmall();
        PlainTableModel* codings = view()->comparison()->model();
        QCOMPARE(codings->rowCount(), 14);
        QCOMPARE(cell(codings, 0, 0), QStringLiteral("(N,K) indexes"));
        view()->showPage(view()->comparison()); // hidden plots are not drawn
        QTRY_COMPARE(view()->comparison()->plot()->barTexts().size(), 14);
        QCOMPARE(view()->comparison()->plot()->barTexts().at(0), cell(codings, 0, 2));
        const QString total = cell(codings, 0, 1);
        auto* layers = f().window().findChild<QComboBox*>(QStringLiteral("comparisonLayer"));
        QCOMPARE(layers->count(), 3);
        layers->setCurrentIndex(2);
        QVERIFY(cell(codings, 0, 1) != total);
        QVERIFY(rowOf(view()->report()->model(), QStringLiteral("cycles")) >= 0);
    }

    void editedDesignIsMarkedOrReported()
    {
        exportSmall();
        PlainTableModel* figures = view()->report()->model();
        const int cycles = rowOf(figures, QStringLiteral("cycles"));
        const QString before = cell(figures, cycles, 2);
        view()->showPage(view()->report());
        f().type(QStringLiteral("design.lanes"), QStringLiteral("1"));
        QTRY_VERIFY(cell(figures, cycles, 2) != before);
        QCOMPARE(cell(figures, cycles, 3), QStringLiteral("estimated"));
        const QString narrow = cell(figures, cycles, 2);
        f().type(QStringLiteral("design.lanes"), QStringLiteral("99"));
        QVERIFY2(view()->report()->design()->problem().contains(QStringLiteral("1..64")),
                 qPrintable(view()->report()->design()->problem()));
        QVERIFY(!button("saveReport")->isEnabled());
        QVERIFY(button("saveReport")->toolTip().contains(QStringLiteral("lanes = 99")));
        QVERIFY(!button("exportRtl")->isEnabled());
        QCOMPARE(cell(figures, cycles, 2), narrow);
        QTest::mouseClick(button("designDefaults"), Qt::LeftButton);
        QTRY_COMPARE(cell(figures, cycles, 2), before);
        QVERIFY(button("saveReport")->isEnabled());
    }

    void activationBitsAreEditedAndAsTrainedAgain()
    {
        exportSmall();
        PlainTableModel* figures = view()->report()->model();
        const auto energy = [&] {
            return cell(figures, rowOf(figures, QStringLiteral("energy: activations")), 2);
        };
        const QString before = energy();
        view()->showPage(view()->report());
        f().type(QStringLiteral("design.activationBits"), QStringLiteral("16"));
        QTRY_VERIFY(energy() != before);
        f().type(QStringLiteral("design.activationBits"), QStringLiteral("17"));
        QVERIFY(button("saveReport")->toolTip().contains(QStringLiteral("activation bits = 17")));
        f().type(QStringLiteral("design.activationBits"), QStringLiteral("as trained"));
        QTRY_COMPARE(energy(), before);
        QVERIFY(button("saveReport")->isEnabled());
    }

    void convolutionIsReportedWithoutRtl()
    {
        Experiment experiment = smallExperiment(1);
        LayerSpec conv = experiment.network.layers.front();
        conv.kind = LayerKind::Conv2d;
        conv.name = "conv";
        conv.window = {3, 1, 1};
        experiment.network.layers.insert(experiment.network.layers.begin(), conv);
        exportPacked(experiment);
        PlainTableModel* figures = view()->report()->model();
        QCOMPARE(cell(figures, rowOf(figures, QStringLiteral("cycles")), 3), QStringLiteral("estimated"));
        QVERIFY2(label("reportCaption").contains(QStringLiteral("conv is of kind conv2d")),
                 qPrintable(label("reportCaption")));
        QVERIFY(!button("exportRtl")->isEnabled());
        QVERIFY2(button("exportRtl")->toolTip().contains(QStringLiteral("conv is of kind conv2d")),
                 qPrintable(button("exportRtl")->toolTip()));
        QVERIFY(button("startFaults")->isEnabled());
    }

    /// A file that was exchanged behind the window's back is another one.
    void exchangedFileIsReadAnew()
    {
        Experiment wider = smallExperiment(1);
        wider.network.layers.front().outputs *= 2;
        exportPacked(wider);
        const QString saved = f().path(QStringLiteral("small.packed.h5"));
        const QString wide = f().path(QStringLiteral("wide.h5")),
                      shown = f().path(QStringLiteral("shown.packed.h5"));
        QVERIFY(QFile::rename(saved, wide));
        exportSmall();
        QVERIFY(QFile::rename(saved, shown));
        QSignalSpy reported(&f().window().hardware().reporter(), &HardwareReporter::reported);
        f().window().files().openPath(shown);
        QVERIFY(reported.wait(30000));
        const QString before = label("comparisonCaption");
        QVERIFY2(before.startsWith(QStringLiteral("shown.packed.h5")), qPrintable(before));
        QVERIFY(QFile::remove(shown) && QFile::rename(wide, shown));
        f().window().files().openPath(shown);
        QVERIFY(reported.wait(30000));
        QVERIFY2(label("comparisonCaption") != before, qPrintable(before));
    }

    void reportIsSaved()
    {
        exportSmall();
        view()->showPage(view()->report());
        for (const char* kind : {"json", "html", "pdf"}) {
            f().saveAnswer = f().path(QStringLiteral("report.") + QLatin1String(kind));
            QTest::mouseClick(button("saveReport"), Qt::LeftButton);
            QVERIFY2(QFileInfo(f().saveAnswer).size() > 500, kind);
        }
        QFile file(f().path(QStringLiteral("report.json")));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QJsonDocument::fromJson(file.readAll()).object()["format"].toString(),
                 QStringLiteral("ternbench.hardware_report"));
        f().saveAnswer = f().path(QStringLiteral("report.doc"));
        QTest::mouseClick(button("saveReport"), Qt::LeftButton);
        QVERIFY2(f().lastError.contains(QStringLiteral(".html")), qPrintable(f().lastError));
    }

    void faultStudyFillsCurveAndTable()
    {
        exportSmall();
        view()->showPage(view()->faults());
        f().type(QStringLiteral("faults.flips"), QStringLiteral("1, x"));
        QVERIFY(!button("startFaults")->isEnabled());
        f().type(QStringLiteral("faults.flips"), QStringLiteral("0, 1, 8"));
        f().type(QStringLiteral("faults.repeats"), QStringLiteral("2"));
        f().type(QStringLiteral("faults.images"), QStringLiteral("50"));
        run("startFaults");
        QCOMPARE(view()->faults()->model()->rowCount(), 3);
        QCOMPARE(cell(view()->faults()->model(), 2, 0), QStringLiteral("8"));
        QCOMPARE(cell(view()->faults()->model(), 2, 1), QStringLiteral("2"));
        const FigureTable table = view()->faults()->plot()->table();
        QCOMPARE(table.front().values, (std::vector<double>{0, 1, 8}));
        QVERIFY(view()->faults()->plot()->saveFigure(f().path(QStringLiteral("faults.csv"))).isEmpty());
        QVERIFY(label("faultsText").contains(QStringLiteral("50 test images")));
        QVERIFY(button("startFaults")->isEnabled());
    }

    void faultStudyIsCancelled()
    {
        exportSmall();
        view()->showPage(view()->faults());
        f().type(QStringLiteral("faults.repeats"), QStringLiteral("10000"));
        QSignalSpy over(&jobs(), &HardwareJobs::over);
        QTest::mouseClick(button("startFaults"), Qt::LeftButton);
        QVERIFY(jobs().isBusy());
        QTest::mouseClick(button("cancelFaults"), Qt::LeftButton);
        QVERIFY(over.count() > 0 || over.wait(20000));
        QCOMPARE(view()->faults()->model()->rowCount(), 0);
        QVERIFY2(label("faultsText").contains(QStringLiteral("cancelled")), qPrintable(label("faultsText")));
    }

    void closingDuringAStudyAsks()
    {
        exportSmall();
        view()->showPage(view()->faults());
        f().type(QStringLiteral("faults.repeats"), QStringLiteral("10000"));
        QTest::mouseClick(button("startFaults"), Qt::LeftButton);
        f().answer = 1; // keep the window open
        const int before = f().questions;
        QVERIFY(!f().window().close());
        QCOMPARE(f().questions, before + 1);
        QVERIFY(f().asked.title.contains(QStringLiteral("fault study")));
        QVERIFY(jobs().isBusy());
        f().answer = 0;
        QVERIFY(f().window().close());
    }

    /// What Icarus counts becomes the report's, until the design point is another.
    void rtlIsExportedSimulatedAndReported()
    {
        exportSmall();
        view()->showPage(view()->rtl());
        f().type(QStringLiteral("rtl.images"), QStringLiteral("5"));
        f().folderAnswer = f().path(QStringLiteral("rtl"));
        run("exportRtl");
        QVERIFY2(QFile::exists(f().path(QStringLiteral("rtl/Makefile"))), qPrintable(label("rtlText")));
        for (const char* tool : {"rtl.lint", "rtl.verilator", "rtl.synth"})
            f().window().findChild<QCheckBox*>(QLatin1String(tool))->setChecked(false);
        if (!hasIcarus()) {
            run("checkRtl");
            QVERIFY2(label("rtlText").contains(QStringLiteral("install the package iverilog")),
                     qPrintable(label("rtlText")));
            return;
        }
        run("checkRtl");
        PlainTableModel* checks = view()->rtl()->model();
        QVERIFY2(cell(checks, 0, 1) == QStringLiteral("passed"), qPrintable(label("rtlText")));
        QCOMPARE(cell(checks, 0, 4), QStringLiteral("0"));
        QCOMPARE(cell(checks, 0, 5), cell(checks, 0, 6));
        QVERIFY(!f().window().findChild<QPlainTextEdit*>(QStringLiteral("rtlLog"))->toPlainText().isEmpty());
        PlainTableModel* figures = view()->report()->model();
        const int cycles = rowOf(figures, QStringLiteral("cycles"));
        QTRY_COMPARE(cell(figures, cycles, 3), QStringLiteral("simulated"));
        QCOMPARE(cell(figures, cycles, 2), cell(checks, 0, 5));
        view()->showPage(view()->report());
        f().type(QStringLiteral("design.lanes"), QStringLiteral("1"));
        QTRY_COMPARE(cell(figures, cycles, 3), QStringLiteral("estimated"));
    }

    void folderInUseIsRefused()
    {
        exportSmall();
        view()->showPage(view()->rtl());
        f().folderAnswer = f().path({});
        QTest::mouseClick(button("exportRtl"), Qt::LeftButton);
        QVERIFY2(f().lastError.contains(QStringLiteral("not empty")), qPrintable(f().lastError));
        QVERIFY(!jobs().isBusy());
    }

private:
    WindowFixture& f() { return *m_fixture; }
    HardwareView* view() { return f().window().panels().hardware; }
    HardwareJobs& jobs() { return f().window().hardware().jobs(); }
    QString label(const char* name) { return f().window().findChild<QLabel*>(QLatin1String(name))->text(); }
    QPushButton* button(const char* name)
    {
        return f().window().findChild<QPushButton*>(QLatin1String(name));
    }
    static bool hasIcarus()
    {
        try {
            requireInstalled(RtlTool::Icarus);
            return true;
        } catch (const std::exception&) {
            return false;
        }
    }

    static QString cell(const QAbstractItemModel* model, int row, int column)
    {
        return model->index(row, column).data().toString();
    }

    static int rowOf(const QAbstractItemModel* model, const QString& title)
    {
        for (int row = 0; row < model->rowCount(); ++row)
            if (cell(model, row, 0) == title)
                return row;
        return -1;
    }

    /// Presses the button and waits for the end of the job.
    void run(const char* name)
    {
        QSignalSpy over(&jobs(), &HardwareJobs::over);
        QTest::mouseClick(button(name), Qt::LeftButton);
        QVERIFY2(over.count() > 0 || over.wait(30000), name);
    }

    void exportSmall() { exportPacked(smallExperiment(1)); }

    void exportPacked(const Experiment& experiment)
    {
        f().load(experiment);
        f().press(Qt::Key_F5);
        QVERIFY(f().waitForState(RunState::Finished));
        f().saveAnswer = f().path(QStringLiteral("small"));
        QSignalSpy reported(&f().window().hardware().reporter(), &HardwareReporter::reported);
        f().press(Qt::Key_E, Qt::ControlModifier);
        QVERIFY(reported.count() > 0 || reported.wait(30000));
    }

    std::unique_ptr<WindowFixture> m_fixture;
};

QTEST_MAIN(MainWindowHardwareTest)
#include "tst_main_window_hardware.moc"
