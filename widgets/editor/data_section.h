#pragma once

#include "widgets/editor/form_section.h"
#include "widgets/editor/sample_strip.h"

class QPushButton;

namespace ternbench {

/// Which data set, whether it was found and what it holds.
class DataSection : public FormSection
{
    Q_OBJECT

public:
    explicit DataSection(QWidget* parent = nullptr);

    void setDataset(const DatasetSummary& summary, const std::vector<SampleImage>& samples);
    void setProblems(const std::vector<Problem>& problems) override;
    void setLocked(bool locked) override;
    void refresh() override;

private:
    void addGeneratedFields();
    void browse();
    /// Marks the folder that was typed where nothing was found in it; empty: there is nothing to say.
    void markFolder(const QString& notFound);

    QString m_notFound; ///< what markFolder() was told
    TextField* m_folder;
    QPushButton* m_browse;
    QLabel* m_foundIcon;
    QLabel* m_found;
    SampleStrip* m_samples;
};

} // namespace ternbench
