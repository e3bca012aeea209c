#include "widgets/editor/sample_strip.h"

#include <QPainter>

#include <algorithm>

namespace ternbench {

namespace {

constexpr int tileSide = 44;
constexpr int gap = 4;

QImage imageOf(const Dataset& dataset, int number)
{
    const std::uint8_t* pixel = dataset.train.pixels.data() +
                                static_cast<std::size_t>(number) * static_cast<std::size_t>(dataset.inputs());
    const bool rgb = dataset.channels == 3; // otherwise the first channel, in grey
    QImage image(dataset.width, dataset.height, QImage::Format_RGB32);
    for (int y = 0; y < dataset.height; ++y)
        for (int x = 0; x < dataset.width; ++x, pixel += dataset.channels)
            image.setPixel(x, y, qRgb(pixel[0], pixel[rgb ? 1 : 0], pixel[rgb ? 2 : 0]));
    return image;
}

} // namespace

std::vector<SampleImage> sampleImages(const Dataset& dataset, int most)
{
    std::vector<SampleImage> samples;
    const auto& labels = dataset.train.labels;
    for (int name = 0; name < std::min(dataset.classes(), most); ++name) {
        const auto found = std::find(labels.begin(), labels.end(), static_cast<std::uint8_t>(name));
        if (found != labels.end())
            samples.push_back({imageOf(dataset, static_cast<int>(found - labels.begin())),
                               QString::fromStdString(dataset.classNames[static_cast<std::size_t>(name)])});
    }
    return samples;
}

SampleStrip::SampleStrip(QWidget* parent) : QWidget(parent)
{
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
}

void SampleStrip::setSamples(const std::vector<SampleImage>& samples)
{
    m_samples = samples;
    QStringList names;
    for (const SampleImage& sample : samples)
        names << sample.className;
    setAccessibleName(tr("Sample images: %1").arg(names.join(QStringLiteral(", "))));
    setVisible(!samples.empty());
    updateGeometry();
    update();
}

QSize SampleStrip::cell() const
{
    return {tileSide + 14, tileSide + fontMetrics().height() + gap};
}

int SampleStrip::columnsFor(int width) const
{
    const int fitting = std::max(1, width / cell().width());
    const int count = std::max(1, static_cast<int>(m_samples.size()));
    const int rows = (count + fitting - 1) / fitting;
    return (count + rows - 1) / rows; // rows of equal length
}

int SampleStrip::heightForWidth(int width) const
{
    const int count = static_cast<int>(m_samples.size());
    const int columns = columnsFor(width);
    return (count + columns - 1) / columns * cell().height();
}

QSize SampleStrip::sizeHint() const
{
    const int width = 5 * cell().width();
    return {width, heightForWidth(width)};
}

QSize SampleStrip::minimumSizeHint() const
{
    return {2 * cell().width(), cell().height()};
}

void SampleStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.85);
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const int columns = columnsFor(width());
    const int cellWidth = width() / columns;
    for (int i = 0; i < static_cast<int>(m_samples.size()); ++i) {
        const SampleImage& sample = m_samples[static_cast<std::size_t>(i)];
        const QRect place(i % columns * cellWidth, i / columns * cell().height(), cellWidth, cell().height());
        const QRect tile(place.center().x() - tileSide / 2, place.top(), tileSide, tileSide);
        painter.drawImage(tile, sample.image); // unsmoothed: the pixels are what the network sees
        painter.setPen(palette().color(QPalette::Mid));
        painter.drawRect(tile);
        painter.setPen(palette().color(QPalette::WindowText));
        painter.drawText(QRect(place.left() + 1, tile.bottom() + 2, cellWidth - 2, metrics.height()),
                         Qt::AlignHCenter | Qt::AlignTop,
                         metrics.elidedText(sample.className, Qt::ElideRight, cellWidth - 2));
    }
}

} // namespace ternbench
