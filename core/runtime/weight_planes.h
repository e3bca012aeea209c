#pragma once

#include "core/code/code.h"
#include "core/runtime/packed_matrix.h"

#include <cstddef>
#include <span>
#include <vector>

namespace ternbench {

/// The weights t of a layer as a sum of ternary matrices: one where they are ternary; of 8-bit weights
/// t = sum over b of 2^b·p_b with p_b = sign(t)·(bit b of |t|), seven of them. So 8-bit layers need no
/// kernels of their own, at several times the work.
class WeightPlanes
{
public:
    /// As PackedMatrix, of weights of `code`: within ±code.largestValue(). Rows are decoded twice for each
    /// plane. Throws InputError where a row's sum might not fit 32 bits.
    WeightPlanes(int rows, int fanIn, int largestInput, const Code& code,
                 const PackedMatrix::DecodeRow& decode, const GemvKernels& kernels);

    /// acc_ni = sum_j t_ij·q_nj for one or more vectors q (n, fanIn), acc (n, rows).
    void multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc, GemvScratch& scratch) const;

    /// As they lie in memory.
    std::size_t bytes() const;

private:
    std::vector<PackedMatrix> m_planes; ///< [b]
};

} // namespace ternbench
