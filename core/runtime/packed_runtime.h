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
    /// Throws InputError that names the layer whose sums may need more than 32 bits, or its inputs 16.
    explicit PackedRuntime(const IntegerNetwork& network, const GemvKernels& kernels = gemvKernels());

    /// Whether all layers are linear, their sums fit 32 bits and their inputs 16, whatever the weights.
    static bool takes(const IntegerNetwork& network);

    IntegerOutputs run(std::span<const std::uint8_t> image, GemvScratch& scratch) const;

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
    };

    InputTable m_input;
    std::vector<Layer> m_layers;
};

} // namespace ternbench
