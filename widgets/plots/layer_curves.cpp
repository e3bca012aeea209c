#include "widgets/plots/layer_curves.h"

namespace ternbench {

LayerCurves::LayerCurves(QCustomPlot& plot, QCPAxisRect& rect, QCPLegend& legend)
    : m_plot(plot), m_rect(rect), m_legend(legend), m_epochLine(new QCPItemStraightLine(&plot))
{
    m_epochLine->setClipAxisRect(&rect);
    m_epochLine->setAntialiased(false);
    m_epochLine->setSelectable(false);
    for (QCPItemPosition* point : {m_epochLine->point1, m_epochLine->point2})
        point->setAxes(rect.axis(QCPAxis::atBottom), rect.axis(QCPAxis::atLeft));
}

void LayerCurves::set(const std::vector<StatisticCurve>& curves, const PlotTheme& theme)
{
    while (m_graphs.size() > curves.size()) {
        m_plot.removeGraph(m_graphs.back());
        m_graphs.pop_back();
    }
    while (m_graphs.size() < curves.size()) {
        m_graphs.push_back(m_plot.addGraph(m_rect.axis(QCPAxis::atBottom), m_rect.axis(QCPAxis::atLeft)));
        m_graphs.back()->setSelectable(QCP::stNone);
        m_graphs.back()->addToLegend(&m_legend);
        applySeriesStyle(*m_graphs.back(), seriesStyle(int(m_graphs.size()) - 1, theme), 1.5);
    }
    for (std::size_t i = 0; i < curves.size(); ++i) {
        m_graphs[i]->setName(curves[i].layer);
        m_graphs[i]->setData(toQt(curves[i].epochs), toQt(curves[i].values), true);
    }
    ternbench::applyTheme(m_plot, theme); // fonts and colours of new legend entries
}

void LayerCurves::markEpoch(int epoch)
{
    m_epochLine->point1->setCoords(epoch, 1.0);
    m_epochLine->point2->setCoords(epoch, 2.0);
}

void LayerCurves::applyTheme(const PlotTheme& theme)
{
    for (std::size_t i = 0; i < m_graphs.size(); ++i)
        applySeriesStyle(*m_graphs[i], seriesStyle(int(i), theme), 1.5);
    m_epochLine->setPen(QPen(theme.axis, 1, Qt::DotLine));
}

} // namespace ternbench
