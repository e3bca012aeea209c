#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"
#include "core/parallel/thread_pool.h"

#include <functional>
#include <span>
#include <vector>

namespace ternbench {

/// All outputs of one image: the activations of each hidden layer, the scores of the last.
struct IntegerOutputs
{
    std::vector<std::vector<std::int32_t>>
        hidden; ///< [layer][(y, x, channel)]; of a linear layer [layer][row]
    std::vector<std::int64_t> scores;
};

/// The plain scalar reference: written to be read, the one that faster implementations are held to.
IntegerOutputs runReference(const IntegerNetwork& network, std::span<const std::uint8_t> image);

/// argmax of the scores, lowest index on a tie.
int classOf(std::span<const std::int64_t> scores);

/// Runs the reference over all images in order (several at a time) and shows each image's outputs to
/// `observer(image, outputs)`, in order, on the calling thread.
void runReferenceOver(const IntegerNetwork& network, const LabelledImages& images, ThreadPool& pool,
                      const std::function<void(int image, const IntegerOutputs&)>& observer);

} // namespace ternbench
