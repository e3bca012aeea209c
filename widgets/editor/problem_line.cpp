#include "widgets/editor/problem_line.h"

#include "widgets/editor/problem_style.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QStyle>

namespace ternbench {

ProblemLine::ProblemLine(QWidget* parent)
    : QWidget(parent), m_icon(new QLabel(this)), m_message(new QLabel(this))
{
    m_message->setWordWrap(true);
    m_message->setTextFormat(Qt::PlainText); // it quotes what the user typed
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addWidget(m_message, 1);
    hide();
}

void ProblemLine::setText(const QString& text)
{
    m_message->setText(text);
    if (!text.isEmpty())
        applyColors();
    setVisible(!text.isEmpty());
}

QString ProblemLine::text() const
{
    return m_message->text();
}

void ProblemLine::applyColors()
{
    QPalette colors = palette();
    for (const auto group : {QPalette::Active, QPalette::Inactive, QPalette::Disabled})
        colors.setColor(group, QPalette::WindowText, errorColor(colors));
    m_message->setPalette(colors);
    const int side = style()->pixelMetric(QStyle::PM_SmallIconSize, nullptr, this);
    m_icon->setPixmap(warningIcon(palette()).pixmap(QSize(side, side), devicePixelRatioF()));
}

void ProblemLine::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && !text().isEmpty())
        applyColors();
}

} // namespace ternbench
