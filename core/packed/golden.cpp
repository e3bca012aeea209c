#include "core/packed/golden.h"

#include "core/data/sha256.h"
#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/runtime/packed_runtime.h"

#include <algorithm>
#include <bit>
#include <span>
#include <utility>

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

/// Takes the outputs of all images in order.
class Collector
{
public:
    /// `shapes`: of each layer's outputs.
    Collector(std::vector<TensorShape> shapes, const LabelledImages& images, const ShareObserver& progress)
        : m_shapes(std::move(shapes)), m_images(images), m_progress(progress), m_hashes(m_shapes.size())
    {}

    void add(int image, const IntegerOutputs& outputs)
    {
        for (std::size_t l = 0; l < outputs.hidden.size(); ++l)
            addTo(m_hashes[l], outputs.hidden[l], m_shapes[l]);
        m_hashes.back().update(std::as_bytes(std::span(outputs.scores)));
        m_classErrors += classOf(outputs.scores) != m_images.labels[std::size_t(image)] ? 1 : 0;
        report(m_progress, image, m_images.count);
    }

    GoldenOutputs result() const
    {
        GoldenOutputs golden;
        golden.images = std::uint64_t(m_images.count);
        golden.classErrors = m_classErrors;
        for (const Sha256& hash : m_hashes)
            golden.layerSha256.push_back(hash.hex());
        return golden;
    }

private:
    std::vector<TensorShape> m_shapes;
    const LabelledImages& m_images;
    const ShareObserver& m_progress;
    std::vector<Sha256> m_hashes;
    std::uint64_t m_classErrors = 0;
};

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
    if (model == IntegerModel::Packed)
        return computeGolden(PackedRuntime(network), images, pool, progress);
    std::vector<TensorShape> shapes;
    for (const IntegerLayer& layer : network.layers)
        shapes.push_back(layer.outputShape());
    Collector collector(std::move(shapes), images, progress);
    runReferenceOver(network, images, pool, [&](int i, const IntegerOutputs& o) { collector.add(i, o); });
    return collector.result();
}

GoldenOutputs computeGolden(const PackedRuntime& runtime, const LabelledImages& images, ThreadPool& pool,
                            const ShareObserver& progress)
{
    Collector collector(runtime.outputShapes(), images, progress);
    runtime.runOver(images, pool, [&](int i, const IntegerOutputs& o) { collector.add(i, o); });
    return collector.result();
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
