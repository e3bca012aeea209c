#include "widgets/plots/epoch_history.h"

#include <QCoreApplication>

#include <algorithm>

namespace ternbench {

const LayerSnapshot* selectedLayer(const EpochHistory& history, const HistorySelection& selection)
{
    if (selection.epoch < 0 || static_cast<std::size_t>(selection.epoch) >= history.size())
        return nullptr;
    const auto& layers = history[static_cast<std::size_t>(selection.epoch)]->layers;
    if (selection.layer < 0 || static_cast<std::size_t>(selection.layer) >= layers.size())
        return nullptr;
    return &layers[static_cast<std::size_t>(selection.layer)];
}

QString selectionText(const EpochHistory& history, const HistorySelection& selection, int totalEpochs)
{
    const LayerSnapshot* layer = selectedLayer(history, selection);
    if (!layer)
        return QCoreApplication::translate("ternbench::EpochHistory", "no epoch yet");
    const int epoch = history[static_cast<std::size_t>(selection.epoch)]->epoch;
    const int total = std::max(totalEpochs, history.back()->epoch);
    const QString stage =
        layer->code ? QString::fromStdString(toString(*layer->code)) : QStringLiteral("float");
    return QCoreApplication::translate("ternbench::EpochHistory", "epoch %1 of %2, stage %3")
        .arg(epoch)
        .arg(total)
        .arg(stage);
}

} // namespace ternbench
