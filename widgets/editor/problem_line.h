#pragma once

#include <QWidget>

class QLabel;

namespace ternbench {

/// A warning icon and what is wrong, in words; hidden while nothing is.
class ProblemLine : public QWidget
{
    Q_OBJECT

public:
    explicit ProblemLine(QWidget* parent = nullptr);

    /// May have several lines; empty hides.
    void setText(const QString& text);
    QString text() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void applyColors();

    QLabel* m_icon;
    QLabel* m_message;
};

} // namespace ternbench
