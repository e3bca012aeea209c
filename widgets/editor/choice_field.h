#pragma once

#include "widgets/editor/field.h"

#include <QList>

#include <functional>
#include <utility>

class QCheckBox;
class QComboBox;

namespace ternbench {

/// One of several values, picked from a list.
class ChoiceField : public Field
{
    Q_OBJECT

public:
    /// The number stands for an enumerator.
    using Option = std::pair<int, QString>;

    ChoiceField(const QString& path, const QList<Option>& options, std::function<int()> read,
                std::function<void(int)> write, QWidget* parent = nullptr);

    void refresh() override;
    /// The wheel scrolls the form unless the list has the focus: scrolling must not change an experiment.
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    std::function<int()> m_read;
    std::function<void(int)> m_write;
    QComboBox* m_box;
};

/// Yes or no.
class CheckField : public Field
{
    Q_OBJECT

public:
    /// `target` must outlive the field.
    CheckField(const QString& path, const QString& text, bool* target, QWidget* parent = nullptr);

    void refresh() override;

private:
    bool* m_target;
    QCheckBox* m_box;
};

} // namespace ternbench
