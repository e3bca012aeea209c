#include "experiments/experiment.h"

namespace ternbench {

namespace {

LayerSpec hiddenLayer(int number)
{
    LayerSpec layer;
    layer.name = "fc" + std::to_string(number);
    layer.outputs = 512;
    return layer;
}

LayerSpec outputLayer()
{
    LayerSpec layer;
    layer.name = "out";
    layer.outputs = 10;
    layer.batchNorm = false;
    layer.activation = Activation::None;
    layer.dropout = 0.0;
    return layer;
}

} // namespace

Experiment defaultExperiment()
{
    Experiment experiment;
    experiment.name = "Fashion-MNIST, 3 x 512, (8,2)";
    experiment.notes =
        "Float training, then gradual pruning over (8,4) to the (8,2) code at 1 bit per weight.";
    experiment.network.layers = {hiddenLayer(1), hiddenLayer(2), hiddenLayer(3), outputLayer()};
    experiment.training.schedule = {{Stage::Kind::Float, Code{}, 4},
                                    {Stage::Kind::Code, Code{8, 4, CodeFamily::AtMostK}, 2},
                                    {Stage::Kind::Final, Code{}, 12}};
    // What carries the coded epochs by the ablation in experiments/README.md.
    experiment.training.retraining.labelSmoothing = 0.1;
    return experiment;
}

} // namespace ternbench
