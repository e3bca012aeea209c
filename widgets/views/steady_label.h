#pragma once

#include <QLabel>

namespace ternbench {

/// A label for a text that changes all the time, such as a rate. It keeps the width of the widest text so far
/// until it is empty, so that what stands beside it stays where it is and nothing is laid out anew.
class SteadyLabel : public QLabel
{
    Q_OBJECT

public:
    explicit SteadyLabel(QWidget* parent = nullptr);

    void showText(const QString& text);
    /// Takes the room of `text` without showing anything.
    void reserve(const QString& text);

protected:
    void changeEvent(QEvent* event) override;

private:
    void takeRoom(const QString& text);

    int m_width = 0;
};

} // namespace ternbench
