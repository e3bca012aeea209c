#include "widgets/plots/layer_statistic.h"

#include <QCoreApplication>

#include <cmath>
#include <limits>

namespace ternbench {

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Description
{
    const char* name;
    const char* shortName;
    const char* unit;
    const char* help;
};

Description describe(LayerStatistic statistic)
{
    switch (statistic) {
    case LayerStatistic::IndexFlips:
        return {
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Index flips"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "index flips"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of groups"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                              "Groups whose pattern differs from the one at the end of the epoch before")};
    case LayerStatistic::SignFlips:
        return {
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Sign flips"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "sign flips"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of weights"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                              "Weights that went from +1 to -1 or back since the end of the epoch before")};
    case LayerStatistic::Sparsity:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Sparsity"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "zeros"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of weights"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "Weights that are zero after coding; padding is not counted")};
    case LayerStatistic::AtLimit:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Groups at the limit"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "at limit"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of groups"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "Groups with exactly K non-zeros; while a stage grows, K is that of the "
                                  "code that the groups not yet held have")};
    case LayerStatistic::Frozen:
        return {
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Frozen groups"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "frozen"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of groups"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                              "\"Trapped\": groups with the same pattern as at the end of the epoch before")};
    case LayerStatistic::Held:
        return {
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Groups held to the stage's code"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "held"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of groups"),
            QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                              "Groups under the stage's code while it grows; the others have a looser one")};
    case LayerStatistic::NormalizedError:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Coding error, normalized weights"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "error (u)"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of the energy"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "Squared error of coding over the sum of squares, in normalized weights: "
                                  "sum (u - D·t)² / sum u²")};
    case LayerStatistic::Error:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Coding error, original weights"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "error (w)"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "% of the energy"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "Squared error of coding over the sum of squares, in original weights")};
    case LayerStatistic::Scale:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Scale D"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "D"), "",
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "The level of ±1 in normalized weights; of scales by row their mean")};
    case LayerStatistic::Threshold:
        return {QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "Threshold"),
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic", "threshold"), "",
                QT_TRANSLATE_NOOP("ternbench::LayerStatistic",
                                  "Normalized weights below it in magnitude become zero")};
    }
    return {};
}

QString translated(const char* text)
{
    return QCoreApplication::translate("ternbench::LayerStatistic", text);
}

double percent(double part, double whole)
{
    return whole > 0.0 ? 100.0 * part / whole : none;
}

double ofGroups(std::uint64_t count, const LayerSnapshot& layer)
{
    return percent(double(count), double(layer.groups));
}

} // namespace

QString statisticName(LayerStatistic statistic)
{
    return translated(describe(statistic).name);
}

QString shortStatisticName(LayerStatistic statistic)
{
    return translated(describe(statistic).shortName);
}

QString statisticUnit(LayerStatistic statistic)
{
    return translated(describe(statistic).unit);
}

QString statisticHelp(LayerStatistic statistic)
{
    return translated(describe(statistic).help);
}

double statisticOf(const LayerSnapshot& layer, LayerStatistic statistic)
{
    if (!layer.code)
        return none;
    const bool compared = comparedWithBefore(layer);
    switch (statistic) {
    case LayerStatistic::IndexFlips:
        return compared ? ofGroups(layer.indexFlips, layer) : none;
    case LayerStatistic::SignFlips:
        return compared ? percent(double(layer.signFlips), double(layer.rows) * layer.fanIn) : none;
    case LayerStatistic::Sparsity:
        return 100.0 * layer.sparsity;
    case LayerStatistic::AtLimit:
        return layer.code->isTernary() ? ofGroups(layer.groupsAtLimit, layer) : none;
    case LayerStatistic::Frozen:
        return compared ? ofGroups(layer.groupsFrozen, layer) : none;
    case LayerStatistic::Held:
        return layer.code->isTernary() ? ofGroups(layer.groupsHeld, layer) : none;
    case LayerStatistic::NormalizedError:
        return 100.0 * layer.codingErrorNormalized;
    case LayerStatistic::Error:
        return 100.0 * layer.codingError;
    case LayerStatistic::Scale:
        return layer.scale;
    case LayerStatistic::Threshold:
        return layer.threshold;
    }
    return none;
}

QString statisticText(double value, LayerStatistic statistic)
{
    if (std::isnan(value))
        return QStringLiteral("–");
    if (statisticUnit(statistic).isEmpty())
        return QString::number(value, 'g', 4);
    // Two digits at least: what is rare is not shown as nothing.
    const int digits = value == 0.0 || value >= 1.0 ? 2 : value >= 0.1 ? 3 : 4;
    return QString::number(value, 'f', digits) + QStringLiteral(" %");
}

std::vector<StatisticCurve> statisticCurves(const EpochHistory& history, LayerStatistic statistic)
{
    std::vector<StatisticCurve> curves;
    if (history.empty())
        return curves;
    for (const LayerSnapshot& layer : history.back()->layers)
        curves.push_back({QString::fromStdString(layer.name), {}, {}});
    for (const auto& snapshot : history)
        for (std::size_t i = 0; i < curves.size() && i < snapshot->layers.size(); ++i) {
            curves[i].epochs.push_back(snapshot->epoch);
            curves[i].values.push_back(statisticOf(snapshot->layers[i], statistic));
        }
    return curves;
}

} // namespace ternbench
