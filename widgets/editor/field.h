#pragma once

#include <QWidget>

#include <functional>

class QHBoxLayout;

namespace ternbench {

class ProblemLine;

/// A control of the editor with room for what is wrong with it: an outline, and below it a line with an
/// icon and the reason. The control's objectName is the path of its value in the experiment document.
///
/// Two kinds of problems meet here: a text that stands for no value (found while typing; such a text is
/// kept visible and never becomes part of the experiment) and a value that validate() refuses. The former
/// is shown when there are both.
class Field : public QWidget
{
    Q_OBJECT

public:
    /// Takes over `control`, and `unit` as a short text behind it.
    Field(const QString& path, QWidget* control, QWidget* parent = nullptr);

    const QString& path() const { return m_path; }
    QWidget* control() const { return m_control; }

    /// Name of the value in undo texts and for screen readers: "batch size".
    void setWhat(const QString& what);
    const QString& what() const { return m_what; }

    /// A short text behind the control: a unit, or what a special value means.
    void setUnit(const QString& unit);
    /// Puts another widget behind the control, such as a button.
    void addBeside(QWidget* widget);

    /// Where it does not matter the row is hidden (unless there is a problem with it).
    void setRelevance(std::function<bool()> relevant) { m_relevant = std::move(relevant); }
    bool isNeeded() const { return !m_relevant || m_relevant() || !problem().isEmpty(); }

    /// From validate(); empty: none.
    void setProblem(const QString& message);
    const QString& typingProblem() const { return m_typingProblem; }
    const QString& problem() const { return m_typingProblem.isEmpty() ? m_problem : m_typingProblem; }

    /// Shows the value it is bound to; leaves text and cursor alone where they already stand for it.
    virtual void refresh() = 0;
    /// Gives up a text that stands for no value, and shows the value again.
    virtual void discardTypedText() {}

signals:
    /// The user changed the value, which is already stored.
    void edited();
    void typingProblemChanged();

protected:
    void setTypingProblem(const QString& message);
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void showProblem();

    QString m_path, m_what, m_problem, m_typingProblem;
    QString m_plainToolTip; ///< the control's own, shown again when all is well
    QWidget* m_control;
    QHBoxLayout* m_row;
    ProblemLine* m_message;
    std::function<bool()> m_relevant;
};

} // namespace ternbench
