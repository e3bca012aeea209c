#pragma once

#include "core/network/spec.h"
#include "datasets/source.h"

#include <cstdint>
#include <string>

namespace ternbench {

/// Everything a user chooses about a run; the C++ side of an experiment document (*.json).
/// Together with the data it determines every bit of the result.
struct Experiment
{
    std::string name = "Untitled experiment";
    std::string notes;
    std::uint64_t seed = 1;
    DataSpec data;
    NetworkSpec network;
    QuantizerSpec quantizer;
    TrainingSpec training;

    bool operator==(const Experiment&) const = default;
};

/// The shipped default: 784-512-512-512-10 on Fashion-MNIST, float, then gradually to (8,2).
Experiment defaultExperiment();

} // namespace ternbench
