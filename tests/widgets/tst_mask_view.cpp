#include "tests/widgets/offscreen.h"
#include "widgets/views/mask_view.h"

#include <QComboBox>
#include <QLabel>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>
#include <QWheelEvent>

using namespace ternbench;

namespace {

/// Row r holds + at input r mod columns, − two further on, 0 elsewhere.
std::shared_ptr<TernaryMatrix> diagonal(int rows, int columns)
{
    auto mask = std::make_shared<TernaryMatrix>();
    mask->rows = rows;
    mask->columns = columns;
    mask->values.assign(std::size_t(rows) * std::size_t(columns), 0);
    for (int r = 0; r < rows; ++r) {
        const std::size_t row = std::size_t(r) * std::size_t(columns);
        mask->values[row + std::size_t(r % columns)] = 1;
        mask->values[row + std::size_t((r + 2) % columns)] = -1;
    }
    return mask;
}

std::shared_ptr<const Grouping> linear(int columns)
{
    return std::make_shared<Grouping>(Grouping::linear(columns));
}

/// Kernel and channels of a convolution with a + at one index in memory, (ky, kx, channel).
LayerSnapshot convolution(GroupAxis axis, int kernel, int channels, int plus)
{
    auto mask = std::make_shared<TernaryMatrix>(
        TernaryMatrix{1, kernel * kernel * channels, std::vector<std::int8_t>()});
    mask->values.assign(std::size_t(mask->columns), 0);
    mask->values[std::size_t(plus)] = 1;
    LayerSnapshot result;
    result.name = "conv";
    result.rows = 1;
    result.fanIn = mask->columns;
    result.kernel = kernel;
    result.code = Code{4, 2, CodeFamily::AtMostK};
    result.mask = mask;
    result.grouping = std::make_shared<Grouping>(Grouping::convolution(axis, kernel, channels));
    return result;
}

LayerSnapshot layer(const std::string& name, std::shared_ptr<TernaryMatrix> mask)
{
    LayerSnapshot result;
    result.name = name;
    result.rows = mask->rows;
    result.fanIn = mask->columns;
    result.code = Code{8, 2, CodeFamily::AtMostK};
    result.grouping = linear(mask->columns);
    result.mask = std::move(mask);
    return result;
}

std::shared_ptr<EpochSnapshot> snapshot()
{
    auto result = std::make_shared<EpochSnapshot>();
    result->epoch = 4;
    result->layers = {layer("fc1", diagonal(16, 20)), layer("fc2", diagonal(64, 128))};
    return result;
}

void wheel(QWidget& widget, const QPointF& at, int notches)
{
    QWheelEvent event(at, widget.mapToGlobal(at), {}, {0, 120 * notches}, Qt::NoButton, Qt::NoModifier,
                      Qt::NoScrollPhase, false);
    QCoreApplication::sendEvent(&widget, &event);
}

/// WCAG 2 contrast ratio of two greys.
double contrast(int a, int b)
{
    const auto linear = [](int v) {
        const double s = v / 255.0;
        return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
    };
    const double la = linear(std::max(a, b)), lb = linear(std::min(a, b));
    return (la + 0.05) / (lb + 0.05);
}

} // namespace

class MaskViewTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void valuesDifferByLuminanceAlone()
    {
        const int minus = maskLuminance(-1, MaskShading::Signs);
        const int zero = maskLuminance(0, MaskShading::Signs);
        const int plus = maskLuminance(1, MaskShading::Signs);
        QVERIFY(minus < zero && zero < plus);
        QVERIFY2(contrast(minus, zero) > 3.0, "-1 and 0"); // WCAG 2.1, 1.4.11: graphics need 3 : 1
        QVERIFY2(contrast(zero, plus) > 3.0, "0 and +1");
    }

    void pyramidAveragesAndEndsAtOnePixel()
    {
        TernaryMatrix mask{3, 5, std::vector<std::int8_t>(15, 1)};
        mask.values[0] = -1;
        const MaskPyramid pyramid(mask, MaskShading::Signs);
        QCOMPARE(pyramid.level(0).size(), QSize(5, 3));
        QCOMPARE(pyramid.level(1).size(), QSize(3, 2));
        QCOMPARE(pyramid.level(pyramid.levelCount() - 1).size(), QSize(1, 1));
        const int plus = maskLuminance(1, MaskShading::Signs), minus = maskLuminance(-1, MaskShading::Signs);
        QCOMPARE(qGray(pyramid.level(0).pixel(0, 0)), minus);
        QCOMPARE(qGray(pyramid.level(1).pixel(0, 0)), (3 * plus + minus + 2) / 4);
        QCOMPARE(qGray(pyramid.level(1).pixel(2, 1)), plus);
    }

    void levelKeepsAPixelForEachScreenPixel()
    {
        const MaskPyramid pyramid(*diagonal(1024, 4096), MaskShading::Signs);
        QCOMPARE(pyramid.levelFor(1.0), 0);
        QCOMPARE(pyramid.levelFor(8.0), 0);
        QCOMPARE(pyramid.levelFor(0.6), 0);
        QCOMPARE(pyramid.levelFor(0.5), 1);
        QCOMPARE(pyramid.levelFor(0.2), 2);
    }

    void readoutNamesGroupAndPattern()
    {
        const LayerSnapshot fc1 = layer("fc1", diagonal(16, 20));
        QCOMPARE(maskReadout(fc1, 1, 3), QStringLiteral("row 1, input 3: -1, group 0 pattern 0+0-0000"));
        QCOMPARE(maskReadout(fc1, 9, 9), QStringLiteral("row 9, input 9: +1, group 1 pattern 0+0-0000"));
        // 20 inputs: the third group of 8 has 4 real weights and 4 of padding
        QCOMPARE(maskReadout(fc1, 0, 17), QStringLiteral("row 0, input 17: 0, group 2 pattern 0000...."));
        QVERIFY(maskReadout(fc1, 16, 0).isEmpty());
        LayerSnapshot plain = fc1;
        plain.code.reset();
        QCOMPARE(maskReadout(plain, 0, 0), QStringLiteral("row 0, input 0: +1"));
    }

    void convolutionsAreInTheOrderOfTheirGroups()
    {
        // Index 10 of (ky, kx, channel): kernel row 1, column 0, channel 1; position 12 of (channel, ky, kx).
        const LayerSnapshot flattened = convolution(GroupAxis::Flattened, 3, 3, 10);
        QCOMPARE(maskReadout(flattened, 0, 12),
                 QStringLiteral("row 0, channel 1 at kernel row 1, column 0: +1, group 3 pattern +000"));
        MaskCanvas canvas;
        canvas.setMask(flattened.mask, flattened.grouping, 4);
        for (int column = 0; column < 27; ++column)
            QCOMPARE(qGray(canvas.fullImage().pixel(column, 0)),
                     maskLuminance(column == 12, MaskShading::Signs));
        // Five channels at a kernel position: each ends with a tail group of one.
        const LayerSnapshot channels = convolution(GroupAxis::Channels, 2, 5, 9);
        QCOMPARE(maskReadout(channels, 0, 9),
                 QStringLiteral("row 0, channel 4 at kernel row 0, column 1: +1, group 3 pattern +..."));
        QCOMPARE(maskReadout(channels, 0, 10),
                 QStringLiteral("row 0, channel 0 at kernel row 1, column 0: 0, group 4 pattern 0000"));
        LayerSnapshot unknown = channels; // of a file that does not say how weights are grouped
        unknown.grouping = nullptr;
        QCOMPARE(maskReadout(unknown, 0, 9),
                 QStringLiteral("row 0, channel 4 at kernel row 0, column 1: +1"));
    }

    void bordersEndWithTheTailGroup()
    {
        const LayerSnapshot channels = convolution(GroupAxis::Channels, 2, 5, 0);
        MaskCanvas canvas;
        canvas.resize(20 * 10, 10); // 10 pixels a cell: borders, no glyphs
        canvas.setMask(channels.mask, channels.grouping, 4);
        const QImage image = canvas.grab().toImage();
        QList<int> borders;
        for (int column = 1; column < 20; ++column)
            if (image.pixelColor(column * 10, 5).saturation() > 0) // weights are grey
                borders << column;
        QCOMPARE(borders, QList<int>({4, 5, 9, 10, 14, 15, 19}));
    }

    void wheelZoomsAtTheCursor()
    {
        MaskCanvas canvas;
        canvas.resize(400, 300);
        canvas.setMask(diagonal(300, 400), linear(400), 8);
        QCOMPARE(canvas.cellSize(), 1.0);
        const QPointF at(123.5, 77.5);
        const auto before = canvas.cellAt(at);
        QVERIFY(before);
        wheel(canvas, at, 8);
        QVERIFY(canvas.cellSize() > 5.0);
        QCOMPARE(*canvas.cellAt(at), *before);
        wheel(canvas, at, -20);
        QCOMPARE(canvas.cellSize(), 1.0); // never smaller than the whole matrix
    }

    void keysAndDraggingMove()
    {
        MaskCanvas canvas;
        canvas.resize(400, 300);
        canvas.setMask(diagonal(300, 400), linear(400), 8);
        canvas.show();
        QTest::keyClick(&canvas, Qt::Key_Plus);
        QTest::keyClick(&canvas, Qt::Key_Plus);
        const auto start = canvas.cellAt({200, 150});
        QTest::keyClick(&canvas, Qt::Key_Right);
        const auto right = canvas.cellAt({200, 150});
        QVERIFY(start && right && right->column > start->column && right->row == start->row);
        QTest::mousePress(&canvas, Qt::LeftButton, {}, {200, 150});
        QTest::mouseMove(&canvas, {230, 170});
        QTest::mouseRelease(&canvas, Qt::LeftButton, {}, {230, 170});
        QCOMPARE(*canvas.cellAt({230, 170}), *right); // the weight taken hold of is still under the mouse
        QTest::keyClick(&canvas, Qt::Key_F);
        QCOMPARE(canvas.cellSize(), 1.0);
    }

    void paintsEachWeightWithItsLuminance()
    {
        MaskCanvas canvas;
        canvas.resize(100, 50);
        canvas.setMask(diagonal(5, 10), linear(10),
                       8); // 10 pixels a cell: no glyphs, borders at the edges only
        const QImage image = canvas.grab().toImage();
        const auto grey = [&](int row, int column) {
            return qGray(image.pixel(column * 10 + 5, row * 10 + 5));
        };
        QCOMPARE(grey(0, 0), maskLuminance(1, MaskShading::Signs));
        QCOMPARE(grey(0, 2), maskLuminance(-1, MaskShading::Signs));
        QCOMPARE(grey(0, 5), maskLuminance(0, MaskShading::Signs));
        QCOMPARE(grey(3, 5), maskLuminance(-1, MaskShading::Signs));
    }

    void newEpochKeepsLayerAndZoom()
    {
        MaskView view;
        view.resize(500, 400);
        view.show();
        view.setSnapshot(snapshot());
        auto* layers = view.findChild<QComboBox*>(QStringLiteral("maskLayer"));
        QCOMPARE(layers->count(), 2);
        layers->setCurrentIndex(1);
        QTest::mouseClick(view.findChild<QToolButton*>(QStringLiteral("maskZoomIn")), Qt::LeftButton);
        const double zoomed = view.canvas()->cellSize();
        view.setSnapshot(snapshot());
        QCOMPARE(layers->currentIndex(), 1);
        QCOMPARE(view.canvas()->cellSize(), zoomed);
        view.setSnapshot(nullptr);
        QCOMPARE(layers->count(), 0);
        QVERIFY(!view.findChild<QToolButton*>(QStringLiteral("maskSave"))->isEnabled());
    }

    void hoverAndSave()
    {
        MaskView view;
        view.resize(500, 400);
        view.show();
        view.setSnapshot(snapshot());
        QTest::mouseMove(view.canvas(), view.canvas()->rect().center());
        const auto* readout = view.findChild<QLabel*>(QStringLiteral("maskReadout"));
        QTRY_VERIFY(readout->text().startsWith(QStringLiteral("row ")));
        QSignalSpy saved(&view, &MaskView::saveImageRequested);
        QTest::mouseClick(view.findChild<QToolButton*>(QStringLiteral("maskSave")), Qt::LeftButton);
        QCOMPARE(saved.count(), 1);
        QCOMPARE(saved[0][0].value<QImage>().size(), QSize(20, 16));
        QCOMPARE(saved[0][1].toString(), QStringLiteral("fc1-epoch4.png"));
    }

    void bigMatrixIsCheapToPaint()
    {
        MaskCanvas canvas;
        canvas.resize(1000, 250);
        canvas.setMask(diagonal(1024, 4096), linear(4096), 8);
        canvas.grab(); // builds the pyramid
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 10; ++i)
            canvas.grab();
        // A frame at 25 a second has 40 ms; ten times that leaves room for sanitizers and a busy machine.
        QVERIFY2(timer.elapsed() < 10 * 400, qPrintable(QString::number(timer.elapsed())));
    }
};

QTEST_MAIN(MaskViewTest)
#include "tst_mask_view.moc"
