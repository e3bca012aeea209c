#pragma once

#include <QProxyStyle>

namespace ternbench {

/// Fusion with boxes of check marks that can be seen on dark grounds too: Fusion outlines them a shade darker
/// than the window, which leaves an empty box in a dark table invisible.
class CheckBoxStyle : public QProxyStyle
{
    Q_OBJECT

public:
    CheckBoxStyle();

    void drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                       const QWidget* widget) const override;
};

} // namespace ternbench
