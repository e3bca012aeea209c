#pragma once

#include "core/runtime/sub_vectors.h"

#include <cstddef>
#include <cstdint>

/// The inner loops of the packed runtime, one set per instruction set. Per sub-vector of inputs a small table
/// holds every sum that its weights can select; each byte of the matrix looks one up, for many rows at once.
namespace ternbench {

/// Bytes of a matrix lie in blocks of `blockRows` rows side by side, so that one load serves a block.
struct GemvKernels
{
    const char* name;
    int blockRows;          ///< rows of one block; a matrix is padded to whole blocks
    int tileBlocks;         ///< blocks that share a table's load at most
    std::size_t tableBytes; ///< of one sub-vector's table

    /// The byte of a sub-vector: widthOf(kind) weights in {-1,0,1}, admitted by the kind. Zero is 0.
    std::uint8_t (*encode)(SubVectorKind kind, const std::int8_t* weights);
    /// The place of a block's row among its bytes.
    int (*position)(int row);

    /// Tables of `count` sub-vectors from their inputs q (count·width), none of whose sums exceeds `mostSum`
    /// in magnitude.
    void (*buildTables)(SubVectorKind kind, int mostSum, const std::int16_t* q, int count,
                        std::uint8_t* tables);

    /// acc[row] += sum over the sub-vectors, for a tile of `blocks` blocks; codes (count, blocks·blockRows);
    /// tables made for the same `mostSum`, which must fit 16 bits (portable kernels take any).
    void (*accumulate)(const std::uint8_t* codes, const std::uint8_t* tables, int count, int mostSum,
                       int blocks, std::int32_t* acc);
};

/// How many sums of `mostSum` in magnitude fit 16 bits.
constexpr int sumsInSixteenBits(int mostSum)
{
    return mostSum == 0 ? 32767 : 32767 / mostSum;
}

/// The widest set that the CPU can run; TERNBENCH_SIMD narrows it as it does in kernels.h.
const GemvKernels& gemvKernels();

/// 32-bit table entries: any input range, and what matrices of large inputs fall back to.
const GemvKernels& portableGemvKernels();
/// Null where this build or CPU does not have them.
const GemvKernels* avx2GemvKernels();
const GemvKernels* avx512GemvKernels(); ///< AVX-512 without VBMI
const GemvKernels* vbmiGemvKernels();   ///< AVX-512 with VBMI

} // namespace ternbench
