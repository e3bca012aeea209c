#include "core/training/teacher.h"

namespace ternbench {

namespace {

Parameter valuesOf(const Parameter& parameter)
{
    return {parameter.values, {}, {}};
}

/// What a pass without training needs.
LayerState lessonOf(const LayerState& layer)
{
    LayerState lesson;
    lesson.name = layer.name;
    lesson.rows = layer.rows;
    lesson.fanIn = layer.fanIn;
    lesson.weights = valuesOf(layer.weights);
    lesson.gamma = valuesOf(layer.gamma);
    lesson.beta = valuesOf(layer.beta);
    lesson.runningMean = layer.runningMean;
    lesson.runningVariance = layer.runningVariance;
    return lesson;
}

} // namespace

Teacher::Teacher(const NetworkSpec& spec, const TensorShape& input, int batchSize)
    : m_network(spec, input, batchSize, 0) // its weights are learned
{}

void Teacher::learn(const std::vector<LayerState>& layers)
{
    for (std::size_t l = 0; l < layers.size(); ++l)
        m_network.weightLayers()[l]->state() = lessonOf(layers[l]);
}

std::vector<LayerState> Teacher::state() const
{
    std::vector<LayerState> states;
    for (const WeightLayer* layer : m_network.weightLayers())
        states.push_back(layer->state());
    return states;
}

const float* Teacher::scores(const float* x, int batch, ThreadPool& pool)
{
    m_network.forward(
        x, batch, {}, [](std::size_t) { return 0u; }, 0, pool);
    return m_network.last().output();
}

} // namespace ternbench
