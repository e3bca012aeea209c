#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"
#include "core/integer/reference_model.h"
#include "core/parallel/thread_pool.h"
#include "core/runtime/packed_matrix.h"

#include <functional>
#include <span>
#include <vector>

namespace ternbench {

/// The integer model computed from packed indexes, vectorized: the same outputs as runReference() on every
/// layer, many times as fast. The input table, requantization and argmax are those of the network.
class PackedRuntime
{
public:
    /// Writes the weights of one row of one layer, each in {-1,0,1}; called twice for each row. What reads a
    /// packed file decodes them one row at a time (packed/packed_indexes.h).
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

    std::size_t layers() const { return m_layers.size(); }
    /// Bytes of all matrices as they lie in memory.
    std::size_t bytes() const;

    /// Runs all images (several at a time) and shows each one's outputs in order, on the calling thread.
    void runOver(const LabelledImages& images, ThreadPool& pool,
                 const std::function<void(int image, const IntegerOutputs&)>& observer) const;

private:
    struct Layer
    {
        PackedMatrix matrix;
        std::vector<std::int32_t> multiplier;
        std::vector<std::int64_t> offset;
        std::vector<std::uint8_t> shift;
        int activationBits;

        void requantize(std::span<const std::int32_t> acc, std::span<std::int32_t> y) const;
    };

    InputTable m_input;
    std::vector<Layer> m_layers;
};

} // namespace ternbench
