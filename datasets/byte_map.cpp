#include "datasets/byte_map.h"

#include "datasets/text.h"

#include <algorithm>
#include <cmath>

namespace ternbench {

std::uint8_t ByteMap::byteOf(double x) const
{
    // The difference may overflow to an infinity, which is clamped as it should be.
    const double scaled = 255.0 * ((x - minimum) / (maximum - minimum));
    return static_cast<std::uint8_t>(std::floor(std::clamp(scaled, 0.0, 255.0) + 0.5));
}

std::string ByteMap::text() const
{
    return text::shortest(minimum) + ".." + text::shortest(maximum) + " to 0..255";
}

ByteMap byteMapOf(double least, double largest)
{
    if (least >= 0.0 && largest <= 1.0)
        return {};
    return {least, largest};
}

} // namespace ternbench
