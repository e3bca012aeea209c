#include "core/network/network.h"

#include "core/error.h"
#include "core/network/output_factors.h"
#include "core/quantize/balanced_order.h"
#include "core/quantize/growing.h"

#include <algorithm>

namespace ternbench {

namespace {

/// The balanced order of a layer's inputs: made when its first code begins, for its own group size, then
/// fixed.
std::vector<int> orderOf(WeightLayer& layer, const QuantizerSpec& quantizer,
                         WeightNormalization normalization)
{
    if (!quantizer.balances(layer.spec().code))
        return {};
    if (layer.state().coding)
        return layer.state().coding->balanced;
    return balancedOrder(layer.grouping(), inputStrengths(layer.matrix(), normalization),
                         layer.spec().code.groupSize);
}

std::size_t largestScratch(const std::vector<WeightLayer*>& layers)
{
    std::size_t largest = 0;
    for (const WeightLayer* layer : layers)
        largest = std::max(largest, layer->updateScratch());
    return largest;
}

} // namespace

Network::Network(const NetworkSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed)
{
    TensorShape shape = input;
    for (const LayerSpec& each : spec.layers) {
        m_layers.push_back(makeLayer(each, shape, batchSize, seed, int(m_layers.size())));
        shape = m_layers.back()->shape();
        if (WeightLayer* layer = m_layers.back()->withWeights()) {
            m_weightLayers.push_back(layer);
            m_weightLayerAt.push_back(m_layers.size() - 1);
        }
    }
    if (m_layers.front()->spec().kind == LayerKind::Linear)
        m_weightLayers.front()->separateColumns(); // each of its inputs can have a table of its own
}

const float* Network::inputOf(std::size_t layer, const float* x) const
{
    return layer == 0 ? x : m_layers[layer - 1]->output();
}

void Network::forward(const float* x, int batch, const ForwardMode& mode, const DropoutKeys& keys,
                      std::int64_t step, ThreadPool& pool)
{
    const PartTimer timer(m_profile, StepPart::Forward);
    for (std::size_t l = 0; l < m_layers.size(); ++l) {
        ForwardMode layerMode = mode;
        layerMode.quantize = mode.quantize && coded();
        layerMode.dropoutKey = keys(l);
        layerMode.residual = mode.training && coded() ? mode.residual : 0.0f;
        if (WeightLayer* own = m_layers[l]->withWeights(); own && layerMode.residual > 0.0f) {
            if (own->state().coding->code.isFloat())
                layerMode.residual = 0.0f; // its products have the shadow weights already
            else
                own->mixResidual(layerMode.residual, pool);
        }
        if (!m_layers[l]->forward(inputOf(l, x), batch, layerMode, pool))
            throwDiverged(*m_layers[l], "outputs", step);
    }
}

void Network::backward(const float* x, int batch, std::int64_t step, ThreadPool& pool)
{
    const PartTimer timer(m_profile, StepPart::Backward);
    for (std::size_t l = m_layers.size(); l-- > 0;) {
        float* const inputGradient = l > 0 ? m_layers[l - 1]->gradient() : nullptr;
        if (!m_layers[l]->backward(inputOf(l, x), inputGradient, batch, pool))
            throwDiverged(*m_layers[l], "gradients", step);
    }
}

void Network::update(const float* x, int batch, const OptimizerStep& step, ThreadPool& pool)
{
    const PartTimer timer(m_profile, StepPart::Update);
    struct Task
    {
        std::size_t layer;
        int tile;
        double place; ///< in its layer, 0..1
    };
    std::vector<Task> tasks; // one phase for all layers: few barriers, and short layers fill the gaps
    for (std::size_t l = 0; l < m_weightLayers.size(); ++l) {
        m_weightLayers[l]->beginUpdate();
        m_weightLayers[l]->weightGradients(inputOf(m_weightLayerAt[l], x), batch, pool);
        const int tiles = m_weightLayers[l]->updateTiles();
        for (int tile = 0; tile < tiles; ++tile)
            tasks.push_back({l, tile, (tile + 0.5) / tiles});
    }
    // A thread begins with the rows whose products it made (of linear layers): they are in its caches.
    std::ranges::stable_sort(tasks, {}, &Task::place);
    if (m_scratch.size() != std::size_t(pool.threads()))
        m_scratch.assign(std::size_t(pool.threads()), FloatBuffer(largestScratch(m_weightLayers)));
    pool.run(int(tasks.size()), [&](int task, int thread) {
        const Task& each = tasks[std::size_t(task)];
        m_weightLayers[each.layer]->updateTile(each.tile, inputOf(m_weightLayerAt[each.layer], x), batch,
                                               step, m_scratch[std::size_t(thread)].data());
    });
    for (WeightLayer* layer : m_weightLayers)
        layer->finishUpdate();
}

void Network::setCodes(const std::function<std::optional<LayerCode>(const WeightLayer&)>& codes,
                       const QuantizerSpec& quantizer, ThreadPool& pool)
{
    for (std::size_t l = 0; l < m_weightLayers.size(); ++l) {
        WeightLayer& layer = *m_weightLayers[l];
        std::optional<Coding>& coding = layer.state().coding;
        const std::optional<LayerCode> code = codes(layer);
        if (!code) {
            coding.reset();
            continue;
        }
        layer.allocateEffective();
        const WeightNormalization normalization =
            code->code.isFloat() ? WeightNormalization::None : quantizer.normalizationOf(l);
        if (coding && coding->code == code->code)
            renormalize(*coding, normalization, layer.matrix(), pool);
        else
            coding = beginCoding({.method = quantizer.method,
                                  .normalization = normalization,
                                  .code = code->code,
                                  .scale = quantizer.scale,
                                  .balanced = orderOf(layer, quantizer, normalization)},
                                 layer.matrix(), pool);
        if (code->growsTo)
            beginGrowing(*coding, *code->growsTo, layer.rows());
    }
}

void Network::growTo(double share, ThreadPool& pool)
{
    for (WeightLayer* layer : m_weightLayers)
        ternbench::growTo(*layer->state().coding, layer->matrix(), share, pool);
}

void Network::usePowersOfTwo(double inputScale)
{
    for (std::size_t l = 0; l < m_weightLayers.size(); ++l) {
        WeightLayer& layer = *m_weightLayers[l];
        const bool last = l + 1 == m_weightLayers.size();
        const double outputScale = last ? 1.0 : layer.outputScale();
        std::vector<float> correction;
        if (outputScale > 0.0) { // else the range is not known yet
            const auto factors = outputFactors(
                layer.state(), inputScale,
                last ? std::span<const float>() : channelColumns(*m_weightLayers[l + 1]), outputScale);
            const double unit = last ? largestSlope(factors) : 1.0;
            for (const OutputFactor& factor : factors)
                correction.push_back(float(powerOfTwoCorrection(factor.slope, unit)));
        }
        layer.correctOutputs(std::move(correction));
        inputScale = outputScale;
    }
}

void Network::applyQuantizers()
{
    FloatBuffer steps; // of the outputs of the layer before
    std::size_t next = 0;
    for (const auto& layer : m_layers) {
        WeightLayer* const own = layer->withWeights();
        if (!own) {
            layer->setSteps(steps);
            continue;
        }
        ++next;
        const bool last = next == m_weightLayers.size();
        if (!last)
            own->setOutputQuantizer(coded() ? channelColumns(*m_weightLayers[next])
                                            : std::span<const float>());
        steps = coded() ? own->outputSteps() : FloatBuffer();
    }
}

void Network::updateClips()
{
    for (WeightLayer* layer : m_weightLayers)
        layer->updateClip();
    applyQuantizers();
}

void Network::setProfile(StepProfile* profile)
{
    m_profile = profile;
    for (WeightLayer* layer : m_weightLayers)
        layer->setProfile(profile);
}

void throwDiverged(const Layer& layer, const std::string& what, std::int64_t step)
{
    throw RunError("diverged: the " + what + " of layer '" + layer.spec().name + "' are not finite at step " +
                   std::to_string(step) + "; a lower training.optimizer.learning_rate may help");
}

std::span<const float> channelColumns(const WeightLayer& layer)
{
    return std::span<const float>(layer.state().coding->normalizer.column)
        .first(std::size_t(layer.columnChannels()));
}

} // namespace ternbench
