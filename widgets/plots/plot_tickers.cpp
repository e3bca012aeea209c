#include "widgets/plots/plot_tickers.h"

#include <QFontMetrics>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

namespace ternbench {

namespace {

QString plainNumber(double value)
{
    return QString::number(value, 'g', 5);
}

/// Characters that a label of the axis takes with the gap after it.
int labelRoom(const QCPAxis& axis)
{
    if (!dynamic_cast<const IntegerTicker*>(axis.ticker().get()))
        return 6;
    const auto digits = [](double value) { return int(QString::number(value, 'f', 0).size()); };
    return 2 + std::max(digits(axis.range().lower), digits(axis.range().upper));
}

QString labelOf(double value, TickLabels labels)
{
    return labels == TickLabels::Count ? compactCount(value) : plainNumber(value);
}

std::vector<double> decadeTicks(double lower, double upper, std::span<const int> mantissas, int decadeStep)
{
    std::vector<double> ticks;
    const int first = static_cast<int>(std::floor(std::log10(lower)));
    const int last = static_cast<int>(std::ceil(std::log10(upper)));
    for (int decade = first; decade <= last; ++decade) {
        if (decade % decadeStep != 0)
            continue;
        for (int mantissa : mantissas) {
            const double tick = mantissa * std::pow(10.0, decade);
            if (tick >= lower && tick <= upper)
                ticks.push_back(tick);
        }
    }
    return ticks;
}

std::vector<double> linearTicks(double lower, double upper, int maxTicks)
{
    std::vector<double> ticks;
    const double step = niceStep(upper - lower, std::max(1, maxTicks - 1));
    for (double multiple = std::ceil(lower / step); multiple * step <= upper; ++multiple)
        ticks.push_back(multiple * step);
    return ticks;
}

} // namespace

double niceStep(double span, int maxTicks)
{
    const double least = span / maxTicks;
    const double magnitude = std::pow(10.0, std::floor(std::log10(least)));
    // The tolerance keeps a step that is exact but for rounding (0.3/3) from being doubled.
    for (double mantissa : {1.0, 2.0, 5.0})
        if (mantissa * magnitude >= least * (1.0 - 1e-9))
            return mantissa * magnitude;
    return 10.0 * magnitude;
}

double niceIntegerStep(double span, int maxTicks)
{
    return std::max(1.0, niceStep(span, maxTicks));
}

std::vector<double> logTicks(double lower, double upper, int maxTicks)
{
    static constexpr std::array dense{1, 2, 3, 5, 7};
    static constexpr std::array medium{1, 2, 5};
    static constexpr std::array coarse{1, 5};
    static constexpr std::array decades{1};
    const auto limit = static_cast<std::size_t>(std::max(1, maxTicks));
    for (std::span<const int> mantissas :
         {std::span<const int>(dense), std::span<const int>(medium), std::span<const int>(coarse)}) {
        const std::vector<double> ticks = decadeTicks(lower, upper, mantissas, 1);
        if (ticks.size() <= limit)
            return ticks.size() >= 3 ? ticks : linearTicks(lower, upper, maxTicks);
    }
    std::vector<double> ticks;
    int decadeStep = 1;
    do
        ticks = decadeTicks(lower, upper, decades, decadeStep++);
    while (ticks.size() > limit);
    return ticks;
}

QString compactCount(double count)
{
    static constexpr std::array<std::pair<double, const char*>, 3> units{
        {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}}};
    // 999,600 is "1M": three digits round it up into the next unit.
    for (const auto& [size, name] : units)
        if (std::abs(count) >= 0.9995 * size)
            return QString::number(count / size, 'g', 3) + QLatin1String(name);
    return QString::number(count, 'g', 3);
}

double IntegerTicker::getTickStep(const QCPRange& range)
{
    return niceIntegerStep(range.size(), std::max(1, tickCount()));
}

int IntegerTicker::getSubTickCount(double tickStep)
{
    return tickStep > 1.5 ? QCPAxisTicker::getSubTickCount(tickStep) : 0;
}

QString IntegerTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return QString::number(tick, 'f', 0);
}

LinearTicker::LinearTicker(TickLabels labels) : m_labels(labels) {}

double LinearTicker::getTickStep(const QCPRange& range)
{
    constexpr int enough = 16; // for two labels wherever the range lies
    int most = std::max(1, tickCount());
    double step = niceStep(range.size(), most);
    // One label alone gives no scale to read.
    while (std::floor(range.upper / step) - std::ceil(range.lower / step) < 1.0 && most < enough)
        step = niceStep(range.size(), ++most);
    return step;
}

QString LinearTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return labelOf(std::abs(tick) < 1e-12 ? 0.0 : tick, m_labels);
}

LogTicker::LogTicker(TickLabels labels) : m_labels(labels) {}

QVector<double> LogTicker::createTickVector(double, const QCPRange& range)
{
    if (range.lower <= 0.0)
        return {};
    const std::vector<double> ticks = logTicks(range.lower, range.upper, std::max(2, tickCount()));
    return QVector<double>(ticks.begin(), ticks.end());
}

int LogTicker::getSubTickCount(double)
{
    return 0;
}

QString LogTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    return labelOf(tick, m_labels);
}

void setAxisScale(QCPAxis& axis, bool logarithmic, TickLabels labels)
{
    axis.setScaleType(logarithmic ? QCPAxis::stLogarithmic : QCPAxis::stLinear);
    if (logarithmic)
        axis.setTicker(QSharedPointer<LogTicker>::create(labels));
    else
        axis.setTicker(QSharedPointer<LinearTicker>::create(labels));
}

int fittingTickCount(const QCPAxis& axis)
{
    const QFontMetrics metrics(axis.tickLabelFont());
    const bool horizontal = axis.orientation() == Qt::Horizontal;
    const int length = horizontal ? axis.axisRect()->width() : axis.axisRect()->height();
    const int room = horizontal ? labelRoom(axis) * metrics.averageCharWidth() : 8 * metrics.height() / 5;
    return std::clamp(length / std::max(room, 1), 2, 20);
}

} // namespace ternbench
