#pragma once

#include "core/hardware/design_point.h"

#include <QWidget>

#include <cstdint>
#include <utility>
#include <vector>

class QFormLayout;
class QPushButton;

namespace ternbench {

class Field;

/// The parameters of a design point, each marked where it cannot be.
class DesignForm : public QWidget
{
    Q_OBJECT

public:
    explicit DesignForm(QWidget* parent = nullptr);

    /// The last one that can be built.
    const DesignPoint& design() const { return m_valid; }
    /// Why what stands in the fields cannot be built, or empty.
    QString problem() const;

signals:
    /// A design point that can be built.
    void designChanged(const ternbench::DesignPoint& design);
    void problemChanged();

private:
    void addFields();
    Field* add(const QString& label, const QString& what, const QString& unit, const QString& toolTip,
               Field* field);
    void takeEdit();
    void restoreDefaults();
    void showProblems();

    DesignPoint m_design; ///< as typed
    DesignPoint m_valid;
    std::uint64_t m_onChipBytes;
    QFormLayout* m_form;
    QPushButton* m_defaults;
    std::vector<Field*> m_fields;
    std::vector<std::pair<DesignField, Field*>> m_marked;
};

} // namespace ternbench
