#pragma once

#include "widgets/editor/value_text.h"

/// A layer's kind and window as one text that fits a table's cell: "linear", "conv 3x3",
/// "conv 5x5 stride 2 pad 0 flat", "max 2x2", "average 7x7 stride 1".
namespace ternbench {

/// Of the result only kind, window and group axis are set. What the text leaves out has its usual value: a
/// convolution keeps the size of an image (stride 1, padding of half the kernel), windows of pooling lie side
/// by side.
Parsed<LayerSpec> parseLayerKind(const QString& text);
/// The shortest text that reads back as the same.
QString layerKindText(const LayerSpec& layer);
/// What a cell offers to choose from.
QStringList layerKindTexts();

} // namespace ternbench
