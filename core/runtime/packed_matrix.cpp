#include "core/runtime/packed_matrix.h"

#include "core/error.h"

#include <algorithm>
#include <limits>
#include <string>

namespace ternbench {

namespace {

/// Sub-vectors whose tables are built at a time: 16 KiB with VBMI, so that they stay in the first cache while
/// the rows pass by; also what 16-bit sums hold of 8-bit inputs.
constexpr int chunkSubVectors = 64;
constexpr int paddedWidth = 8; ///< kernels may read 8 inputs of a quad's 4
/// Vectors that share one pass over the matrix: a chunk of its codes and all their sums (4 bytes a row each)
/// stay in the second cache up to some thousand rows.
constexpr int vectorsAtATime = 16;
/// How far ahead of the products pages are touched, so that their addresses are translated when the kernels
/// fetch them: translating takes longest where memory is a virtual machine's.
constexpr std::size_t pagesAhead = 32768;
constexpr std::size_t pageBytes = 4096;

int ceilDivide(int a, int b)
{
    return (a + b - 1) / b;
}

int nonZeros(std::span<const std::int8_t> weights)
{
    return int(std::ranges::count_if(weights, [](std::int8_t t) { return t != 0; }));
}

/// Beyond the end of the memory too, where it does nothing.
void touchPages(const std::uint8_t* from, std::size_t bytes)
{
    for (std::size_t at = 0; at < bytes; at += pageBytes)
        __builtin_prefetch(from + at);
}

bool fitsOctets(std::span<const std::int8_t> row)
{
    for (std::size_t first = 0; first < row.size(); first += 8)
        if (nonZeros(row.subspan(first, std::min<std::size_t>(8, row.size() - first))) > 2)
            return false;
    return true;
}

} // namespace

PackedMatrix::PackedMatrix(int rows, int fanIn, int largestInput, const DecodeRow& decode,
                           const GemvKernels& kernels)
    : m_rows(rows), m_fanIn(fanIn), m_kernels(&kernels)
{
    survey(decode, largestInput);
    m_mostSum = mostTerms(m_kind) * largestInput;
    if (sumsInSixteenBits(m_mostSum) == 0)
        m_kernels = &portableGemvKernels();
    m_subVectors = ceilDivide(fanIn, widthOf(m_kind));
    m_paddedRows = ceilDivide(rows, m_kernels->blockRows) * m_kernels->blockRows;
    encode(decode);
}

void PackedMatrix::survey(const DecodeRow& decode, int largestInput)
{
    std::vector<std::int8_t> row(static_cast<std::size_t>(m_fanIn));
    for (int r = 0; r < m_rows; ++r) {
        decode(r, row);
        if (m_kind == SubVectorKind::Octet && !fitsOctets(row))
            m_kind = SubVectorKind::Quad;
        const std::int64_t largest = std::int64_t{nonZeros(row)} * largestInput;
        if (largest > std::numeric_limits<std::int32_t>::max())
            throw InputError("row " + std::to_string(r) + " may sum up to " + std::to_string(largest) +
                             ": the packed runtime's accumulators have 32 bits");
    }
}

void PackedMatrix::encode(const DecodeRow& decode)
{
    m_codes.assign(std::size_t(m_subVectors) * std::size_t(m_paddedRows), 0);
    const int width = widthOf(m_kind), blockRows = m_kernels->blockRows;
    std::vector<std::int8_t> row(std::size_t(m_subVectors * width), 0);
    for (int r = 0; r < m_rows; ++r) {
        decode(r, std::span(row).first(std::size_t(m_fanIn)));
        const int tile = r / tileRows();
        const int stride = std::min(tileRows(), m_paddedRows - tile * tileRows());
        const int place = r % tileRows() / blockRows * blockRows + m_kernels->position(r % blockRows);
        for (int u = 0; u < m_subVectors; ++u) {
            const std::size_t at = codesAt(u / chunkSubVectors, tile) +
                                   std::size_t(u % chunkSubVectors) * std::size_t(stride) +
                                   std::size_t(place);
            m_codes[at] = m_kernels->encode(m_kind, row.data() + u * width);
        }
    }
}

int PackedMatrix::chunks() const
{
    return ceilDivide(m_subVectors, chunkSubVectors);
}

int PackedMatrix::subVectorsOf(int chunk) const
{
    return std::min(chunkSubVectors, m_subVectors - chunk * chunkSubVectors);
}

std::size_t PackedMatrix::inputStride() const
{
    return std::size_t(m_subVectors * widthOf(m_kind) + paddedWidth);
}

const std::int16_t* PackedMatrix::inputsOf(int chunk, const GemvScratch& scratch, int vector) const
{
    return scratch.inputs.data() + std::size_t(vector) * inputStride() +
           std::size_t(chunk) * chunkSubVectors * std::size_t(widthOf(m_kind));
}

std::size_t PackedMatrix::codesAt(int chunk, int tile) const
{
    return std::size_t(chunk) * chunkSubVectors * std::size_t(m_paddedRows) +
           std::size_t(subVectorsOf(chunk)) * std::size_t(tile) * std::size_t(tileRows());
}

/// Copies the vectors with their padding, clears their sums and returns how many they are.
int PackedMatrix::loadInputs(std::span<const std::int16_t> q, GemvScratch& scratch) const
{
    const auto fanIn = std::size_t(m_fanIn);
    const std::size_t vectors = q.size() / fanIn;
    scratch.inputs.assign(vectors * inputStride(), 0);
    for (std::size_t n = 0; n < vectors; ++n)
        std::ranges::copy(q.subspan(n * fanIn, fanIn),
                          scratch.inputs.begin() + std::ptrdiff_t(n * inputStride()));
    scratch.sums.assign(vectors * std::size_t(m_paddedRows), 0);
    return int(vectors);
}

void PackedMatrix::giveSums(const GemvScratch& scratch, std::span<std::int32_t> acc) const
{
    const auto rows = std::size_t(m_rows);
    for (std::size_t n = 0; n < acc.size() / rows; ++n)
        std::copy_n(scratch.sums.begin() + std::ptrdiff_t(n) * m_paddedRows, m_rows,
                    acc.begin() + std::ptrdiff_t(n * rows));
}

void PackedMatrix::accumulateTile(int chunk, int tile, const std::uint8_t* tables, std::int32_t* sums) const
{
    const int first = tile * tileRows();
    const int blocks = std::min(m_kernels->tileBlocks, (m_paddedRows - first) / m_kernels->blockRows);
    const std::uint8_t* codes = m_codes.data() + codesAt(chunk, tile);
    touchPages(codes + pagesAhead, std::size_t(subVectorsOf(chunk) * blocks * m_kernels->blockRows));
    m_kernels->accumulate(codes, tables, subVectorsOf(chunk), m_mostSum, blocks, sums + first);
}

void PackedMatrix::multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc,
                            GemvScratch& scratch) const
{
    const std::size_t vectors = q.size() / std::size_t(m_fanIn);
    for (std::size_t first = 0; first < vectors; first += vectorsAtATime) {
        const std::size_t some = std::min<std::size_t>(vectorsAtATime, vectors - first);
        const auto slice = [&](auto all, int width) {
            return all.subspan(first * std::size_t(width), some * std::size_t(width));
        };
        multiplySome(slice(q, m_fanIn), slice(acc, m_rows), scratch);
    }
}

void PackedMatrix::multiplySome(std::span<const std::int16_t> q, std::span<std::int32_t> acc,
                                GemvScratch& scratch) const
{
    const int vectors = loadInputs(q, scratch);
    scratch.tables.resize(std::max(scratch.tables.size(), chunkSubVectors * m_kernels->tableBytes));
    for (int chunk = 0; chunk < chunks(); ++chunk)
        for (int n = 0; n < vectors; ++n) {
            m_kernels->buildTables(m_kind, m_mostSum, inputsOf(chunk, scratch, n), subVectorsOf(chunk),
                                   scratch.tables.data());
            std::int32_t* sums = scratch.sums.data() + std::ptrdiff_t(n) * m_paddedRows;
            for (int tile = 0; tile < tiles(); ++tile)
                accumulateTile(chunk, tile, scratch.tables.data(), sums);
        }
    giveSums(scratch, acc);
}

void PackedMatrix::multiply(std::span<const std::int16_t> q, std::span<std::int32_t> acc,
                            GemvScratch& scratch, ThreadPool& pool) const
{
    if (pool.threads() == 1)
        return multiply(q, acc, scratch);
    loadInputs(q, scratch);
    const std::size_t chunkBytes = chunkSubVectors * m_kernels->tableBytes;
    scratch.tables.resize(std::max(scratch.tables.size(), std::size_t(chunks()) * chunkBytes));
    pool.run(chunks(), [&](int chunk, int) {
        m_kernels->buildTables(m_kind, m_mostSum, inputsOf(chunk, scratch), subVectorsOf(chunk),
                               scratch.tables.data() + std::size_t(chunk) * chunkBytes);
    });
    // Neighbouring tiles in one task: a chunk's tables then serve all of them while they are near.
    const int tasks = std::min(tiles(), pool.threads());
    pool.run(tasks, [&](int task, int) {
        for (int chunk = 0; chunk < chunks(); ++chunk)
            for (int tile = tiles() * task / tasks; tile < tiles() * (task + 1) / tasks; ++tile)
                accumulateTile(chunk, tile, scratch.tables.data() + std::size_t(chunk) * chunkBytes,
                               scratch.sums.data());
    });
    giveSums(scratch, acc);
}

} // namespace ternbench
