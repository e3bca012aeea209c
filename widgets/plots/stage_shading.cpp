#include "widgets/plots/stage_shading.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

/// Left edge of the axis for a value that a logarithmic axis cannot show (epoch 0).
double pixelOf(const QCPAxis& axis, double value)
{
    if (axis.scaleType() == QCPAxis::stLogarithmic && value <= 0.0)
        return axis.axisRect()->left();
    return axis.coordToPixel(value);
}

} // namespace

StageShading::StageShading(QCustomPlot& plot, std::vector<QCPAxisRect*> rects)
    : m_plot(plot), m_rects(std::move(rects))
{}

void StageShading::setStages(std::vector<StageSpan> stages)
{
    if (stages == m_stages)
        return;
    m_stages = std::move(stages);
    createItems();
    applyTheme(m_theme);
}

int StageShading::totalEpochs() const
{
    return m_stages.empty() ? 0 : m_stages.back().firstEpoch + m_stages.back().epochs;
}

void StageShading::createItems()
{
    for (QCPItemRect* band : m_bands)
        m_plot.removeItem(band);
    for (QCPItemText* label : m_labels)
        m_plot.removeItem(label);
    m_bands.clear();
    m_labels.clear();
    for (const StageSpan& stage : m_stages) {
        for (QCPAxisRect* rect : m_rects) {
            auto* band = new QCPItemRect(&m_plot);
            band->setLayer(QStringLiteral("background"));
            band->setClipAxisRect(rect);
            band->setSelectable(false);
            for (QCPItemPosition* corner : {band->topLeft, band->bottomRight})
                corner->setType(QCPItemPosition::ptAbsolute);
            m_bands.push_back(band);
        }
        auto* label = new QCPItemText(&m_plot);
        label->setLayer(QStringLiteral("legend"));
        label->setClipToAxisRect(false);
        label->setSelectable(false);
        label->setText(stage.label);
        label->position->setType(QCPItemPosition::ptAbsolute);
        m_labels.push_back(label);
    }
}

StageShading::Extent StageShading::visibleExtent(const StageSpan& stage) const
{
    const QCPAxisRect* rect = m_rects.front();
    const QCPAxis& axis = *rect->axis(QCPAxis::atBottom);
    const double left = rect->left(), right = rect->right() + 1;
    return {std::clamp(pixelOf(axis, stage.firstEpoch), left, right),
            std::clamp(pixelOf(axis, stage.firstEpoch + stage.epochs), left, right)};
}

LabelFit StageShading::fitOf(const StageSpan& stage) const
{
    const QSizeF size = textSize(stage.label, m_theme.font);
    const Extent extent = visibleExtent(stage);
    return labelFit(extent.right - extent.left, size.width(), size.height());
}

void StageShading::reserveLabelRoom()
{
    double room = 0.0;
    for (const StageSpan& stage : m_stages) {
        const QSizeF size = textSize(stage.label, m_theme.font);
        switch (fitOf(stage)) {
        case LabelFit::Horizontal:
            room = std::max(room, size.height());
            break;
        case LabelFit::Vertical:
            room = std::max(room, size.width());
            break;
        case LabelFit::Hidden:
            break;
        }
    }
    const int top = room > 0.0 ? static_cast<int>(std::ceil(room)) + 5 : 6;
    m_rects.front()->setMinimumMargins(QMargins(0, top, 8, 0));
}

void StageShading::arrange()
{
    std::size_t next = 0;
    for (std::size_t i = 0; i < m_stages.size(); ++i) {
        const Extent extent = visibleExtent(m_stages[i]);
        for (const QCPAxisRect* rect : m_rects) {
            QCPItemRect* band = m_bands[next++];
            band->setVisible(extent.right > extent.left);
            band->topLeft->setPixelPosition(QPointF(extent.left, rect->top()));
            band->bottomRight->setPixelPosition(QPointF(extent.right, rect->bottom() + 1));
        }
        const LabelFit fit = fitOf(m_stages[i]);
        QCPItemText& label = *m_labels[i];
        label.setVisible(fit != LabelFit::Hidden);
        label.setRotation(fit == LabelFit::Vertical ? -90.0 : 0.0);
        label.setPositionAlignment(fit == LabelFit::Vertical ? Qt::AlignLeft | Qt::AlignVCenter
                                                             : Qt::AlignHCenter | Qt::AlignBottom);
        label.position->setPixelPosition(
            QPointF(0.5 * (extent.left + extent.right), m_rects.front()->top() - 3));
    }
}

void StageShading::applyTheme(const PlotTheme& theme)
{
    m_theme = theme;
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        const bool shaded = (i / m_rects.size()) % 2 == 1;
        m_bands[i]->setPen(Qt::NoPen);
        m_bands[i]->setBrush(shaded ? QBrush(theme.band) : QBrush(Qt::NoBrush));
    }
    for (QCPItemText* label : m_labels) {
        label->setFont(theme.font);
        label->setColor(theme.text);
    }
}

} // namespace ternbench
