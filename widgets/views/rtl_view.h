#pragma once

#include "core/rtl/simulation.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

#include <vector>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QSplitter;
class QTableView;

namespace ternbench {

class PlainTableModel;
class RtlForm;

/// Exporting RTL and checking it with the tools of the trade: what to run, what the tools say line by line,
/// and what each of them found.
class RtlView : public QWidget
{
    Q_OBJECT

public:
    explicit RtlView(QWidget* parent = nullptr);

    /// Why RTL cannot be exported now; empty when it can. The same for checks.
    void setObstacles(const QString& exporting, const QString& checking);
    /// What goes on; check number `step` (from 0) of `steps`. 0 of 0: an export, which cannot be cancelled.
    void setBusy(const QString& what, int step, int steps);
    void setIdle();
    void setMessage(const QString& message);
    /// The line goes to the log.
    void appendLine(const QString& line);
    void clearLog();
    /// As before anything was exported.
    void clear();
    void setChecks(const std::vector<RtlCheck>& checks);

    RtlForm* form() const { return m_form; }
    PlainTableModel* model() const { return m_model; }

signals:
    void exportRequested();
    void checkRequested();
    void cancelRequested();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeControls();
    QWidget* makeOutcome();
    void updateButtons();
    void showElapsed();

    RtlForm* m_form;
    QPushButton* m_export;
    QPushButton* m_check;
    QPushButton* m_cancel;
    QProgressBar* m_progress;
    QLabel* m_elapsed;
    QLabel* m_text;
    PlainTableModel* m_model;
    QTableView* m_table;
    QPlainTextEdit* m_log;
    QWidget* m_controls;
    QSplitter* m_parts;
    QString m_exportObstacle, m_checkObstacle;
    QString m_what;
    QElapsedTimer m_since, m_stepSince; ///< of all that goes on, of m_what
    QTimer m_clock;
    int m_steps = 0;
    bool m_busy = false;
};

} // namespace ternbench
