#pragma once

#include "core/integer/integer_network.h"
#include "core/network/layer_state.h"
#include "core/network/shape.h"
#include "core/network/spec.h"
#include "core/training/input_stage.h"

namespace ternbench {

/// Folds a trained, coded network into the integer model: batch normalization (or bias), weight scale and
/// normalizers and activation steps become one multiplier, offset and shift per row.
///
/// In real numbers row i gives z_i = D·r_i·s·acc_i, where s is the common scale of its integer inputs
/// (column factors cancel: the layer before, or the input table, has already applied them), then
/// y_i = gamma_i·(z_i - mean_i)/sqrt(var_i + eps) + beta_i, and the next integer is y_i·column_i/s'. So
/// q_i = A_i·acc_i + C_i, and A_i is rounded to multiplier·2^-shift with a 16-bit multiplier (relative error
/// at most 2^-15), C_i plus one half (rounding under the floor of the shift) to offset·2^-shift.
///
/// Of images every channel has one column factor, so it passes through pooling and through the windows of a
/// convolution. `state` holds the layers with weights; `inputShape` is that of an image.
///
/// Throws InputError where the state is not of this network, a layer is not coded yet, or a row's factor is
/// too large for 16 bits at shift 0.
IntegerNetwork fold(const NetworkSpec& network, const EngineState& state, const InputStage& input,
                    const TensorShape& inputShape);

} // namespace ternbench
