#include "core/integer/network_digest.h"

#include "core/data/sha256.h"

#include <span>

namespace ternbench {

namespace {

/// Every value behind its length, so that no two networks give the same bytes.
class NetworkDigest
{
public:
    void add(std::int64_t value) { m_digest.update(std::as_bytes(std::span(&value, 1))); }
    void add(const std::string& text) { addAll(std::span(text)); }

    template <class T>
    void addAll(std::span<const T> values)
    {
        add(std::int64_t(values.size()));
        m_digest.update(std::as_bytes(values));
    }

    void add(const TensorShape& shape)
    {
        for (const int extent : {shape.height, shape.width, shape.channels})
            add(extent);
    }

    void add(const IntegerLayer& layer)
    {
        add(layer.name);
        for (const int value :
             {int(layer.kind), layer.window.kernel, layer.window.stride, layer.window.padding,
              int(layer.groupAxis), layer.rows, layer.fanIn, layer.code.groupSize, layer.code.maxNonZeros,
              int(layer.code.family), layer.activationBits, layer.accumulatorBits})
            add(value);
        add(layer.inputShape());
        addAll(std::span(layer.permutation));
        addAll(std::span(layer.weights));
        addAll(std::span(layer.multiplier));
        addAll(std::span(layer.offset));
        addAll(std::span(layer.shift));
    }

    std::string hex() const { return m_digest.hex(); }

private:
    Sha256 m_digest;
};

} // namespace

std::string networkSha256(const IntegerNetwork& network)
{
    NetworkDigest digest;
    digest.add(network.input.inputs);
    digest.add(network.input.perInput);
    digest.addAll(std::span(network.input.values));
    digest.add(std::int64_t(network.layers.size()));
    for (const IntegerLayer& layer : network.layers)
        digest.add(layer);
    return digest.hex();
}

} // namespace ternbench
