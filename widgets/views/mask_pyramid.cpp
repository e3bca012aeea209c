#include "widgets/views/mask_pyramid.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace ternbench {

namespace {

// 119 has a relative luminance of 0.18: about 4.5 : 1 against white, 4.2 : 1 against 16.
constexpr int dark = 16;
constexpr int middle = 119;
constexpr int light = 250;

QImage fullImage(const TernaryMatrix& mask, MaskShading shading, std::span<const int> columns)
{
    std::array<uchar, 3> luminance{};
    for (int weight = -1; weight <= 1; ++weight)
        luminance[std::size_t(weight + 1)] = static_cast<uchar>(maskLuminance(weight, shading));
    QImage image(mask.columns, mask.rows, QImage::Format_Grayscale8);
    for (int row = 0; row < mask.rows; ++row) {
        const std::int8_t* from = mask.values.data() + std::size_t(row) * std::size_t(mask.columns);
        uchar* to = image.scanLine(row);
        for (int x = 0; x < mask.columns; ++x) {
            const std::int8_t t = from[columns.empty() ? x : columns[std::size_t(x)]];
            to[x] = luminance[std::size_t(1 + (t > 0) - (t < 0))];
        }
    }
    return image;
}

/// Averages 2x2 pixels; at an odd edge the last row or column counts twice.
QImage halved(const QImage& image)
{
    QImage half((image.width() + 1) / 2, (image.height() + 1) / 2, QImage::Format_Grayscale8);
    for (int y = 0; y < half.height(); ++y) {
        const uchar* upper = image.constScanLine(2 * y);
        const uchar* lower = image.constScanLine(std::min(2 * y + 1, image.height() - 1));
        uchar* to = half.scanLine(y);
        for (int x = 0; x < half.width(); ++x) {
            const int left = 2 * x, right = std::min(left + 1, image.width() - 1);
            to[x] = static_cast<uchar>((upper[left] + upper[right] + lower[left] + lower[right] + 2) / 4);
        }
    }
    return half;
}

} // namespace

int maskLuminance(int weight, MaskShading shading)
{
    if (shading == MaskShading::NonZeros)
        return weight == 0 ? dark : light;
    return weight < 0 ? dark : weight > 0 ? light : middle;
}

MaskPyramid::MaskPyramid(const TernaryMatrix& mask, MaskShading shading, std::span<const int> columns)
{
    if (mask.rows <= 0 || mask.columns <= 0)
        return;
    m_levels.push_back(fullImage(mask, shading, columns));
    while (m_levels.back().width() > 1 || m_levels.back().height() > 1)
        m_levels.push_back(halved(m_levels.back()));
}

int MaskPyramid::levelFor(double cellPixels) const
{
    if (m_levels.empty() || !(cellPixels > 0.0))
        return 0;
    const int wanted = int(std::floor(-std::log2(cellPixels)));
    return std::clamp(wanted, 0, levelCount() - 1);
}

} // namespace ternbench
