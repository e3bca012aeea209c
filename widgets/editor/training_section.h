#pragma once

#include "widgets/editor/form_section.h"

namespace ternbench {

/// Batch size, optimizer, learning rate over the epochs and augmentation; only what matters for the choices
/// made is shown.
class TrainingSection : public FormSection
{
    Q_OBJECT

public:
    explicit TrainingSection(QWidget* parent = nullptr);

private:
    void addOptimizer();
    void addRate();
    void addAugmentation();
};

} // namespace ternbench
