#include "app/cli/evaluate_benchmark.h"

#include "core/packed/packed_inference.h"
#include "core/packed/verify.h"
#include "experiments/exporting.h"

#include <chrono>

namespace ternbench {

EvaluateBenchmark measureEvaluation(const EvaluateBenchmarkRequest& request)
{
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](auto from, auto to) { return std::chrono::duration<double>(to - from).count(); };
    const Dataset dataset = packedDataset(request.packed, request.dataFolder);
    ThreadPool pool(request.threads);

    const auto start = Clock::now();
    const PackedNetwork packed = readPacked(request.packed, PackedWeights::IndexesOnly);
    requireInputs(packed, dataset.test, request.packed);
    const PackedRuntime runtime = runtimeOf(packed);
    const auto opened = Clock::now();
    const GoldenOutputs computed = computeGolden(runtime, dataset.test, pool);
    const auto end = Clock::now();

    EvaluateBenchmark result;
    result.kernels = gemvKernels().name;
    result.openSeconds = seconds(start, opened);
    result.runSeconds = seconds(opened, end);
    result.matrixBytes = runtime.bytes();
    result.images = computed.images;
    result.classErrors = computed.classErrors;
    result.exact = computed.layerSha256 == packed.golden.layerSha256 &&
                   computed.images == packed.golden.images &&
                   computed.classErrors == packed.golden.classErrors;
    return result;
}

} // namespace ternbench
