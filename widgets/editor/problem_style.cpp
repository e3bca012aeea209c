#include "widgets/editor/problem_style.h"

#include <QPainter>
#include <QPainterPath>
#include <QPixmap>

namespace ternbench {

namespace {

QPixmap warningPixmap(const QColor& fill, const QColor& mark, int side)
{
    QPixmap pixmap(side, side);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.scale(side / 16.0, side / 16.0);

    QPainterPath triangle;
    triangle.moveTo(8.0, 1.5);
    triangle.lineTo(15.0, 14.0);
    triangle.lineTo(1.0, 14.0);
    triangle.closeSubpath();
    painter.setPen(QPen(fill, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(fill);
    painter.drawPath(triangle);

    painter.setPen(QPen(mark, 1.8, Qt::SolidLine, Qt::RoundCap));
    painter.drawLine(QPointF(8.0, 5.5), QPointF(8.0, 9.2));
    painter.drawPoint(QPointF(8.0, 12.0));
    return pixmap;
}

} // namespace

QColor errorColor(const QPalette& palette)
{
    const bool dark = palette.color(QPalette::Base).lightness() < 128;
    return dark ? QColor(0xff, 0x8a, 0x80) : QColor(0xb3, 0x1b, 0x1b);
}

QIcon warningIcon(const QPalette& palette)
{
    QIcon icon;
    for (const int side : {16, 24, 32, 48, 64})
        icon.addPixmap(warningPixmap(errorColor(palette), palette.color(QPalette::Base), side));
    return icon;
}

} // namespace ternbench
