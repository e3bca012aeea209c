#include "app/desktop/run_icons.h"

#include <QGuiApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>

namespace ternbench {

namespace {

// All shapes lie in a square of side 16.
constexpr double side = 16.0;

void drawTriangle(QPainter& painter, double left, double right)
{
    painter.drawPolygon(QPolygonF{{left, 2.0}, {right, side / 2.0}, {left, side - 2.0}});
}

void drawShape(QPainter& painter, RunIcon icon)
{
    switch (icon) {
    case RunIcon::Start:
        return drawTriangle(painter, 3.0, 14.0);
    case RunIcon::Pause:
        painter.drawRect(QRectF(3.0, 2.0, 3.5, 12.0));
        painter.drawRect(QRectF(9.5, 2.0, 3.5, 12.0));
        return;
    case RunIcon::Resume:
        painter.drawRect(QRectF(2.0, 2.0, 2.5, 12.0));
        return drawTriangle(painter, 6.0, 15.0);
    case RunIcon::Stop:
        painter.drawRect(QRectF(3.0, 3.0, 10.0, 10.0));
        return;
    case RunIcon::Step:
        drawTriangle(painter, 1.5, 10.5);
        painter.drawRect(QRectF(11.5, 2.0, 2.5, 12.0));
        return;
    }
}

class RunIconEngine : public QIconEngine
{
public:
    explicit RunIconEngine(RunIcon icon) : m_icon(icon) {}

    QIconEngine* clone() const override { return new RunIconEngine(m_icon); }

    void paint(QPainter* painter, const QRect& rect, QIcon::Mode mode, QIcon::State) override
    {
        const auto group = mode == QIcon::Disabled ? QPalette::Disabled : QPalette::Active;
        painter->save();
        painter->setRenderHint(QPainter::Antialiasing);
        painter->translate(rect.topLeft());
        painter->scale(rect.width() / side, rect.height() / side);
        painter->setPen(Qt::NoPen);
        painter->setBrush(QGuiApplication::palette().color(group, QPalette::ButtonText));
        drawShape(*painter, m_icon);
        painter->restore();
    }

    QPixmap pixmap(const QSize& size, QIcon::Mode mode, QIcon::State state) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

private:
    RunIcon m_icon;
};

} // namespace

QIcon runIcon(RunIcon icon)
{
    return QIcon(new RunIconEngine(icon));
}

} // namespace ternbench
