#include "core/runtime/weight_planes.h"

#include "core/error.h"

#include <bit>
#include <limits>
#include <string>

namespace ternbench {

namespace {

/// Plane `b` of weights that `decode` gives.
PackedMatrix::DecodeRow planeOf(const PackedMatrix::DecodeRow& decode, int b)
{
    return [&decode, b](int row, std::span<std::int8_t> weights) {
        decode(row, weights);
        for (std::int8_t& t : weights) {
            const int magnitude = t < 0 ? -t : t;
            const int bit = magnitude >> b & 1;
            t = std::int8_t(t < 0 ? -bit : bit);
        }
    };
}

} // namespace

WeightPlanes::WeightPlanes(int rows, int fanIn, int largestInput, const Code& code,
                           const PackedMatrix::DecodeRow& decode, const GemvKernels& kernels)
{
    const std::int64_t largest = std::int64_t{fanIn} * largestInput * code.largestValue();
    if (!code.isTernary() && largest > std::numeric_limits<std::int32_t>::max())
        throw InputError("a row may sum up to " + std::to_string(largest) +
                         ": the packed runtime's accumulators have 32 bits");
    const int planes = std::bit_width(unsigned(code.largestValue()));
    for (int b = 0; b < planes; ++b)
        m_planes.emplace_back(rows, fanIn, largestInput, code.isTernary() ? decode : planeOf(decode, b),
                              kernels);
}

void WeightPlanes::multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc,
                            GemvScratch& scratch) const
{
    m_planes.front().multiply(q, acc, scratch);
    std::vector<std::int32_t> sums(m_planes.size() > 1 ? acc.size() : 0);
    for (std::size_t b = 1; b < m_planes.size(); ++b) {
        m_planes[b].multiply(q, sums, scratch);
        for (std::size_t i = 0; i < acc.size(); ++i)
            acc[i] += sums[i] * (1 << b);
    }
}

std::size_t WeightPlanes::bytes() const
{
    std::size_t sum = 0;
    for (const PackedMatrix& plane : m_planes)
        sum += plane.bytes();
    return sum;
}

} // namespace ternbench
