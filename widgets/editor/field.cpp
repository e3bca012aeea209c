#include "widgets/editor/field.h"

#include "widgets/editor/problem_line.h"
#include "widgets/editor/problem_style.h"

#include <QHBoxLayout>
#include <QKeyEvent>
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
    control->installEventFilter(this);
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

/// Undo and redo are the document's, across all fields: a control's own would undo its typing by typing the
/// reverse. Only a text that stands for no value, which the document does not know, is taken back here.
bool Field::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::ShortcutOverride && event->type() != QEvent::KeyPress)
        return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool undo = key->matches(QKeySequence::Undo);
    if (!undo && !key->matches(QKeySequence::Redo))
        return QWidget::eventFilter(watched, event);
    const bool own = undo && !m_typingProblem.isEmpty();
    event->setAccepted(own);
    if (own && event->type() == QEvent::KeyPress)
        discardTypedText();
    return true;
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
