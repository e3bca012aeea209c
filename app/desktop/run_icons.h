#pragma once

#include <QIcon>

namespace ternbench {

enum class RunIcon { Start, Pause, Resume, Stop, Step };

/// Plain shapes in the colour of button texts, drawn anew for each size and theme (the styles' own media
/// icons are black on every theme).
QIcon runIcon(RunIcon icon);

} // namespace ternbench
