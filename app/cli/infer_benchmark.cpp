#include "app/cli/infer_benchmark.h"

#include "app/cli/memory_reader.h"
#include "core/code/codebook.h"
#include "core/kernels/blas.h"
#include "core/random.h"
#include "core/runtime/packed_matrix.h"

#include <algorithm>
#include <chrono>

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

bool isExact(const std::vector<std::int8_t>& weights, const std::vector<std::int16_t>& q,
             const std::vector<std::int32_t>& acc)
{
    for (std::size_t r = 0; r < acc.size(); ++r) {
        std::int32_t sum = 0;
        for (std::size_t j = 0; j < q.size(); ++j)
            sum += weights[r * q.size() + j] * q[j];
        if (sum != acc[r])
            return false;
    }
    return true;
}

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
    Random random(2, 0, 0);
    std::vector<std::int16_t> q(std::size_t(request.columns));
    for (std::int16_t& value : q)
        value = std::int16_t(random.below(256));
    const FloatBuffer x(q.begin(), q.end());
    std::vector<std::int32_t> acc(std::size_t(request.rows));
    FloatBuffer y(std::size_t(request.rows));

    ThreadPool pool(request.threads);
    GemvScratch scratch;
    Copies<PackedMatrix> matrices(packed, packed.bytes(), request.cold);
    Copies<FloatBuffer> floatMatrices(floats, floats.size() * sizeof(float), request.cold);
    MemoryReader reader(packed.bytes(), request.cold ? coldBytes : 0);
    const auto gemv = [&] { matrices.next().multiply(q, acc, scratch, pool); };
    const auto blas = [&] {
        sgemv(request.rows, request.columns, floatMatrices.next().data(), x.data(), y.data());
    };
    const auto read = [&] { reader.read(pool); };

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
    result.nsPerGemv = median(gemvNs);
    result.weightsPerNs = count / result.nsPerGemv;
    result.bytesPerWeight = double(packed.bytes()) / count;
    result.sgemvWeightsPerNs = count / median(blasNs);
    result.readGbPerS = double(packed.bytes()) / median(readNs);
    result.gemvGbPerS = double(packed.bytes()) / result.nsPerGemv;
    result.exact = isExact(weights, q, acc);
    return result;
}

} // namespace ternbench
