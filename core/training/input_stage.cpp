#include "core/training/input_stage.h"

#include "core/kernels/kernels.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ternbench {

InputStage::InputStage(InputNormalization normalization, const LabelledImages& train)
{
    if (normalization == InputNormalization::Unit)
        return;
    std::array<std::uint64_t, 256> histogram{};
    for (const std::uint8_t byte : train.pixels)
        ++histogram[byte];
    double sum = 0.0, squares = 0.0;
    for (std::size_t byte = 0; byte < histogram.size(); ++byte) {
        sum += double(byte) * double(histogram[byte]);
        squares += double(byte) * double(byte) * double(histogram[byte]);
    }
    const double count = std::max(1.0, double(train.pixels.size()));
    const double variance = squares / count - (sum / count) * (sum / count);
    zero = sum / count;
    gain = 1.0 / std::sqrt(std::max(variance, 1.0)); // images of one grey level are not blown up
    lo = -(1 << (inputBits - 1));
    hi = (1 << (inputBits - 1)) - 1;
    largest = std::max(zero, 255.0 - zero) * gain;
}

double InputStage::scaleFor(std::span<const float> column) const
{
    return largest * double(*std::ranges::max_element(column)) / double(hi);
}

void InputStage::quantize(std::span<const float> column, double newScale)
{
    scale = newScale;
    for (FloatBuffer* buffer : {&a, &z, &step})
        buffer->resize(column.size());
    for (std::size_t j = 0; j < column.size(); ++j) {
        const double perByte = gain * double(column[j]) / scale;
        a[j] = float(perByte);
        z[j] = float(-zero * perByte);
        step[j] = float(scale / double(column[j]));
    }
}

void InputStage::convert(const std::uint8_t* bytes, int inputs, float* x) const
{
    if (scale > 0.0)
        kernels().bytesToQuantized(bytes, inputs, a.data(), z.data(), float(lo), float(hi), step.data(), x);
    else
        kernels().bytesToFloat(bytes, inputs, float(zero), float(gain), x);
}

} // namespace ternbench
