#include "app/desktop/check_box_style.h"

#include <QPainter>
#include <QStyleFactory>
#include <QStyleOption>

namespace ternbench {

namespace {

QColor outlineOf(const QPalette& palette)
{
    constexpr double share = 0.6; // of the text's colour, which is the weaker one where the box is disabled
    const QColor text = palette.color(QPalette::Text), ground = palette.color(QPalette::Base);
    const auto mix = [](int a, int b) { return int(share * a + (1.0 - share) * b); };
    return {mix(text.red(), ground.red()), mix(text.green(), ground.green()),
            mix(text.blue(), ground.blue())};
}

} // namespace

CheckBoxStyle::CheckBoxStyle() : QProxyStyle(QStyleFactory::create(QStringLiteral("Fusion"))) {}

void CheckBoxStyle::drawPrimitive(PrimitiveElement element, const QStyleOption* option, QPainter* painter,
                                  const QWidget* widget) const
{
    QProxyStyle::drawPrimitive(element, option, painter, widget);
    if (element != PE_IndicatorCheckBox && element != PE_IndicatorItemViewItemCheck)
        return;
    painter->save();
    painter->setPen(QPen(outlineOf(option->palette), 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(option->rect.adjusted(0, 0, -1, -1));
    painter->restore();
}

} // namespace ternbench
