#pragma once

#include "core/code/code.h"

#include <optional>
#include <string>

namespace ternbench {

enum class BenchmarkNetwork {
    FullyConnected, ///< 784-W-W-W-10
    Convolutional,  ///< conv 3x3 32, 32, pool, 64, 64, pool, fc 256, 10 on 32x32x3
};

struct TrainBenchmarkRequest
{
    BenchmarkNetwork network = BenchmarkNetwork::FullyConnected;
    int width = 1024;                  ///< W
    int batch = 0;                     ///< 0: 128 fully connected, 64 convolutional
    std::optional<Code> code = Code{}; ///< nothing: float training
    int threads = 1;
    int rounds = 11;
};

/// Shares of the step's time, of all threads.
struct StepShares
{
    double forward = 0.0; ///< without the activations
    double activation = 0.0;
    double backward = 0.0; ///< with the weight gradients
    double optimizer = 0.0, projection = 0.0;
};

/// Medians over rounds in which step and floor are measured in turn, so that a busy machine slows them alike.
struct TrainBenchmark
{
    int batch = 0;
    double stepMs = 0.0;
    double samplesPerSecond = 0.0;
    /// The products of a step and nothing else on one thread: whole matrices through OpenBLAS; of a
    /// convolutional network its multiply-adds at the measured peak of the CPU's arithmetic.
    double floorMs = 0.0;
    double ratio = 0.0; ///< step over floor, of the same round
    double floorGflops = 0.0;
    double oneThreadMs = 0.0; ///< a step on one thread, in the same rounds
    double scaling = 0.0;     ///< that over the step, of the same round
    StepShares share;         ///< of steps of their own, since timing the parts costs some time
};

/// Trains on random images, batch normalization in every hidden layer, Adam.
TrainBenchmark measureTraining(const TrainBenchmarkRequest& request);

} // namespace ternbench
