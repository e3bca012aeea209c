#include "core/packed/golden.h"

#include "core/data/sha256.h"
#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/runtime/packed_runtime.h"

#include <algorithm>
#include <bit>
#include <span>

namespace ternbench {

namespace {

static_assert(std::endian::native == std::endian::little, "hashes and files are little-endian");

/// Images between two calls of a progress observer, and of one task.
constexpr int progressInterval = 100;

/// Shows progress and throws when asked to stop.
void report(const ShareObserver& progress, int image, int count)
{
    if (progress && image % progressInterval == 0 && !progress(double(image) / count))
        throw RunError("cancelled");
}

/// The outputs of a hidden layer in the order of the format's hashes: (channel, y, x).
void addTo(Sha256& hash, const std::vector<std::int32_t>& values, const TensorShape& shape)
{
    if (shape.positions() == 1)
        return hash.update(std::as_bytes(std::span(values)));
    std::vector<std::int32_t> ordered(values.size());
    const auto positions = std::size_t(shape.positions());
    const auto channels = std::size_t(shape.channels);
    for (std::size_t p = 0; p < positions; ++p)
        for (std::size_t c = 0; c < channels; ++c)
            ordered[c * positions + p] = values[p * channels + c];
    hash.update(std::as_bytes(std::span<const std::int32_t>(ordered)));
}

template <class T>
std::uint64_t differences(const std::vector<T>& a, const std::vector<T>& b)
{
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i)
        count += a[i] != b[i] ? 1 : 0;
    return count;
}

} // namespace

GoldenOutputs computeGolden(const IntegerNetwork& network, const LabelledImages& images, ThreadPool& pool,
                            const ShareObserver& progress, IntegerModel model)
{
    std::vector<Sha256> hashes(network.layers.size());
    std::vector<TensorShape> shapes;
    for (const IntegerLayer& layer : network.layers)
        shapes.push_back(layer.outputShape());
    GoldenOutputs golden;
    const auto observe = [&](int image, const IntegerOutputs& outputs) {
        for (std::size_t l = 0; l < outputs.hidden.size(); ++l)
            addTo(hashes[l], outputs.hidden[l], shapes[l]);
        hashes.back().update(std::as_bytes(std::span(outputs.scores)));
        golden.classErrors += classOf(outputs.scores) != images.labels[std::size_t(image)] ? 1 : 0;
        report(progress, image, images.count);
    };
    if (model == IntegerModel::Packed)
        PackedRuntime(network).runOver(images, pool, observe);
    else
        runReferenceOver(network, images, pool, observe);
    golden.images = std::uint64_t(images.count);
    for (const Sha256& hash : hashes)
        golden.layerSha256.push_back(hash.hex());
    return golden;
}

std::vector<std::uint64_t> countDifferences(const IntegerNetwork& a, const IntegerNetwork& b,
                                            const LabelledImages& images, ThreadPool& pool)
{
    const std::size_t layers = a.layers.size();
    const int tasks = (images.count + progressInterval - 1) / progressInterval;
    std::vector<std::uint64_t> counts(std::size_t(tasks) * layers, 0);
    pool.run(tasks, [&](int task, int) {
        std::uint64_t* own = counts.data() + std::size_t(task) * layers;
        const int end = std::min(images.count, (task + 1) * progressInterval);
        for (int image = task * progressInterval; image < end; ++image) {
            const std::size_t at = std::size_t(image) * std::size_t(images.inputs);
            const auto pixels = std::span(images.pixels).subspan(at, std::size_t(images.inputs));
            const IntegerOutputs left = runReference(a, pixels);
            const IntegerOutputs right = runReference(b, pixels);
            for (std::size_t l = 0; l + 1 < layers; ++l)
                own[l] += differences(left.hidden[l], right.hidden[l]);
            own[layers - 1] += differences(left.scores, right.scores);
        }
    });
    std::vector<std::uint64_t> sums(layers, 0);
    for (std::size_t i = 0; i < counts.size(); ++i)
        sums[i % layers] += counts[i];
    return sums;
}

} // namespace ternbench
