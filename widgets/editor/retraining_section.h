#pragma once

#include "widgets/editor/form_section.h"

namespace ternbench {

/// What may be added to the training of coded stages; each with its source.
class RetrainingSection : public FormSection
{
    Q_OBJECT

public:
    explicit RetrainingSection(QWidget* parent = nullptr);

private:
    NumberField* addOption(const QString& label, const char* path, const QString& what, double* target,
                           const QString& help);
};

} // namespace ternbench
