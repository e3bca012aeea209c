#include "widgets/views/steady_label.h"

#include <QEvent>

#include <algorithm>

namespace ternbench {

SteadyLabel::SteadyLabel(QWidget* parent) : QLabel(parent)
{
    setTextFormat(Qt::PlainText);
    showText({});
}

void SteadyLabel::showText(const QString& text)
{
    if (text.isEmpty())
        m_width = 0;
    takeRoom(text);
    setText(text);
}

void SteadyLabel::reserve(const QString& text)
{
    takeRoom(text);
    clear();
}

void SteadyLabel::takeRoom(const QString& text)
{
    const QFontMetrics metrics = fontMetrics();
    if (!text.isEmpty())
        m_width = std::max(m_width, metrics.horizontalAdvance(text) + metrics.averageCharWidth());
    // QLabel asks for a new layout with each text unless both of its sizes are fixed.
    setFixedSize(m_width, metrics.height());
    setVisible(m_width > 0); // or the layout keeps a gap for nothing
}

void SteadyLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() != QEvent::FontChange && event->type() != QEvent::StyleChange)
        return;
    m_width = 0;
    showText(text());
}

} // namespace ternbench
