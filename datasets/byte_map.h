#pragma once

#include <cstdint>
#include <string>

namespace ternbench {

/// How the floats of a data set became bytes: the byte of x is 255·(x − minimum) / (maximum − minimum),
/// rounded, halves up. What lies outside of minimum..maximum (in test images alone) becomes 0 or 255.
struct ByteMap
{
    double minimum = 0.0;
    double maximum = 1.0; ///< above `minimum`

    /// `x` is finite.
    std::uint8_t byteOf(double x) const;
    /// "-1.5..2 to 0..255", with every digit that is needed to have the same numbers back.
    std::string text() const;

    bool operator==(const ByteMap&) const = default;
};

/// Values that lie within 0..1 keep their ratio to 1, whatever part of it they fill; others are spread from
/// the least to the largest. These must be apart, by a finite difference.
ByteMap byteMapOf(double least, double largest);

} // namespace ternbench
