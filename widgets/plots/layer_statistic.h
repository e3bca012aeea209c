#pragma once

#include "widgets/plots/epoch_history.h"

#include <QString>

#include <vector>

/// The numbers that training tells of each layer at the end of an epoch, as the window shows them.
namespace ternbench {

enum class LayerStatistic {
    IndexFlips,
    SignFlips,
    Sparsity,
    AtLimit,
    Frozen,
    Held,
    NormalizedError,
    Error,
    Scale,
    Threshold,
};

inline constexpr LayerStatistic layerStatistics[] = {
    LayerStatistic::IndexFlips,      LayerStatistic::SignFlips, LayerStatistic::Sparsity,
    LayerStatistic::AtLimit,         LayerStatistic::Frozen,    LayerStatistic::Held,
    LayerStatistic::NormalizedError, LayerStatistic::Error,     LayerStatistic::Scale,
    LayerStatistic::Threshold};

/// "Index flips", for lists and legends.
QString statisticName(LayerStatistic statistic);
/// "index flips", for the head of a column.
QString shortStatisticName(LayerStatistic statistic);
/// "% of groups"; empty for plain numbers.
QString statisticUnit(LayerStatistic statistic);
/// What it is, in a sentence.
QString statisticHelp(LayerStatistic statistic);

/// In the unit above; NaN where the layer has none: a float stage, no epoch before to compare with, no
/// groups.
double statisticOf(const LayerSnapshot& layer, LayerStatistic statistic);
/// "5.00 %", "0.0123"; "–" for NaN.
QString statisticText(double value, LayerStatistic statistic);

struct StatisticCurve
{
    QString layer;
    std::vector<double> epochs;
    std::vector<double> values; ///< NaN where there is none
};

/// One curve per layer of the newest snapshot, over all epochs.
std::vector<StatisticCurve> statisticCurves(const EpochHistory& history, LayerStatistic statistic);

} // namespace ternbench
