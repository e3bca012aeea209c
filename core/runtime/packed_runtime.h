#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"
#include "core/integer/reference_model.h"
#include "core/parallel/thread_pool.h"
#include "core/runtime/weight_planes.h"

#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace ternbench {

/// The integer model computed from packed indexes, vectorized: the same outputs as runReference() on every
/// layer, many times as fast. A convolution is a product of its matrix with what its window sees at all of
/// its places. The input table, requantization, pooling and argmax are those of the network.
class PackedRuntime
{
public:
    /// Writes the weights of one row of one layer, of its code; called at least twice for each row. What
    /// reads a packed file decodes them one row at a time (packed/packed_inference.h).
    using DecodeRow = std::function<void(int layer, int row, std::span<std::int8_t> weights)>;

    /// The rows of `network` are taken from `decode`; its own weights are not looked at and may be left out.
    /// Throws InputError as the next one.
    PackedRuntime(const IntegerNetwork& network, const DecodeRow& decode,
                  const GemvKernels& kernels = gemvKernels());
    /// Throws InputError that names the layer whose sums may need more than 32 bits, or its inputs 16.
    explicit PackedRuntime(const IntegerNetwork& network, const GemvKernels& kernels = gemvKernels());

    /// Whether the sums of every layer fit 32 bits and its inputs 16, whatever its weights.
    static bool takes(const IntegerNetwork& network);

    IntegerOutputs run(std::span<const std::uint8_t> image, GemvScratch& scratch) const;
    /// Several images at once, (images, inputs): every layer's matrix is read once for all of them.
    std::vector<IntegerOutputs> runBatch(std::span<const std::uint8_t> images, GemvScratch& scratch) const;

    /// Runs all images (several at a time) and shows each one's outputs in order, on the calling thread.
    void runOver(const LabelledImages& images, ThreadPool& pool,
                 const std::function<void(int image, const IntegerOutputs&)>& observer) const;

    /// Of each layer.
    std::vector<TensorShape> outputShapes() const;
    /// Bytes of all matrices as they lie in memory.
    std::size_t bytes() const;

private:
    struct Layer
    {
        IntegerLayer model;                 ///< without its weights
        std::optional<WeightPlanes> matrix; ///< of a layer with weights

        /// The sums (or maxima) of `images` images q, before requantization.
        void accumulate(std::span<const std::int16_t> q, std::size_t images, std::vector<std::int32_t>& acc,
                        GemvScratch& scratch) const;
        /// One image's outputs from its sums.
        void requantize(std::span<const std::int32_t> acc, std::span<std::int32_t> y) const;
    };

    InputTable m_input;
    std::vector<Layer> m_layers;
};

} // namespace ternbench
