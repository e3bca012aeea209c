#pragma once

#include <QPalette>
#include <QString>

#include <optional>

class QApplication;

namespace ternbench {

enum class ThemeChoice {
    System, ///< the colours that the platform gives
    Light,
    Dark,
};

/// Complete palettes: every role in every group, so that disabled texts, links, tool tips and selections are
/// readable (contrast of texts at least 4.5 : 1, of disabled ones about 3 : 1).
QPalette lightPalette();
QPalette darkPalette();

/// What to change in the platform's colours: disabled texts, too faint by default to read a locked experiment
/// by. Every other role stays the platform's.
QPalette systemPalette(const QPalette& platform);

/// Fusion style and the palette of the choice, for all windows at once.
void applyTheme(QApplication& application, ThemeChoice choice);

/// "system", "light", "dark": the names in the settings.
QString themeName(ThemeChoice choice);
std::optional<ThemeChoice> themeFromName(const QString& name);

} // namespace ternbench
