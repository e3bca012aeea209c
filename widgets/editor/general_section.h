#pragma once

#include "widgets/editor/form_section.h"

namespace ternbench {

/// What the experiment is called, and its seed.
class GeneralSection : public FormSection
{
    Q_OBJECT

public:
    explicit GeneralSection(QWidget* parent = nullptr);
};

} // namespace ternbench
