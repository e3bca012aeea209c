#pragma once

#include "core/training/snapshot.h"

#include <QImage>

#include <span>
#include <vector>

namespace ternbench {

/// What the brightness of a cell means.
enum class MaskShading {
    Signs,    ///< -1 dark, 0 mid grey, +1 light
    NonZeros, ///< 0 dark, ±1 light: structure of the positions alone
};

/// Brightness of a weight, 0..255. Luminance alone tells the three values apart (contrast above 4 : 1 between
/// neighbours), so that the mask reads without colour vision and in print.
int maskLuminance(int weight, MaskShading shading);

/// A ternary matrix as 8-bit grey images, its columns in the order `columns` (column of the image -> column
/// of the matrix; empty: the same): level 0 has a pixel per weight, each further level halves both sides
/// (rounded up) by averaging. Drawing the level next above the wanted size costs as much as the screen has
/// pixels, whatever the size of the matrix.
class MaskPyramid
{
public:
    MaskPyramid() = default;
    MaskPyramid(const TernaryMatrix& mask, MaskShading shading, std::span<const int> columns = {});

    bool isEmpty() const { return m_levels.empty(); }
    int levelCount() const { return int(m_levels.size()); }
    const QImage& level(int index) const { return m_levels[std::size_t(index)]; }

    /// The coarsest level that still has a pixel for each device pixel, when a weight takes `cellPixels` of
    /// them.
    int levelFor(double cellPixels) const;

private:
    std::vector<QImage> m_levels;
};

} // namespace ternbench
