#pragma once

#include "core/packed/fault_study.h"

#include <QWidget>

#include <string>
#include <vector>

class QFormLayout;

namespace ternbench {

class Field;
class NumberField;
class TextField;

/// What a fault study is to do: numbers of flips, repeats, images, seed; wrong ones are marked.
class FaultsForm : public QWidget
{
    Q_OBJECT

public:
    explicit FaultsForm(QWidget* parent = nullptr);

    const FaultStudySpec& spec() const { return m_spec; }
    /// The first thing that is wrong, or empty.
    QString problem() const;

signals:
    void edited();

private:
    void add(const QString& label, const QString& what, const QString& toolTip, Field* field);
    void review();

    FaultStudySpec m_spec;
    std::string m_flips;
    TextField* m_flipsField;
    NumberField* m_repeats;
    NumberField* m_images;
    NumberField* m_seed;
    QFormLayout* m_form;
    std::vector<Field*> m_fields;
};

/// "1, 10, 100" to numbers; empty: none. Returns what is wrong, or nothing.
QString parseFlips(const QString& text, std::vector<std::int64_t>& flips);

} // namespace ternbench
