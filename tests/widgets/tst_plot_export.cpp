#include "widgets/plots/curves_plot.h"
#include "widgets/plots/plot_clipping.h"
#include "widgets/plots/plot_saving.h"

#include <QFileDialog>
#include <QImage>
#include <QSignalSpy>
#include <QSvgRenderer>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

/// A plot on a dark desktop.
std::unique_ptr<CurvesPlot> darkCurves()
{
    auto curves = std::make_unique<CurvesPlot>();
    QPalette dark = curves->palette();
    dark.setColor(QPalette::Base, QColor(20, 20, 20));
    dark.setColor(QPalette::Text, Qt::white);
    curves->setPalette(dark);
    curves->resize(700, 500);
    curves->show();
    curves->setStages({{0, 2, "float"}, {2, 2, "(8,2)"}});
    curves->setEpochs({{1, 0.5, 0.6, 0.2, 0.25}, {2, 0.4, 0.55, 0.15, 0.2}, {3, 0.3, 0.5, 0.1, 0.125}});
    curves->appendBatchLosses(0, std::vector<float>{0.75F, 0.5F}, 2);
    return curves;
}

QByteArray contentOf(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestPlotExport : public QObject
{
    Q_OBJECT

private slots:
    void csvQuotesAndPads();
    void csvHoldsTheData();
    void pngIsTwiceTheSizeOnWhite();
    void svgCanBeRead();
    void svgHidesWhatLiesOutsideTheAxes();
    void linesAreCutAtTheEdges();
    void stepsAreCutAtTheEdges();
    void pdfIsOnePage();
    void hiddenPlotIsSavedToo();
    void screenColorsComeBack();
    void aKindChosenChangesTheName();
    void errorsAreTold_data();
    void errorsAreTold();

private:
    QString path(const QString& name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
};

void TestPlotExport::csvQuotesAndPads()
{
    const FigureTable table{{"epoch", {}, {1, 2, 3}}, {"loss, \"raw\"", "nats", {0.1, std::nan("")}}};
    QCOMPARE(toCsv(table), QByteArray("epoch,\"loss, \"\"raw\"\" [nats]\"\r\n1,0.1\r\n2,\r\n3,\r\n"));
}

void TestPlotExport::csvHoldsTheData()
{
    const auto curves = darkCurves();
    QSignalSpy saved(curves.get(), &PlotFrame::figureSaved);
    QCOMPARE(curves->saveFigure(path("a.csv")), QString());
    QCOMPARE(saved.size(), 1);
    const QList<QByteArray> lines = contentOf(path("a.csv")).split('\n');
    QVERIFY(lines[0].startsWith("epoch,train loss [nats],test loss [nats],train error [%],test error [%]"));
    QVERIFY(lines[1].startsWith("1,0.5,0.6,20,25,0.5,0.75,"));
    QVERIFY(lines[3].startsWith("3,0.3,0.5,10,12.5,,"));
}

void TestPlotExport::pngIsTwiceTheSizeOnWhite()
{
    const auto curves = darkCurves();
    QTRY_VERIFY(curves->plot()->isVisible());
    QCOMPARE(curves->saveFigure(path("a.PNG")), QString());
    const QImage image(path("a.PNG"));
    QCOMPARE(image.size(), 2 * curves->plot()->size());
    QCOMPARE(image.pixelColor(1, image.height() - 2), QColor(Qt::white));
    int dark = 0;
    for (int y = 0; y < image.height(); y += 3)
        for (int x = 0; x < image.width(); x += 3)
            dark += image.pixelColor(x, y).lightness() < 100;
    QVERIFY(dark > 100); // axes, words and curves are there
}

void TestPlotExport::svgCanBeRead()
{
    const auto curves = darkCurves();
    QCOMPARE(curves->saveFigure(path("a.svg")), QString());
    const QSvgRenderer renderer(path("a.svg"));
    QVERIFY(renderer.isValid());
    QVERIFY(contentOf(path("a.svg")).contains("loss [nats]"));
}

void TestPlotExport::svgHidesWhatLiesOutsideTheAxes()
{
    const auto curves = darkCurves();
    QTRY_VERIFY(curves->plot()->isVisible());
    // The loss curves run down out of the upper axis rect, and the lower one shows none of its own.
    curves->plot()->axisRect(0)->axis(QCPAxis::atLeft)->setRange(0.56, 0.58);
    curves->plot()->axisRect(1)->axis(QCPAxis::atLeft)->setRange(80.0, 90.0);
    QCOMPARE(curves->saveFigure(path("zoom.svg")), QString());
    QSvgRenderer renderer(path("zoom.svg"));
    QImage image(curves->plot()->size(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    const auto colored = [&image](const QRect& area) {
        int pixels = 0;
        for (int y = area.top(); y <= area.bottom(); ++y)
            for (int x = area.left(); x <= area.right(); ++x)
                pixels += image.pixelColor(x, y).saturation() > 60;
        return pixels;
    };
    const QRect upper = curves->plot()->axisRect(0)->rect(), lower = curves->plot()->axisRect(1)->rect();
    QVERIFY(colored(upper) > 0);
    QCOMPARE(colored(lower.adjusted(2, 4, 0, 0)), 0);
    QCOMPARE(colored(QRect(upper.bottomLeft() + QPoint(2, 4), lower.topRight() - QPoint(2, 4))), 0);
    QCOMPARE(curves->plot()->graph(2)->dataCount(), 3); // the plot has its own data back
    QCOMPARE(curves->plot()->graphCount(), 6);
}

void TestPlotExport::linesAreCutAtTheEdges()
{
    const QRectF area(0, 0, 10, 10);
    const auto cut = clippedLine({{-5, 5}, {5, 5}, {5, 25}, {8, 25}, {8, 5}}, area);
    QCOMPARE(cut.size(), std::size_t{6}); // in and out at the bottom, a gap, in again
    QCOMPARE(cut[0], QPointF(0, 5));
    QCOMPARE(cut[2], QPointF(5, 10));
    QVERIFY(std::isnan(cut[3].x()));
    QCOMPARE(cut[4], QPointF(8, 10));
    QVERIFY(clippedLine({{-5, 20}, {20, 20}}, area).empty());
    QCOMPARE(clippedLine({{1, 1}, {2, 2}, {3, 1}}, area).size(), std::size_t{3});
}

void TestPlotExport::stepsAreCutAtTheEdges()
{
    const QRectF area(0, 0, 10, 10);
    const auto cut = clippedSteps({{-9, 1}, {-4, 3}, {2, 30}, {8, 7}, {14, 2}}, area);
    QCOMPARE(cut, (std::vector<QPointF>{{0, 3}, {2, 10}, {8, 7}, {10, 7}}));
}

void TestPlotExport::pdfIsOnePage()
{
    const auto curves = darkCurves();
    QCOMPARE(curves->saveFigure(path("a.pdf")), QString());
    const QByteArray pdf = contentOf(path("a.pdf"));
    QVERIFY(pdf.startsWith("%PDF-"));
    QVERIFY(pdf.contains("/Count 1"));
    QVERIFY(pdf.size() > 2000);
}

void TestPlotExport::hiddenPlotIsSavedToo()
{
    const auto curves = darkCurves();
    curves->hide();
    QCOMPARE(curves->saveFigure(path("hidden.png")), QString());
    QVERIFY(QImage(path("hidden.png")).width() >= 1280);
}

void TestPlotExport::screenColorsComeBack()
{
    const auto curves = darkCurves();
    QTRY_VERIFY(curves->plot()->isVisible());
    QCOMPARE(curves->saveFigure(path("b.png")), QString());
    const QImage screen = curves->plot()->grab().toImage();
    QCOMPARE(screen.pixelColor(1, screen.height() - 2), QColor(20, 20, 20));
}

void TestPlotExport::aKindChosenChangesTheName()
{
    const auto curves = darkCurves();
    curves->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(curves.get()));
    curves->plot()->setFocus();
    QTest::keyClick(curves->plot(), Qt::Key_F, Qt::ControlModifier | Qt::ShiftModifier);
    auto* dialog = curves->findChild<QFileDialog*>();
    QVERIFY(dialog);
    dialog->setDirectory(m_folder.path());
    emit dialog->filterSelected(figureFilters()[1]);
    QCOMPARE(QFileInfo(dialog->selectedFiles().value(0)).fileName(), QStringLiteral("curves.svg"));
    dialog->reject();
}

void TestPlotExport::errorsAreTold_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("says");
    QTest::newRow("unknown kind") << "a.bmp"
                                  << ".png, .svg, .pdf or .csv";
    QTest::newRow("no extension") << "figure"
                                  << ".png, .svg, .pdf or .csv";
    QTest::newRow("no such folder") << "missing/a.png"
                                    << "could not be written";
}

void TestPlotExport::errorsAreTold()
{
    QFETCH(QString, name);
    QFETCH(QString, says);
    const auto curves = darkCurves();
    const QString error = curves->saveFigure(path(name));
    QVERIFY2(error.contains(says) && error.contains(path(name)), qPrintable(error));
    QVERIFY(!QFile::exists(path(name)));
}

QTEST_MAIN(TestPlotExport)
#include "tst_plot_export.moc"
