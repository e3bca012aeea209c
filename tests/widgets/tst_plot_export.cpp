#include "widgets/plots/curves_plot.h"
#include "widgets/plots/plot_saving.h"

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
    void pdfIsOnePage();
    void hiddenPlotIsSavedToo();
    void screenColorsComeBack();
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
    // The train curve alone, thick, and zoomed so that it leaves the picture at the top.
    curves->plot()->axisRect(0)->axis(QCPAxis::atLeft)->setRange(0.41, 0.42);
    QCOMPARE(curves->saveFigure(path("zoom.svg")), QString());
    QSvgRenderer renderer(path("zoom.svg"));
    QImage image(renderer.defaultSize(), QImage::Format_RGB32);
    image.fill(Qt::white);
    QPainter painter(&image);
    renderer.render(&painter);
    painter.end();
    // The gap between the two axis rects holds no text: any colour there is a curve that ran over.
    const int top = curves->plot()->axisRect(0)->bottom() + 3;
    const int bottom = curves->plot()->axisRect(1)->top() - 3;
    QVERIFY(bottom > top);
    for (int y = top; y < bottom; ++y)
        for (int x = curves->plot()->axisRect(0)->left() + 5; x < curves->plot()->axisRect(0)->right() - 5;
             ++x)
            QCOMPARE(image.pixelColor(x, y).saturation(), 0);
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
