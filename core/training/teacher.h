#pragma once

#include "core/network/network.h"

#include <vector>

namespace ternbench {

/// The float network as it was when coding began, which teaches the coded one (DistillationSpec). It sees the
/// same inputs as its pupil: augmented alike, and quantized to 8 bits.
class Teacher
{
public:
    Teacher(const NetworkSpec& spec, const TensorShape& input, int batchSize);

    /// Takes over what layers of the same network compute with; their optimizer moments and codes stay
    /// behind.
    void learn(const std::vector<LayerState>& layers);
    /// What learn() gives the same teacher again.
    std::vector<LayerState> state() const;

    /// (batch, classes) for x (batch, input); valid until the next call.
    const float* scores(const float* x, int batch, ThreadPool& pool);

private:
    Network m_network;
};

} // namespace ternbench
