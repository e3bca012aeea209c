#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_model.h"
#include "core/integer/integer_network.h"
#include "core/parallel/thread_pool.h"

#include <functional>
#include <string>
#include <vector>

namespace ternbench {

class PackedRuntime;

/// Called now and then with the share done, 0..1; false asks to stop.
using ShareObserver = std::function<bool(double share)>;

/// What a network computes over a test set, as hashes: per layer SHA-256 over its outputs image by image, row
/// by row (of images channel, then y, then x), hidden layers as little-endian int32, the last layer's scores
/// as int64.
struct GoldenOutputs
{
    std::vector<std::string> layerSha256;
    std::uint64_t images = 0;
    std::uint64_t classErrors = 0;
};

/// Throws RunError when `progress` asks to stop, InputError where the packed runtime cannot take the network.
GoldenOutputs computeGolden(const IntegerNetwork& network, const LabelledImages& images, ThreadPool& pool,
                            const ShareObserver& progress = {}, IntegerModel model = IntegerModel::Reference);

/// The same from a runtime, wherever its indexes came from.
GoldenOutputs computeGolden(const PackedRuntime& runtime, const LabelledImages& images, ThreadPool& pool,
                            const ShareObserver& progress = {});

/// Output values of `a` and `b` that differ over the images, per layer: two networks of the same shape, run
/// side by side.
std::vector<std::uint64_t> countDifferences(const IntegerNetwork& a, const IntegerNetwork& b,
                                            const LabelledImages& images, ThreadPool& pool);

} // namespace ternbench
