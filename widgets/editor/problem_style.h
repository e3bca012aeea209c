#pragma once

#include <QColor>
#include <QIcon>
#include <QPalette>

/// How a wrong value is marked, the same at every field and cell: never by colour alone.
namespace ternbench {

/// A red that keeps a contrast of at least 4.5:1 against the palette's base, in light and dark themes.
QColor errorColor(const QPalette& palette);

/// A triangle with an exclamation mark, sharp at every scale.
QIcon warningIcon(const QPalette& palette);

} // namespace ternbench
