#include "core/training/augmentation.h"

#include "core/random.h"

#include <algorithm>

namespace ternbench {

void augment(const AugmentationSpec& augmentation, const LabelledImages& images, std::size_t image, int epoch,
             std::span<std::uint8_t> to)
{
    const auto inputs = std::size_t(images.inputs);
    const std::span<const std::uint8_t> from = std::span(images.pixels).subspan(image * inputs, inputs);
    Random random(augmentation.seed, stream::augmentation,
                  std::uint64_t(epoch) * std::uint64_t(images.count) + image);
    const auto places = std::uint32_t(2 * augmentation.shift + 1);
    const int down = int(random.below(places)) - augmentation.shift;
    const int right = int(random.below(places)) - augmentation.shift;
    const bool flipped = augmentation.flip && random.below(2) == 1;
    for (int y = 0; y < images.height; ++y)
        for (int x = 0; x < images.width; ++x) {
            const int fromY = y - down;
            const int fromX = (flipped ? images.width - 1 - x : x) - right;
            const auto at = std::size_t(y * images.width + x) * std::size_t(images.channels);
            const bool inside = fromY >= 0 && fromY < images.height && fromX >= 0 && fromX < images.width;
            for (int c = 0; c < images.channels; ++c)
                to[at + std::size_t(c)] =
                    inside ? from[std::size_t((fromY * images.width + fromX) * images.channels + c)] : 0;
        }
}

} // namespace ternbench
