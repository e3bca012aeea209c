#pragma once

namespace ternbench {

/// Which implementation of the integer model computes.
enum class IntegerModel {
    Reference, ///< plain and scalar (integer/reference_model.h): what makes the golden outputs
    Packed,    ///< from packed indexes, vectorized (runtime/packed_runtime.h)
};

} // namespace ternbench
