#pragma once

#include "widgets/editor/form_section.h"

namespace ternbench {

/// Optimizer, batch size and learning rate over the epochs; only what matters for the choices made is shown.
class TrainingSection : public FormSection
{
    Q_OBJECT

public:
    explicit TrainingSection(QWidget* parent = nullptr);

private:
    void addOptimizer();
    void addRate();
};

} // namespace ternbench
