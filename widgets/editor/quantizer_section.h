#pragma once

#include "widgets/editor/form_section.h"

namespace ternbench {

/// How weights become ternary patterns, and what is done to weights and inputs before; each choice is
/// explained in a line.
class QuantizerSection : public FormSection
{
    Q_OBJECT

public:
    explicit QuantizerSection(QWidget* parent = nullptr);

protected:
    void refresh() override;

private:
    void explain();

    QLabel* m_methodNote;
    QLabel* m_normalizationNote;
};

} // namespace ternbench
