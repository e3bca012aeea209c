#pragma once

#include "core/hardware/report.h"

#include <QWidget>

#include <memory>

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;
class QSplitter;
class QTableView;

namespace ternbench {

class DesignForm;
class PlainTableModel;
class ProblemLine;

/// The hardware report of a packed file: the design point's parameters, the figures of four datapaths with
/// where each comes from, and the parts of an inference.
class ReportView : public QWidget
{
    Q_OBJECT

public:
    explicit ReportView(QWidget* parent = nullptr);

    DesignForm* design() const { return m_design; }
    PlainTableModel* model() const { return m_model; }

    /// `caption`: the name of the packed file.
    void setReport(std::shared_ptr<const HardwareReport> report, const QString& caption);
    /// Nothing to show, and why not.
    void clear(const QString& why);

signals:
    void saveRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeFigures();
    void fillPages();
    void showPage();
    void updateSave();

    std::shared_ptr<const HardwareReport> m_report;
    DesignForm* m_design;
    QLabel* m_caption;
    ProblemLine* m_problem;
    QComboBox* m_page;
    QPushButton* m_save;
    PlainTableModel* m_model;
    QTableView* m_table;
    QScrollArea* m_formArea;
    QSplitter* m_parts;
};

} // namespace ternbench
