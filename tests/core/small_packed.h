#pragma once

#include "core/integer/fold.h"
#include "core/packed/packed_file.h"
#include "tests/core/small_training.h"

namespace ternbench::small {

/// The small network after its first epoch in the final code.
inline const EngineState& codedState()
{
    static const EngineState state = [] {
        // Columns everywhere: the richest file, with an input table for each input.
        Trainer trainer = small::trainer(
            2, {QuantizerMethod::Lloyd, WeightNormalization::Column, WeightNormalization::Column});
        trainEpochs(trainer, 4);
        return trainer.state();
    }();
    return state;
}

inline InputStage inputStage()
{
    return InputStage(network().inputNormalization, data().train);
}

/// Everything that a packed file of the small network holds.
inline PackedNetwork packedNetwork()
{
    PackedNetwork packed;
    packed.network = fold(network(), codedState(), inputStage(), vectorShape(121));
    packed.experimentJson = "{\"name\": \"a test\"}";
    packed.height = packed.width = data().height;
    packed.ledger = ledgerOf(packed.network);
    for (const IntegerLayer& layer : packed.network.layers)
        packed.compared.push_back(std::uint64_t(data().test.count) * std::uint64_t(layer.rows));
    packed.different.assign(packed.network.layers.size(), 0);
    ThreadPool pool(2);
    packed.golden = computeGolden(packed.network, data().test, pool);
    return packed;
}

} // namespace ternbench::small
