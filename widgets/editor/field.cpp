#include "widgets/editor/field.h"

#include "widgets/editor/problem_line.h"
#include "widgets/editor/problem_style.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

namespace ternbench {

namespace {
constexpr int outlineWidth = 2; // room for the outline is always kept, so that marking moves nothing sideways
}

Field::Field(const QString& path, QWidget* control, QWidget* parent)
    : QWidget(parent), m_path(path), m_control(control), m_row(new QHBoxLayout),
      m_message(new ProblemLine(this))
{
    control->setObjectName(path);
    setFocusProxy(control);
    m_message->setObjectName(path + QStringLiteral(".problem"));

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(outlineWidth, outlineWidth, outlineWidth, outlineWidth);
    column->setSpacing(outlineWidth + 1);
    m_row->addWidget(control, 1);
    column->addLayout(m_row);
    column->addWidget(m_message);
}

void Field::setWhat(const QString& what)
{
    m_what = what;
    m_control->setAccessibleName(what);
}

void Field::setUnit(const QString& unit)
{
    auto* label = new QLabel(unit, this);
    label->setForegroundRole(QPalette::PlaceholderText);
    m_row->addWidget(label);
}

void Field::addBeside(QWidget* widget)
{
    m_row->addWidget(widget);
}

void Field::setProblem(const QString& message)
{
    if (m_problem == message)
        return;
    m_problem = message;
    showProblem();
}

void Field::setTypingProblem(const QString& message)
{
    if (m_typingProblem == message)
        return;
    m_typingProblem = message;
    showProblem();
    emit typingProblemChanged();
}

void Field::showProblem()
{
    const bool wrong = !problem().isEmpty();
    if (wrong && m_message->isHidden())
        m_plainToolTip = m_control->toolTip();
    m_message->setText(problem());
    m_control->setToolTip(wrong ? problem() : m_plainToolTip);
    m_control->setAccessibleDescription(problem());
    update();
}

void Field::paintEvent(QPaintEvent* event)
{
    QWidget::paintEvent(event);
    if (problem().isEmpty())
        return;
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(errorColor(palette()), outlineWidth));
    const double inset = outlineWidth / 2.0;
    painter.drawRoundedRect(QRectF(m_control->geometry()).adjusted(-inset, -inset, inset, inset), 3.0, 3.0);
}

} // namespace ternbench
