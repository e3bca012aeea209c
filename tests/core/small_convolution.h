#pragma once

#include "core/integer/fold.h"
#include "core/packed/packed_file.h"
#include "tests/core/small_training.h"

/// The small training's convolutional counterpart: both group axes, tail groups at each kernel position, both
/// kinds of pooling, an image read by a linear layer.
namespace ternbench::small {

inline LayerSpec convolution(const std::string& name, int outputs, const Window& window, GroupAxis axis,
                             const Code& code)
{
    LayerSpec spec = layer(name, outputs, code);
    spec.kind = LayerKind::Conv2d;
    spec.window = window;
    spec.groupAxis = axis;
    return spec;
}

inline LayerSpec pooling(LayerKind kind, const std::string& name, const Window& window)
{
    LayerSpec spec;
    spec.kind = kind;
    spec.name = name;
    spec.window = window;
    return spec;
}

/// 11x11x1 - 11x11x5 - 5x5x5 - 3x3x9 - 2x2x9 - 21 - 6
inline NetworkSpec convolutionNetwork()
{
    NetworkSpec spec;
    spec.layers = {convolution("conv1", 5, {3, 1, 1}, GroupAxis::Flattened, {8, 2}),
                   pooling(LayerKind::MaxPool, "pool1", {2, 2, 0}),
                   convolution("conv2", 9, {3, 1, 0}, GroupAxis::Channels, {4, 2}),
                   pooling(LayerKind::AveragePool, "pool2", {2, 1, 0}),
                   layer("fc", 21),
                   scores()};
    return spec;
}

inline TensorShape imageShape()
{
    return {data().height, data().width, data().channels};
}

inline TrainingSpec convolutionTraining()
{
    TrainingSpec spec = training();
    spec.augmentation = {1, true, 5};
    return spec;
}

inline Trainer convolutionTrainer(int threads = 1)
{
    return Trainer(convolutionNetwork(), {}, convolutionTraining(), 7, data().train, data().test, threads);
}

/// Folded after its first epoch in the final code.
inline PackedNetwork packedConvolution()
{
    Trainer trainer = convolutionTrainer(2);
    trainEpochs(trainer, 4);
    PackedNetwork packed;
    packed.network = fold(convolutionNetwork(), trainer.state(), trainer.input(), imageShape());
    packed.experimentJson = "{\"name\": \"a test\"}";
    packed.height = data().height;
    packed.width = data().width;
    packed.ledger = ledgerOf(packed.network);
    for (const IntegerLayer& layer : packed.network.layers)
        packed.compared.push_back(std::uint64_t(data().test.count) * std::uint64_t(layer.outputs()));
    packed.different.assign(packed.network.layers.size(), 0);
    ThreadPool pool(2);
    packed.golden = computeGolden(packed.network, data().test, pool);
    return packed;
}

} // namespace ternbench::small
