#pragma once

#include "core/packed/verification.h"

#include <QAbstractTableModel>

namespace ternbench {

/// A verification report as a table: one row a part of the file. The result is shown by icon and word, so
/// that it does not depend on colour. Tool tips hold the full hashes and every problem in words.
class VerificationModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column {
        PartColumn,
        ResultColumn,
        ComparedColumn,
        DifferentColumn,
        GoldenColumn,
        ComputedColumn,
        ProblemsColumn,
        ColumnCount
    };

    explicit VerificationModel(QObject* parent = nullptr);

    void setReport(const VerificationReport& report);
    const VerificationReport& report() const { return m_report; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    VerificationReport m_report;
};

/// "Passed: every part agrees over 10,000 test images." or "FAILED at fc2: outputs differ ...".
QString verdictText(const VerificationReport& report);

/// "Hardware error 10.02 % (1,002 of 10,000 test images); test error in training 9.95 %." `testError` is a
/// share in [0,1]; a negative one is not known and not mentioned.
QString hardwareErrorText(const VerificationReport& report, double testError);

} // namespace ternbench
