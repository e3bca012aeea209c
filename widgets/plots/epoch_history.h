#pragma once

#include "core/training/snapshot.h"

#include <QString>

#include <memory>
#include <vector>

namespace ternbench {

/// The finished epochs of a run in ascending order; shared with whoever else shows them, never changed.
using EpochHistory = std::vector<std::shared_ptr<const EpochSnapshot>>;

/// What a panel shows: one layer in one epoch. Both indexes are valid for the history, or it is empty.
struct HistorySelection
{
    int epoch = 0; ///< index in the history
    int layer = 0; ///< index in the snapshot's layers
};

/// The selected layer, or null without data.
const LayerSnapshot* selectedLayer(const EpochHistory& history, const HistorySelection& selection);

/// "epoch 7 of 18, stage (8,4)". `totalEpochs` 0: the last of the history.
QString selectionText(const EpochHistory& history, const HistorySelection& selection, int totalEpochs);

} // namespace ternbench
