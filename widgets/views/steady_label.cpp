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
    const QFontMetrics metrics = fontMetrics();
    const int needed = text.isEmpty() ? 0 : metrics.horizontalAdvance(text) + metrics.averageCharWidth();
    m_width = text.isEmpty() ? 0 : std::max(m_width, needed);
    // QLabel asks for a new layout with each text unless both of its sizes are fixed.
    setFixedSize(m_width, metrics.height());
    setText(text);
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
