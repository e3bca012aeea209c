#include "widgets/plots/codings_plot.h"

#include "widgets/plots/plot_tickers.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

constexpr double barShare = 0.7;   // of the room of a row
constexpr double logBase = 0.25;   // bits: where bars begin on a logarithmic axis, unless some are shorter
constexpr int leastFontPixels = 7; // below this nobody can read the names anyway
constexpr double longestLine = 60; // characters of the read-out

/// Words wrapped into lines for the read-out.
QString wrapped(const QString& text)
{
    QStringList lines{QString()};
    for (const QString& word : text.split(QLatin1Char(' '))) {
        if (!lines.last().isEmpty() && double(lines.last().size() + word.size()) > longestLine)
            lines << QString();
        lines.last() += (lines.last().isEmpty() ? QString() : QStringLiteral(" ")) + word;
    }
    return lines.join(QLatin1Char('\n'));
}

} // namespace

CodingBar codingBar(const CodingSize& size)
{
    if (size.bound)
        return CodingBar::Bound;
    if (!size.representable)
        return CodingBar::Unfitting;
    const bool own = size.kind == CodingKind::Indexes || size.kind == CodingKind::IndexesAndTable;
    return own ? CodingBar::Own : CodingBar::Other;
}

CodingsPlot::CodingsPlot(RepaintGovernor* governor, QWidget* parent) : PlotFrame(governor, parent)
{
    createAxes();
    m_hover = std::make_unique<HoverLabel>(*plot());
    setLogToggle(tr("Log"), tr("Logarithmic axis of bits"));
    setHint(tr("Export or verify a packed network to compare its coding with others."));
    finishSetup(QStringLiteral("codings"));
}

void CodingsPlot::createAxes()
{
    plot()->plotLayout()->clear();
    m_legend = addLegendRow(*plot()->plotLayout(), 0, 0);
    m_rect = new QCPAxisRect(plot());
    plot()->plotLayout()->addElement(1, 0, m_rect);
    plot()->plotLayout()->setRowSpacing(0);
    m_names = m_rect->axis(QCPAxis::atLeft);
    m_bits = m_rect->axis(QCPAxis::atBottom);
    m_names->setRangeReversed(true); // the first coding on top
    m_names->grid()->setVisible(false);
    m_names->setTickLength(0);
    m_names->setSubTicks(false);
    m_bits->setLabel(tr("bits per weight"));
    m_rect->setRangeDrag(Qt::Horizontal);
    plot()->setAutoAddPlottableToLegend(false);
    const QStringList names{tr("this network"), tr("others"), tr("does not fit"), tr("bound")};
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i] = new QCPBars(m_names, m_bits);
        m_bars[i]->setWidth(barShare);
        m_bars[i]->setSelectable(QCP::stNone);
        m_bars[i]->setName(names[qsizetype(i)]);
        m_bars[i]->addToLegend(m_legend);
    }
}

void CodingsPlot::setCodings(const LayerCodings& codings)
{
    m_codings = codings;
    markDirty();
}

double CodingsPlot::bitsPerWeight(std::size_t row) const
{
    return m_codings.weights ? double(m_codings.sizes[row].bits) / double(m_codings.weights) : 0.0;
}

/// Where bars begin: 0 has no place on a logarithmic axis.
double CodingsPlot::barBase() const
{
    double least = logBase;
    for (std::size_t row = 0; row < m_codings.sizes.size(); ++row)
        least = std::min(least, std::max(bitsPerWeight(row), 1e-3) / 2.0);
    return logY() ? least : 0.0;
}

void CodingsPlot::rebuild()
{
    m_hover->hide();
    auto ticker = QSharedPointer<QCPAxisTickerText>::create();
    std::array<QVector<double>, codingBarCount> keys, values;
    for (std::size_t row = 0; row < m_codings.sizes.size(); ++row) {
        const CodingSize& size = m_codings.sizes[row];
        const std::string_view name = codingName(size.kind);
        ticker->addTick(double(row), QString::fromUtf8(name.data(), qsizetype(name.size())));
        keys[std::size_t(codingBar(size))] << double(row);
        values[std::size_t(codingBar(size))] << bitsPerWeight(row) - barBase(); // bars add it again
    }
    m_names->setTicker(ticker);
    for (std::size_t i = 0; i < m_bars.size(); ++i) {
        m_bars[i]->setBaseValue(barBase());
        m_bars[i]->setData(keys[i], values[i], true);
    }
    setLabels();
    if (!userRange())
        setRanges();
}

void CodingsPlot::setLabels()
{
    while (m_labels.size() > m_codings.sizes.size()) {
        plot()->removeItem(m_labels.back());
        m_labels.pop_back();
    }
    while (m_labels.size() < m_codings.sizes.size()) {
        auto* label = new QCPItemText(plot());
        label->setSelectable(false);
        label->setPositionAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        label->setClipAxisRect(m_rect);
        label->setPadding(QMargins(4, 0, 0, 0));
        label->position->setAxisRect(m_rect);
        label->position->setAxes(m_bits, m_names);
        m_labels.push_back(label);
    }
    for (std::size_t row = 0; row < m_labels.size(); ++row) {
        const CodingSize& size = m_codings.sizes[row];
        QString text = QString::number(bitsPerWeight(row), 'f', 3);
        if (size.bound)
            text = QStringLiteral("≥ ") + text;
        m_labels[row]->setText(text);
        m_labels[row]->setColor(theme().text);
        m_labels[row]->position->setCoords(bitsPerWeight(row), double(row));
    }
}

void CodingsPlot::setRanges()
{
    double most = 1.0;
    for (std::size_t row = 0; row < m_codings.sizes.size(); ++row)
        most = std::max(most, bitsPerWeight(row));
    beginAutoRange();
    m_names->setRange(-0.6, double(m_codings.sizes.size()) - 0.4);
    // Room for the number behind the longest bar.
    const double room = textSize(QStringLiteral("≥ 32.000"), theme().font).width() + 8;
    const double share = std::clamp(room / std::max(m_rect->width(), 1), 0.05, 0.5);
    const double lower = barBase();
    m_bits->setRange(lower,
                     logY() ? lower * std::pow(most / lower, 1.0 / (1.0 - share)) : most / (1.0 - share));
    endAutoRange();
}

/// The names shrink where the rows are low: that is better than names one above the other.
QFont CodingsPlot::rowFont() const
{
    QFont font = theme().font;
    const double row = m_rect->height() / std::max(m_names->range().size(), 1.0);
    const int normal = QFontMetrics(font).height();
    if (row < normal)
        font.setPixelSize(std::max(int(QFontInfo(font).pixelSize() * row / normal), leastFontPixels));
    return font;
}

void CodingsPlot::prepareLayout()
{
    if (hasData() && !userRange())
        setRanges(); // the room for the numbers depends on the width
    wrapLegend(*m_legend, plot()->width());
    m_rect->setMinimumMargins(QMargins(0, 4, 10, 0));
}

void CodingsPlot::arrange()
{
    const QFont font = rowFont();
    if (m_names->tickLabelFont() == font && (m_labels.empty() || m_labels.front()->font() == font))
        return;
    m_names->setTickLabelFont(font);
    for (QCPItemText* label : m_labels)
        label->setFont(font);
}

void CodingsPlot::hover(const QPointF& position)
{
    const auto row = std::lround(m_names->pixelToCoord(position.y()));
    if (!m_rect->rect().contains(position.toPoint()) || row < 0 || row >= long(m_codings.sizes.size())) {
        hoverEnded();
        return;
    }
    const CodingSize& size = m_codings.sizes[std::size_t(row)];
    const std::string_view name = codingName(size.kind);
    m_hover->show(tr("%1: %2 bytes\n%3")
                      .arg(QString::fromUtf8(name.data(), qsizetype(name.size())),
                           QLocale(QLocale::English).toString(qulonglong(size.bytes)),
                           wrapped(QString::fromStdString(size.assumption))),
                  position, QRectF(plot()->viewport()).adjusted(2, 2, -2, -2));
    replotOverlay(*plot());
}

void CodingsPlot::hoverEnded()
{
    if (!m_hover->isVisible())
        return;
    m_hover->hide();
    replotOverlay(*plot());
}

void CodingsPlot::scaleChanged()
{
    setAxisScale(*m_bits, logY(), TickLabels::Plain);
}

void CodingsPlot::applySeriesTheme(const PlotTheme& theme)
{
    const QColor own = seriesStyle(0, theme).color, other = seriesStyle(4, theme).color,
                 bound = seriesStyle(2, theme).color;
    const auto style = [this](CodingBar bar, const QPen& pen, const QBrush& brush) {
        m_bars[std::size_t(bar)]->setPen(pen);
        m_bars[std::size_t(bar)]->setBrush(brush);
    };
    style(CodingBar::Own, QPen(own, 1), own);
    style(CodingBar::Other, QPen(other, 1.5), mixed(theme.background, other, 0.35));
    style(CodingBar::Unfitting, QPen(theme.axis, 1.5, Qt::DashLine), Qt::NoBrush);
    style(CodingBar::Bound, QPen(bound, 1), QBrush(bound, Qt::BDiagPattern));
    for (QCPItemText* label : m_labels)
        label->setColor(theme.text);
    m_hover->applyTheme(theme);
}

QStringList CodingsPlot::barTexts() const
{
    QStringList texts;
    for (const QCPItemText* label : m_labels)
        texts << label->text();
    return texts;
}

double CodingsPlot::barEnd(CodingKind kind) const
{
    const QCPBars* bars = m_bars[std::size_t(codingBar(m_codings.of(kind)))];
    return bars->baseValue() + bars->data()->findBegin(double(kind), false)->value;
}

/// A table of numbers: the codings in their fixed order, named in the column titles.
FigureTable CodingsPlot::table() const
{
    FigureTable table;
    for (std::size_t row = 0; row < m_codings.sizes.size(); ++row) {
        const CodingSize& size = m_codings.sizes[row];
        const std::string_view name = codingName(size.kind);
        QString title = QString::fromUtf8(name.data(), qsizetype(name.size()));
        if (codingBar(size) == CodingBar::Unfitting)
            title += tr(" (does not fit these weights)");
        table.push_back({title, tr("bits per weight"), {bitsPerWeight(row)}});
        table.push_back({title, tr("bytes"), {double(size.bytes)}});
    }
    return table;
}

} // namespace ternbench
