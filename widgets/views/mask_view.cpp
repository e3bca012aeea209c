#include "widgets/views/mask_view.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPixmap>
#include <QSignalBlocker>
#include <QToolButton>

#include <algorithm>

namespace ternbench {

namespace {

char signOf(int weight)
{
    return weight > 0 ? '+' : weight < 0 ? '-' : '0';
}

/// Of an index in memory, which is (ky, kx, channel) in a convolution.
QString inputText(const LayerSnapshot& layer, int input)
{
    if (layer.kernel == 0)
        return MaskView::tr("input %1").arg(input);
    const int channels = layer.fanIn / (layer.kernel * layer.kernel);
    const int position = input / channels;
    return MaskView::tr("channel %1 at kernel row %2, column %3")
        .arg(input % channels)
        .arg(position / layer.kernel)
        .arg(position % layer.kernel);
}

QString layerTitle(const LayerSnapshot& layer)
{
    QString title =
        QStringLiteral("%1  %2×%3").arg(QString::fromStdString(layer.name)).arg(layer.rows).arg(layer.fanIn);
    if (layer.code)
        title += QStringLiteral("  ") + QString::fromStdString(toString(*layer.code));
    return title;
}

/// A swatch of the luminance and the word for it: the same picture as in the mask, framed to stand off any
/// theme.
QString legendHtml(MaskShading shading)
{
    const auto swatch = [&](int weight, const QString& text) {
        const int l = maskLuminance(weight, shading);
        return QStringLiteral(
                   "<span style='background-color:rgb(%1,%1,%1);color:%2'>&nbsp;%3&nbsp;</span>&nbsp;%4")
            .arg(l)
            .arg(l < 128 ? QStringLiteral("white") : QStringLiteral("black"),
                 weight > 0   ? QStringLiteral("+")
                 : weight < 0 ? QStringLiteral("−")
                              : QStringLiteral("·"),
                 text);
    };
    return swatch(-1, MaskView::tr("negative")) + QStringLiteral("&nbsp; ") +
           swatch(0, MaskView::tr("zero")) + QStringLiteral("&nbsp; ") + swatch(1, MaskView::tr("positive"));
}

} // namespace

QString maskReadout(const LayerSnapshot& layer, int row, int column)
{
    if (!layer.mask || row < 0 || column < 0 || row >= layer.mask->rows || column >= layer.mask->columns)
        return {};
    const TernaryMatrix& mask = *layer.mask;
    const auto inputAt = [&](int position) {
        return layer.grouping ? layer.grouping->at(position) : position;
    };
    const auto weight = [&](int position) {
        return int(
            mask.values[std::size_t(row) * std::size_t(mask.columns) + std::size_t(inputAt(position))]);
    };
    const int here = weight(column);
    const QString value = (here > 0 ? QStringLiteral("+") : QString()) + QString::number(here);
    const QString text =
        MaskView::tr("row %1, %2: %3").arg(row).arg(inputText(layer, inputAt(column)), value);
    if (!layer.code || !layer.code->isTernary() || !layer.grouping)
        return text;
    const int n = layer.code->groupSize;
    const int group = layer.grouping->groupOf(column, n);
    const Grouping::Span span = layer.grouping->group(group, n);
    QString pattern;
    for (int i = 0; i < n; ++i)
        pattern += QLatin1Char(i < span.size ? signOf(weight(span.first + i)) : '.');
    return text + MaskView::tr(", group %1 pattern %2").arg(group).arg(pattern);
}

MaskView::MaskView(QWidget* parent)
    : QWidget(parent), m_layer(new QComboBox(this)), m_shading(new QComboBox(this)),
      m_canvas(new MaskCanvas(this)),
      m_zoomIn(button(QStringLiteral("+"), QStringLiteral("maskZoomIn"), tr("Zoom in (+ or wheel)"))),
      m_zoomOut(button(QStringLiteral("−"), QStringLiteral("maskZoomOut"), tr("Zoom out (- or wheel)"))),
      m_fit(button(tr("Fit"), QStringLiteral("maskFit"), tr("Show the whole matrix (F)"))),
      m_save(button(tr("Save image…"), QStringLiteral("maskSave"),
                    tr("Save the matrix as PNG, a pixel per weight"))),
      m_readout(new QLabel(this)), m_legend(new QLabel(this))
{
    m_layer->setObjectName(QStringLiteral("maskLayer"));
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_shading->setObjectName(QStringLiteral("maskShading"));
    m_shading->setAccessibleName(tr("Shading"));
    m_shading->addItems({tr("Signs"), tr("Non-zeros")});
    m_readout->setObjectName(QStringLiteral("maskReadout"));
    m_readout->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A long pattern must not widen the window while the mouse moves.
    m_readout->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_canvas->setObjectName(QStringLiteral("maskCanvas"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(makeToolRow());
    layout->addWidget(m_canvas, 1);
    layout->addWidget(makeLegend());
    connectParts();
    updateLayerList();
}

QToolButton* MaskView::button(const QString& text, const QString& name, const QString& toolTip)
{
    auto* result = new QToolButton(this);
    result->setText(text);
    result->setObjectName(name);
    result->setToolTip(toolTip);
    result->setFocusPolicy(Qt::TabFocus);
    return result;
}

QWidget* MaskView::makeToolRow()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    for (QWidget* widget : {static_cast<QWidget*>(m_layer), static_cast<QWidget*>(m_shading)})
        layout->addWidget(widget);
    layout->addStretch();
    for (QWidget* widget : {m_zoomIn, m_zoomOut, m_fit, m_save})
        layout->addWidget(widget);
    return row;
}

QWidget* MaskView::makeLegend()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_legend->setText(legendHtml(MaskShading::Signs));
    layout->addWidget(m_readout, 1);
    layout->addWidget(m_legend);
    return row;
}

void MaskView::connectParts()
{
    connect(m_layer, &QComboBox::currentIndexChanged, this, &MaskView::showLayer);
    connect(m_shading, &QComboBox::currentIndexChanged, this, [this](int index) {
        const MaskShading shading = index == 0 ? MaskShading::Signs : MaskShading::NonZeros;
        m_canvas->setShading(shading);
        m_legend->setText(legendHtml(shading));
    });
    connect(m_zoomIn, &QToolButton::clicked, m_canvas, &MaskCanvas::zoomIn);
    connect(m_zoomOut, &QToolButton::clicked, m_canvas, &MaskCanvas::zoomOut);
    connect(m_fit, &QToolButton::clicked, m_canvas, &MaskCanvas::fit);
    connect(m_canvas, &MaskCanvas::hovered, this, &MaskView::showHover);
    connect(m_save, &QToolButton::clicked, this, [this] {
        if (const LayerSnapshot* layer = currentLayer())
            emit saveImageRequested(m_canvas->fullImage(), QStringLiteral("%1-epoch%2.png")
                                                               .arg(QString::fromStdString(layer->name))
                                                               .arg(m_snapshot->epoch));
    });
}

void MaskView::setSnapshot(std::shared_ptr<const EpochSnapshot> snapshot)
{
    m_snapshot = std::move(snapshot);
    updateLayerList();
}

const LayerSnapshot* MaskView::currentLayer() const
{
    const int index = m_layer->currentIndex();
    if (!m_snapshot || index < 0 || index >= int(m_snapshot->layers.size()))
        return nullptr;
    return &m_snapshot->layers[std::size_t(index)];
}

void MaskView::updateLayerList()
{
    const QString chosen = m_layer->currentData().toString();
    {
        const QSignalBlocker blocker(m_layer);
        m_layer->clear();
        if (m_snapshot)
            for (const LayerSnapshot& layer : m_snapshot->layers)
                m_layer->addItem(layerTitle(layer), QString::fromStdString(layer.name));
        m_layer->setCurrentIndex(std::max(m_layer->findData(chosen), m_layer->count() > 0 ? 0 : -1));
    }
    showLayer();
}

void MaskView::showLayer()
{
    const LayerSnapshot* layer = currentLayer();
    const bool shown = layer && layer->mask;
    m_canvas->setMask(shown ? layer->mask : nullptr, shown ? layer->grouping : nullptr,
                      layer && layer->code && layer->code->isTernary() ? layer->code->groupSize : 0);
    for (QWidget* widget : std::initializer_list<QWidget*>{m_zoomIn, m_zoomOut, m_fit, m_save, m_shading})
        widget->setEnabled(shown);
    m_layer->setEnabled(m_layer->count() > 0);
    showHover(-1, -1);
}

void MaskView::showHover(int row, int column)
{
    const LayerSnapshot* layer = currentLayer();
    const QString text = layer ? maskReadout(*layer, row, column) : QString();
    const bool canPoint = layer && layer->mask;
    QString hint = tr("Point at a weight; wheel zooms, dragging moves.");
    if (canPoint && layer->grouping && !layer->grouping->order.empty())
        hint += tr(" Columns are in the order of the groups.");
    m_readout->setText(text.isEmpty() && canPoint ? hint : text);
}

} // namespace ternbench
