#include "core/runtime/windows.h"

#include <algorithm>

namespace ternbench {

namespace {

/// Calls visit(place, ky, kx, pixel) for every pixel of the image that a window covers; `pixel` (channels).
template <class Visit>
void eachPixelSeen(const IntegerLayer& layer, std::span<const std::int16_t> image, const Visit& visit)
{
    const Window& window = layer.window;
    const TensorShape places = layer.outputShape();
    const auto channels = std::size_t(layer.input.channels);
    for (int row = 0; row < places.height; ++row)
        for (int column = 0; column < places.width; ++column)
            for (int ky = 0; ky < window.kernel; ++ky) {
                const int y = row * window.stride + ky - window.padding;
                if (y < 0 || y >= layer.input.height)
                    continue;
                for (int kx = 0; kx < window.kernel; ++kx) {
                    const int x = column * window.stride + kx - window.padding;
                    if (x < 0 || x >= layer.input.width)
                        continue;
                    visit(std::size_t(row * places.width + column), ky, kx,
                          image.subspan(std::size_t(y * layer.input.width + x) * channels, channels));
                }
            }
}

} // namespace

void gatherWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                   std::vector<std::int16_t>& seen)
{
    const auto kernel = std::size_t(layer.window.kernel), channels = std::size_t(layer.input.channels);
    const std::size_t size = kernel * kernel * channels;
    seen.assign(std::size_t(layer.outputShape().positions()) * size, 0);
    eachPixelSeen(layer, image, [&](std::size_t place, int ky, int kx, std::span<const std::int16_t> pixel) {
        const std::size_t at = place * size + (std::size_t(ky) * kernel + std::size_t(kx)) * channels;
        std::ranges::copy(pixel, seen.begin() + std::ptrdiff_t(at));
    });
}

void maximaOfWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                     std::span<std::int32_t> maxima)
{
    eachPixelSeen(layer, image, [&](std::size_t place, int ky, int kx, std::span<const std::int16_t> pixel) {
        std::int32_t* largest = maxima.data() + place * pixel.size();
        const bool first = ky == 0 && kx == 0; // pooling has no padding: the first of each place
        for (std::size_t c = 0; c < pixel.size(); ++c)
            largest[c] = first ? std::int32_t{pixel[c]} : std::max<std::int32_t>(largest[c], pixel[c]);
    });
}

void sumsOfWindows(const IntegerLayer& layer, std::span<const std::int16_t> image,
                   std::span<std::int32_t> sums)
{
    std::ranges::fill(sums, 0);
    eachPixelSeen(layer, image, [&](std::size_t place, int, int, std::span<const std::int16_t> pixel) {
        std::int32_t* sum = sums.data() + place * pixel.size();
        for (std::size_t c = 0; c < pixel.size(); ++c)
            sum[c] += pixel[c];
    });
}

} // namespace ternbench
