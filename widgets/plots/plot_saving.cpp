#include "widgets/plots/plot_saving.h"

#include "widgets/plots/plot_clipping.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QFileInfo>
#include <QPageLayout>
#include <QPdfWriter>
#include <QSaveFile>
#include <QSvgGenerator>
#include <qcustomplot.h>

namespace ternbench {

namespace {

constexpr double pngScale = 2.0; // sharp in print and on high-density screens

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::plot_saving", text);
}

void paintVector(QCustomPlot& plot, QPaintDevice& device, const QSize& size)
{
    QCPPainter painter;
    painter.begin(&device);
    painter.setMode(QCPPainter::pmVectorized);
    painter.setMode(QCPPainter::pmNoCaching);
    painter.setMode(QCPPainter::pmNonCosmetic);
    plot.toPainter(&painter, size.width(), size.height());
    painter.end();
}

QByteArray pngBytes(QCustomPlot& plot, const QSize& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    plot.toPixmap(size.width(), size.height(), pngScale).toImage().save(&buffer, "PNG");
    return bytes;
}

QByteArray svgBytes(QCustomPlot& plot, const QSize& size)
{
    // QSvgGenerator cannot clip: curves that leave a zoomed axis rect would run over the whole page.
    const ClippedData clipped(plot);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(plot.logicalDpiX()); // fonts in points keep their size relative to the axes
    generator.setSize(size);
    generator.setViewBox(QRect(QPoint(), size));
    generator.setTitle(QStringLiteral("Ternbench"));
    paintVector(plot, generator, size);
    return bytes;
}

QByteArray pdfBytes(QCustomPlot& plot, const QSize& size)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    const int dotsPerInch = plot.logicalDpiX();
    writer.setResolution(dotsPerInch); // one device unit is one pixel of the widget
    writer.setCreator(QStringLiteral("Ternbench"));
    const QSizeF points = QSizeF(size) * (72.0 / dotsPerInch);
    writer.setPageLayout(QPageLayout(QPageSize(points, QPageSize::Point, {}, QPageSize::ExactMatch),
                                     QPageLayout::Portrait, QMarginsF()));
    paintVector(plot, writer, size);
    return bytes;
}

QString write(const QString& path, const QByteArray& bytes)
{
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return tr("%1 could not be written: %2.").arg(path, file.errorString());
    return {};
}

} // namespace

QString saveFigure(QCustomPlot& plot, const QSize& size, const FigureTable& table, const QString& path)
{
    const QString kind = QFileInfo(path).suffix().toLower();
    QCPLayer* overlay = plot.layer(QStringLiteral("overlay"));
    const bool overlayVisible = overlay->visible();
    overlay->setVisible(false);
    QByteArray bytes;
    if (kind == u"png")
        bytes = pngBytes(plot, size);
    else if (kind == u"svg")
        bytes = svgBytes(plot, size);
    else if (kind == u"pdf")
        bytes = pdfBytes(plot, size);
    else if (kind == u"csv")
        bytes = toCsv(table);
    overlay->setVisible(overlayVisible);
    if (bytes.isEmpty())
        return tr("%1: a figure cannot be saved as \"%2\"; use .png, .svg, .pdf or .csv.").arg(path, kind);
    return write(path, bytes);
}

QStringList figureFilters()
{
    return {tr("PNG image, twice the size on screen (*.png)"), tr("SVG vector graphics (*.svg)"),
            tr("PDF document (*.pdf)"), tr("CSV, the data behind the plot (*.csv)")};
}

} // namespace ternbench
