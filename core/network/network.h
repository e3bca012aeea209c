#pragma once

#include "core/network/layer.h"
#include "core/network/weight_layer.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ternbench {

/// The layers of a network in training, passed over as a whole. The last layer is linear: its outputs are the
/// class scores.
class Network
{
public:
    /// Weights are drawn from (seed, position of the layer). The specs must fit each other
    /// (experiments/validation.h).
    Network(const NetworkSpec& spec, const TensorShape& input, int batchSize, std::uint64_t seed);

    const std::vector<std::unique_ptr<Layer>>& layers() const { return m_layers; }
    /// Those with weights, in order.
    const std::vector<WeightLayer*>& weightLayers() const { return m_weightLayers; }
    WeightLayer& last() const { return *m_weightLayers.back(); }

    /// Whether the layers are coded; all are or none is.
    bool coded() const { return m_weightLayers.front()->state().coding.has_value(); }

    /// The key of layer l's dropout in this pass.
    using DropoutKeys = std::function<std::uint32_t(std::size_t layer)>;
    /// last().output() from x (batch, input). `step` is for the message of the RunError thrown where the
    /// numbers of a layer are no longer finite.
    void forward(const float* x, int batch, const ForwardMode& mode, const DropoutKeys& keys,
                 std::int64_t step, ThreadPool& pool);
    /// With last().gradient() filled: all gradients. Throws RunError as forward() does.
    void backward(const float* x, int batch, std::int64_t step, ThreadPool& pool);
    /// An optimizer step of every layer, which codes the weights anew.
    void update(const float* x, int batch, const OptimizerStep& step, ThreadPool& pool);

    /// Codes begin, go on with new normalizers, or end: codes(l) is the code of weight layer l, or nothing.
    void setCodes(const std::function<std::optional<Code>(const WeightLayer&)>& codes,
                  const QuantizerSpec& quantizer, ThreadPool& pool);
    /// Fits the steps of all outputs to the column normalizers of the layers behind them.
    void applyQuantizers();
    /// After a forward pass with `observe`: moves all activation ranges.
    void updateClips();

    /// Where the time of the passes goes from now on; null: nowhere.
    void setProfile(StepProfile* profile);

private:
    const float* inputOf(std::size_t layer, const float* x) const;

    std::vector<std::unique_ptr<Layer>> m_layers;
    std::vector<WeightLayer*> m_weightLayers;
    std::vector<std::size_t> m_weightLayerAt; ///< its place in m_layers
    StepProfile* m_profile = nullptr;
    std::vector<FloatBuffer> m_scratch; ///< per thread: gradient of a tile of weight rows
};

/// Throws RunError: "diverged: the `what` of layer ... are not finite at step ...".
[[noreturn]] void throwDiverged(const Layer& layer, const std::string& what, std::int64_t step);

/// The column normalizers of a coded layer, one for each of its input channels.
std::span<const float> channelColumns(const WeightLayer& layer);

} // namespace ternbench
