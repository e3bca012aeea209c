#include "widgets/plots/level_marks.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

std::vector<bool> labelsWithoutOverlap(const std::vector<double>& centres, const std::vector<double>& widths)
{
    constexpr double gap = 4.0;
    std::vector<bool> shown(centres.size(), true);
    for (std::size_t i = 0; i < centres.size(); ++i)
        for (std::size_t earlier = 0; earlier < i && shown[i]; ++earlier) {
            const double needed = 0.5 * (widths[i] + widths[earlier]) + gap;
            shown[i] = !shown[earlier] || std::abs(centres[i] - centres[earlier]) >= needed;
        }
    return shown;
}

LevelMarks::LevelMarks(QCustomPlot& plot, QCPAxisRect& rect) : m_plot(plot), m_rect(rect) {}

void LevelMarks::set(std::vector<LevelMark> marks, std::vector<LevelBand> bands)
{
    m_marks = std::move(marks);
    m_bands = std::move(bands);
    adjustItems();
    applyTheme(m_theme);
}

/// Items are kept from epoch to epoch and only added or removed where the number of marks changes.
void LevelMarks::adjustItems()
{
    const auto resize = [this](auto& items, std::size_t size, auto create) {
        for (; items.size() > size; items.pop_back())
            m_plot.removeItem(items.back());
        while (items.size() < size)
            items.push_back(create());
    };
    resize(m_lines, m_marks.size(), [this] {
        auto* line = new QCPItemLine(&m_plot);
        line->setLayer(QStringLiteral("main"));
        line->setClipAxisRect(&m_rect);
        line->setAntialiased(false);
        line->setSelectable(false);
        return line;
    });
    resize(m_labels, m_marks.size(), [this] {
        auto* label = new QCPItemText(&m_plot);
        label->setLayer(QStringLiteral("legend"));
        label->setClipToAxisRect(false);
        label->setSelectable(false);
        label->setPositionAlignment(Qt::AlignHCenter | Qt::AlignBottom);
        return label;
    });
    resize(m_shades, m_bands.size(), [this] {
        auto* shade = new QCPItemRect(&m_plot);
        shade->setLayer(QStringLiteral("background"));
        shade->setClipAxisRect(&m_rect);
        shade->setSelectable(false);
        return shade;
    });
}

void LevelMarks::arrange()
{
    const QCPAxis& axis = *m_rect.axis(QCPAxis::atBottom);
    std::vector<double> centres, widths;
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        centres.push_back(axis.coordToPixel(m_marks[i].position));
        widths.push_back(textSize(m_marks[i].label, m_theme.font).width());
    }
    const std::vector<bool> shown = labelsWithoutOverlap(centres, widths);
    for (std::size_t i = 0; i < m_marks.size(); ++i) {
        m_lines[i]->start->setPixelPosition(QPointF(centres[i], m_rect.top()));
        m_lines[i]->end->setPixelPosition(QPointF(centres[i], m_rect.bottom()));
        m_labels[i]->setText(m_marks[i].label);
        m_labels[i]->position->setPixelPosition(QPointF(centres[i], m_rect.top() - 2));
        const bool inside = centres[i] >= m_rect.left() && centres[i] <= m_rect.right() + 1;
        m_lines[i]->setVisible(inside);
        m_labels[i]->setVisible(inside && shown[i] && !m_marks[i].label.isEmpty());
    }
    const auto visiblePixel = [&](double position) {
        return std::clamp(axis.coordToPixel(position), static_cast<double>(m_rect.left()),
                          m_rect.right() + 1.0);
    };
    for (std::size_t i = 0; i < m_bands.size(); ++i) {
        m_shades[i]->topLeft->setPixelPosition(QPointF(visiblePixel(m_bands[i].from), m_rect.top()));
        m_shades[i]->bottomRight->setPixelPosition(QPointF(visiblePixel(m_bands[i].to), m_rect.bottom() + 1));
    }
}

QPen LevelMarks::penOf(LevelMark::Kind kind, const PlotTheme& theme)
{
    if (kind == LevelMark::Kind::Threshold)
        return QPen(seriesStyle(1, theme).color, 1.5, Qt::DashLine);
    return QPen(theme.text, 1.5, Qt::SolidLine);
}

QBrush LevelMarks::bandBrush(const PlotTheme& theme)
{
    QColor color = seriesStyle(1, theme).color;
    color.setAlpha(60);
    return color;
}

void LevelMarks::applyTheme(const PlotTheme& theme)
{
    m_theme = theme;
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        m_lines[i]->setPen(penOf(m_marks[i].kind, theme));
        m_labels[i]->setFont(theme.font);
        m_labels[i]->setColor(theme.text);
    }
    for (QCPItemRect* shade : m_shades) {
        shade->setPen(Qt::NoPen);
        shade->setBrush(bandBrush(theme));
    }
}

} // namespace ternbench
