#include "widgets/editor/choice_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>

namespace ternbench {

ChoiceField::ChoiceField(const QString& path, const QList<Option>& options, std::function<int()> read,
                         std::function<void(int)> write, QWidget* parent)
    : Field(path, new QComboBox, parent), m_read(std::move(read)), m_write(std::move(write)),
      m_box(qobject_cast<QComboBox*>(control()))
{
    for (const auto& [value, text] : options)
        m_box->addItem(text, value);
    // A long option must not widen the dock; the list itself shows it in full.
    m_box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_box->setMinimumContentsLength(8);
    m_box->setFocusPolicy(Qt::StrongFocus);
    m_box->installEventFilter(this);
    connect(m_box, &QComboBox::currentIndexChanged, this, [this] {
        const int value = m_box->currentData().toInt();
        if (m_box->currentIndex() < 0 || value == m_read())
            return;
        m_write(value);
        emit edited();
    });
}

void ChoiceField::refresh()
{
    m_box->setCurrentIndex(m_box->findData(m_read()));
}

bool ChoiceField::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_box && event->type() == QEvent::Wheel && !m_box->hasFocus()) {
        event->ignore();
        return true;
    }
    return Field::eventFilter(watched, event);
}

CheckField::CheckField(const QString& path, const QString& text, bool* target, QWidget* parent)
    : Field(path, new QCheckBox(text), parent), m_target(target), m_box(qobject_cast<QCheckBox*>(control()))
{
    connect(m_box, &QCheckBox::toggled, this, [this](bool checked) {
        if (checked == *m_target)
            return;
        *m_target = checked;
        emit edited();
    });
}

void CheckField::refresh()
{
    m_box->setChecked(*m_target);
}

} // namespace ternbench
