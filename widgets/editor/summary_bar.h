#pragma once

#include "core/packed/ledger.h"
#include "experiments/validation.h"

#include <QFrame>

#include <vector>

class QLabel;
class QPushButton;

namespace ternbench {

class ProblemLine;

/// What the experiment will give, live while it is edited; and the way to the first thing that is wrong.
class SummaryBar : public QFrame
{
    Q_OBJECT

public:
    explicit SummaryBar(QWidget* parent = nullptr);

    /// A ledger without weights shows "–".
    void setLedger(const Ledger& ledger);
    void setProblems(const std::vector<Problem>& problems);

signals:
    /// The user wants to see the field at `path`.
    void jumpRequested(const QString& path);

private:
    QLabel* addFigure(const QString& name, const QString& objectName, const QString& toolTip);

    QLabel *m_bits, *m_compression, *m_size, *m_weights;
    QWidget* m_problemRow;
    ProblemLine* m_problemLine;
    QPushButton* m_jump;
    QString m_firstPath;
};

} // namespace ternbench
