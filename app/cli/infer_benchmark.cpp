#include "app/cli/infer_benchmark.h"

#include "app/cli/memory_reader.h"
#include "core/code/codebook.h"
#include "core/kernels/blas.h"
#include "core/random.h"
#include "core/runtime/packed_matrix.h"

#include <algorithm>
#include <chrono>
#include <numeric>
#include <span>

namespace ternbench {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int rounds = 21;
/// Of one measurement: long against the clock's grain, short against a scheduler's interference.
constexpr double roundNs = 5e6;
/// What --cold cycles through: beyond the last cache of any desktop machine.
constexpr std::size_t coldBytes = std::size_t{512} << 20;

double median(std::vector<double> values)
{
    const auto middle = values.begin() + std::ptrdiff_t(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

template <class Work>
double nsPer(int repetitions, const Work& work)
{
    const auto start = Clock::now();
    for (int i = 0; i < repetitions; ++i)
        work();
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count() / repetitions;
}

template <class Work>
int repetitionsFor(const Work& work)
{
    work(); // caches, page tables
    return std::max(1, int(roundNs / std::max(1.0, nsPer(1, work))));
}

std::vector<std::int8_t> randomPatterns(const InferBenchmarkRequest& request)
{
    const Codebook codebook(request.code);
    const int n = request.code.groupSize;
    const auto columns = std::size_t(request.columns);
    std::vector<std::int8_t> weights(std::size_t(request.rows) * columns);
    std::vector<std::int8_t> pattern(static_cast<std::size_t>(n));
    Random random(1, 0, 0);
    for (std::size_t row = 0; row < weights.size(); row += columns)
        for (int first = 0; first < request.columns; first += n) {
            codebook.unrank(random.below(codebook.size()), pattern);
            std::copy_n(pattern.begin(), std::min(n, request.columns - first),
                        weights.begin() + std::ptrdiff_t(row) + first);
        }
    return weights;
}

/// Whether acc (batch, rows) are the products with q (batch, columns).
bool isExact(const std::vector<std::int8_t>& weights, const std::vector<std::int16_t>& q,
             const std::vector<std::int32_t>& acc, const InferBenchmarkRequest& request)
{
    const auto rows = std::size_t(request.rows), columns = std::size_t(request.columns);
    for (std::size_t i = 0; i < acc.size(); ++i) {
        const std::int16_t* x = q.data() + i / rows * columns;
        const std::int8_t* t = weights.data() + i % rows * columns;
        if (std::inner_product(x, x + columns, t, 0) != acc[i])
            return false;
    }
    return true;
}

/// Products of one matrix and a batch of vectors, on any number of threads.
class BatchProduct
{
public:
    explicit BatchProduct(const InferBenchmarkRequest& request)
        : m_request(request), m_pool(request.threads), m_scratch(std::size_t(request.threads)),
          m_inputs(std::size_t(request.batch) * std::size_t(request.columns)),
          m_acc(std::size_t(request.batch) * std::size_t(request.rows))
    {
        Random random(2, 0, 0);
        for (std::int16_t& value : m_inputs)
            value = std::int16_t(random.below(256));
    }

    void run(const PackedMatrix& matrix)
    {
        if (m_request.batch == 1)
            return matrix.multiply(m_inputs, m_acc, m_scratch.front(), m_pool);
        const int tasks = std::min(m_request.threads, m_request.batch);
        m_pool.run(tasks, [&](int task, int thread) {
            const auto first = std::size_t(m_request.batch * task / tasks);
            const auto last = std::size_t(m_request.batch * (task + 1) / tasks);
            const auto slice = [&](auto& all, int width) {
                return std::span(all).subspan(first * std::size_t(width),
                                              (last - first) * std::size_t(width));
            };
            matrix.multiply(slice(m_inputs, m_request.columns), slice(m_acc, m_request.rows),
                            m_scratch[std::size_t(thread)]);
        });
    }

    ThreadPool& pool() { return m_pool; }
    const std::vector<std::int16_t>& inputs() const { return m_inputs; }
    const std::vector<std::int32_t>& acc() const { return m_acc; }

private:
    const InferBenchmarkRequest& m_request;
    ThreadPool m_pool;
    std::vector<GemvScratch> m_scratch;
    std::vector<std::int16_t> m_inputs; ///< (batch, columns)
    std::vector<std::int32_t> m_acc;    ///< (batch, rows)
};

/// Copies to go through in turn, so that each is out of the caches when its turn comes again.
template <class T>
class Copies
{
public:
    Copies(const T& original, std::size_t bytes, bool cold)
        : m_copies(cold ? coldBytes / std::max<std::size_t>(bytes, 1) + 1 : 1, original)
    {}
    const T& next() { return m_copies[m_next++ % m_copies.size()]; }

private:
    std::vector<T> m_copies;
    std::size_t m_next = 0;
};

} // namespace

InferBenchmark measureInference(const InferBenchmarkRequest& request)
{
    const std::vector<std::int8_t> weights = randomPatterns(request);
    const PackedMatrix packed(request.rows, request.columns, 255, [&](int row, std::span<std::int8_t> out) {
        std::copy_n(weights.begin() + std::ptrdiff_t(row) * request.columns, request.columns, out.begin());
    });
    const FloatBuffer floats(weights.begin(), weights.end());
    BatchProduct product(request);
    const FloatBuffer x(product.inputs().begin(), product.inputs().begin() + request.columns);
    FloatBuffer y(std::size_t(request.rows));

    Copies<PackedMatrix> matrices(packed, packed.bytes(), request.cold);
    Copies<FloatBuffer> floatMatrices(floats, floats.size() * sizeof(float), request.cold);
    MemoryReader reader(packed.bytes(), request.cold ? coldBytes : 0);
    const auto gemv = [&] { product.run(matrices.next()); };
    const auto blas = [&] {
        sgemv(request.rows, request.columns, floatMatrices.next().data(), x.data(), y.data());
    };
    const auto read = [&] { reader.read(product.pool()); };

    std::vector<double> gemvNs, blasNs, readNs;
    const int gemvs = repetitionsFor(gemv), blases = repetitionsFor(blas), reads = repetitionsFor(read);
    for (int round = 0; round < rounds; ++round) {
        gemvNs.push_back(nsPer(gemvs, gemv));
        blasNs.push_back(nsPer(blases, blas));
        readNs.push_back(nsPer(reads, read));
    }
    const double count = double(request.rows) * double(request.columns);
    InferBenchmark result;
    result.kernels = packed.kernels().name;
    result.nsPerGemv = median(gemvNs) / request.batch;
    result.weightsPerNs = count / result.nsPerGemv;
    result.bytesPerWeight = double(packed.bytes()) / count;
    result.sgemvWeightsPerNs = count / median(blasNs);
    result.readGbPerS = double(packed.bytes()) / median(readNs);
    result.gemvGbPerS = double(packed.bytes()) / result.nsPerGemv;
    result.exact = isExact(weights, product.inputs(), product.acc(), request);
    return result;
}

} // namespace ternbench
