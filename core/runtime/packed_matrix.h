#pragma once

#include "core/kernels/aligned.h"
#include "core/parallel/thread_pool.h"
#include "core/runtime/gemv_kernels.h"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace ternbench {

template <class T>
using AlignedVector = std::vector<T, CacheLineAllocator<T>>;

/// Memory that products reuse; one per thread that multiplies.
struct GemvScratch
{
    AlignedVector<std::int16_t> inputs;
    AlignedVector<std::uint8_t> tables;
    AlignedVector<std::int32_t> sums;
};

/// A ternary matrix as the packed runtime multiplies with it: one byte per sub-vector of 8 weights where none
/// has more than two non-zeros ((8,1), (8,2), (16,2), (4,1), ...), else one per 4 weights. Weights are never
/// expanded: each byte looks up the sum that its weights make of the inputs.
class PackedMatrix
{
public:
    /// Writes the `fanIn` weights of a row, each in {-1,0,1}. Called twice for each row.
    using DecodeRow = std::function<void(int row, std::span<std::int8_t> weights)>;

    /// `largestInput` bounds |q_j| of every product. Throws InputError where a row's sum might not fit the
    /// 32 bits of the accumulators.
    PackedMatrix(int rows, int fanIn, int largestInput, const DecodeRow& decode,
                 const GemvKernels& kernels = gemvKernels());

    int rows() const { return m_rows; }
    int fanIn() const { return m_fanIn; }
    SubVectorKind kind() const { return m_kind; }
    const GemvKernels& kernels() const { return *m_kernels; }
    std::size_t bytes() const { return m_codes.size(); }

    /// acc_ni = sum_j t_ij·q_nj for one or more vectors q (n, fanIn), acc (n, rows). Several vectors at once
    /// read the matrix once for all of them.
    void multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc, GemvScratch& scratch) const;
    /// One vector, the rows cut among the pool's threads.
    void multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc, GemvScratch& scratch,
                  ThreadPool& pool) const;

private:
    void survey(const DecodeRow& decode, int largestInput);
    void encode(const DecodeRow& decode);
    int loadInputs(std::span<const std::int16_t> q, GemvScratch& scratch) const;
    void multiplySome(std::span<const std::int16_t> q, std::span<std::int32_t> acc,
                      GemvScratch& scratch) const;
    void accumulateTile(int chunk, int tile, const std::uint8_t* tables, std::int32_t* sums) const;
    void giveSums(const GemvScratch& scratch, std::span<std::int32_t> acc) const;

    int tileRows() const { return m_kernels->blockRows * m_kernels->tileBlocks; }
    int tiles() const { return (m_paddedRows + tileRows() - 1) / tileRows(); }
    int chunks() const;
    int subVectorsOf(int chunk) const;
    std::size_t inputStride() const;
    const std::int16_t* inputsOf(int chunk, const GemvScratch& scratch, int vector = 0) const;
    std::size_t codesAt(int chunk, int tile) const;

    int m_rows, m_fanIn;
    const GemvKernels* m_kernels;
    SubVectorKind m_kind = SubVectorKind::Octet;
    int m_subVectors = 0;                ///< per row
    int m_paddedRows = 0;                ///< whole blocks
    int m_mostSum = 0;                   ///< of a sub-vector's inputs, in magnitude
    AlignedVector<std::uint8_t> m_codes; ///< [chunk][tile][sub-vector][row]
};

} // namespace ternbench
