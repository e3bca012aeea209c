#pragma once

#include "core/packed/ledger.h"
#include "core/packed/verification.h"

#include <QWidget>

#include <optional>

class QLabel;
class QProgressBar;
class QPushButton;
class QSplitter;
class QTableView;

namespace ternbench {

class LedgerModel;
class VerificationModel;

/// What the hardware stores: the ledger of every stored byte, the compression against float32 in words, and
/// the verification of a packed file part by part. Exporting and verifying are wishes that it emits.
class LedgerView : public QWidget
{
    Q_OBJECT

public:
    explicit LedgerView(QWidget* parent = nullptr);

    /// `caption` says whose ledger it is: "Planned, from the experiment's shapes", "mine.packed.h5".
    void setLedger(const Ledger& ledger, const QString& caption);
    /// `testError`: of the float forward pass with coded weights at the end of training, a share; negative:
    /// not known.
    void setVerification(const VerificationReport& report, double testError, const QString& caption);
    void clearVerification();
    /// The file could not be read or the export failed: shown in place of the verdict.
    void setFailure(const QString& message);

    /// While busy the buttons are disabled; `fraction` in [0,1], negative when not known.
    void setBusy(const QString& what, double fraction);
    void setIdle();
    /// An empty reason enables the export; otherwise the button is disabled and its tool tip says why.
    void setExportReason(const QString& reason);

    LedgerModel* ledgerModel() const { return m_ledger; }
    VerificationModel* verificationModel() const { return m_verification; }

signals:
    void exportRequested();
    void verifyRequested();

protected:
    /// Ledger and verification side by side where there is more width than height.
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeLedgerPart();
    QWidget* makeVerificationPart();
    QWidget* makeButtonRow();
    void updateButtons();

    QSplitter* m_parts;
    LedgerModel* m_ledger;
    VerificationModel* m_verification;
    QLabel* m_ledgerCaption;
    QLabel* m_compression;
    QTableView* m_ledgerTable;
    QLabel* m_verdictIcon;
    QLabel* m_verdict;
    QLabel* m_errors;
    QTableView* m_verificationTable;
    QPushButton* m_export;
    QPushButton* m_verify;
    QProgressBar* m_progress;
    QString m_exportReason;
    bool m_busy = false;
};

} // namespace ternbench
