#pragma once

#include "core/packed/fault_study.h"

#include <QWidget>

class QLabel;
class QProgressBar;
class QPushButton;
class QScrollArea;
class QSplitter;
class QTableView;

namespace ternbench {

class FaultsForm;
class FaultsPlot;
class PlainTableModel;
class RepaintGovernor;

/// A study of flipped bits in the packed indexes: what to do, its progress, and its outcome as curves and as
/// a table.
class FaultsView : public QWidget
{
    Q_OBJECT

public:
    explicit FaultsView(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// Why no study can start now; empty when it can.
    void setObstacle(const QString& obstacle);
    void setBusy(double fraction);
    void setIdle();
    void setCurve(const FaultCurve& curve, const QString& caption);
    void clearCurve();
    /// What became of the study: "cancelled", an error.
    void setMessage(const QString& message);

    FaultsForm* form() const { return m_form; }
    FaultsPlot* plot() const { return m_plot; }
    PlainTableModel* model() const { return m_model; }

signals:
    void startRequested(const ternbench::FaultStudySpec& spec);
    void cancelRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeControls();
    QWidget* makeOutcome();
    void updateButtons();

    FaultsForm* m_form;
    QPushButton* m_start;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    QLabel* m_text;
    FaultsPlot* m_plot;
    PlainTableModel* m_model;
    QTableView* m_table;
    QWidget* m_controls;
    QSplitter* m_results;
    QSplitter* m_parts;
    QString m_obstacle, m_summary;
    bool m_busy = false;
};

} // namespace ternbench
