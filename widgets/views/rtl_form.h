#pragma once

#include "core/rtl/simulation.h"

#include <QWidget>

#include <utility>
#include <vector>

class QCheckBox;

namespace ternbench {

class NumberField;

/// How many test images the exported folder gets, and which checks are to run on it.
class RtlForm : public QWidget
{
    Q_OBJECT

public:
    explicit RtlForm(QWidget* parent = nullptr);

    int images() const { return m_images; }
    /// What is wrong with the number of images, or nothing.
    QString imagesProblem() const;
    /// In the order in which they run.
    std::vector<RtlTool> tools() const;

signals:
    void edited();

private:
    void review();

    int m_images = 100;
    NumberField* m_imagesField;
    std::vector<std::pair<RtlTool, QCheckBox*>> m_boxes;
};

} // namespace ternbench
