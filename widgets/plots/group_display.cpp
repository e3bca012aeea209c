#include "widgets/plots/group_display.h"

#include "core/code/codebook.h"

#include <QCoreApplication>
#include <QLocale>
#include <QStringList>

#include <algorithm>
#include <cmath>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::GroupDisplay", text);
}

/// Digits grouped the same way in every locale: saved figures look alike.
QString grouped(std::uint64_t count)
{
    return QLocale(QLocale::English).toString(static_cast<qulonglong>(count));
}

/// 0 without groups.
double percentOf(std::uint64_t part, std::uint64_t groups)
{
    return groups == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(groups);
}

QString percentText(double percent)
{
    return QString::number(percent, 'f', percent < 0.095 ? 3 : 1) + QStringLiteral(" %");
}

QString patternOf(const Code& code, std::uint32_t index)
{
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(code.groupSize));
    Codebook(code).unrank(index, pattern);
    if (!code.isTernary())
        return QString::number(pattern.front());
    return QString::fromStdString(patternText(pattern));
}

} // namespace

std::vector<double> groupShares(const LayerSnapshot& layer)
{
    std::vector<double> shares;
    if (layer.groups == 0)
        return shares;
    for (std::uint64_t count : layer.nonZerosPerGroup)
        shares.push_back(percentOf(count, layer.groups));
    return shares;
}

QString limitText(const LayerSnapshot& layer)
{
    if (!layer.code || !layer.code->isTernary() || layer.groups == 0)
        return {};
    return tr("%1 of %2 groups at the limit K = %3")
        .arg(percentText(percentOf(layer.groupsAtLimit, layer.groups)), grouped(layer.groups))
        .arg(layer.code->maxNonZeros);
}

QString shortLimitText(const LayerSnapshot& layer)
{
    if (!layer.code || !layer.code->isTernary() || layer.groups == 0)
        return {};
    return tr("%1 at the limit").arg(percentText(percentOf(layer.groupsAtLimit, layer.groups)));
}

QString frozenText(const LayerSnapshot& layer)
{
    QStringList parts;
    if (layer.groups > 0 && comparedWithBefore(layer))
        parts << tr("%1 of the groups frozen").arg(percentText(percentOf(layer.groupsFrozen, layer.groups)));
    if (layer.groupsHeld < layer.groups)
        parts
            << tr("%1 held to the stage's code").arg(percentText(percentOf(layer.groupsHeld, layer.groups)));
    return parts.join(QStringLiteral(", "));
}

std::vector<UsageColumn> usageColumns(std::span<const std::uint32_t> usage, std::int64_t first,
                                      std::int64_t last, int columns)
{
    const auto size = static_cast<std::int64_t>(usage.size());
    const auto from = static_cast<std::size_t>(std::clamp<std::int64_t>(first, 0, size));
    const auto to = static_cast<std::size_t>(std::clamp<std::int64_t>(last, 0, size));
    if (from >= to || columns < 1)
        return {};
    const auto wanted = static_cast<std::size_t>(columns);
    const std::size_t width = (to - from + wanted - 1) / wanted;
    std::vector<UsageColumn> result;
    for (std::size_t begin = from; begin < to; begin += width) {
        const std::size_t end = std::min(begin + width, to);
        const auto part = usage.subspan(begin, end - begin);
        const auto most = std::max_element(part.begin(), part.end());
        const auto mostIndex = begin + static_cast<std::size_t>(most - part.begin());
        result.push_back({static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end - 1),
                          static_cast<std::uint32_t>(mostIndex), *most});
    }
    return result;
}

std::optional<std::size_t> columnAt(std::span<const UsageColumn> columns, double index)
{
    for (std::size_t i = 0; i < columns.size(); ++i)
        if (index >= columns[i].firstIndex - 0.5 && index < columns[i].lastIndex + 0.5)
            return i;
    return std::nullopt;
}

QString usageText(const UsageColumn& column, const LayerSnapshot& layer)
{
    QString text = tr("index %1").arg(grouped(column.mostUsedIndex));
    if (layer.code)
        text += QStringLiteral("   ") + patternOf(*layer.code, column.mostUsedIndex);
    text +=
        u'\n' +
        tr("%1 groups (%2)").arg(grouped(column.count), percentText(percentOf(column.count, layer.groups)));
    if (column.firstIndex != column.lastIndex)
        text += u'\n' + tr("most used of %1–%2").arg(grouped(column.firstIndex), grouped(column.lastIndex));
    return text;
}

} // namespace ternbench
