#include "widgets/views/ledger_view.h"

#include "widgets/views/ledger_model.h"
#include "widgets/views/result_table.h"
#include "widgets/views/verification_model.h"

#include <QBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QStyle>
#include <QTableView>

namespace ternbench {

namespace {

QLabel* wrappedLabel(const char* name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(QLatin1String(name));
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

QFont boldFont(QFont font)
{
    font.setBold(true);
    return font;
}

} // namespace

LedgerView::LedgerView(QWidget* parent)
    : QWidget(parent), m_parts(new QSplitter(Qt::Vertical, this)), m_ledger(new LedgerModel(this)),
      m_verification(new VerificationModel(this)), m_ledgerCaption(wrappedLabel("ledgerCaption", this)),
      m_compression(wrappedLabel("compression", this)),
      m_ledgerTable(makeResultTable(m_ledger, "ledgerTable", tr("Ledger of stored bytes"), this)),
      m_verdictIcon(new QLabel(this)), m_verdict(wrappedLabel("verdict", this)),
      m_errors(wrappedLabel("hardwareError", this)),
      m_verificationTable(makeResultTable(m_verification, "verificationTable", tr("Verification"), this)),
      m_export(new QPushButton(tr("Export packed network…"), this)),
      m_verify(new QPushButton(tr("Verify a packed file…"), this)), m_progress(new QProgressBar(this))
{
    m_parts->addWidget(makeLedgerPart());
    m_parts->addWidget(makeVerificationPart());
    m_parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(makeButtonRow());
    layout->addWidget(m_parts, 1);
    connect(m_export, &QPushButton::clicked, this, &LedgerView::exportRequested);
    connect(m_verify, &QPushButton::clicked, this, &LedgerView::verifyRequested);
    setLedger({}, {});
    clearVerification();
    setIdle();
}

QWidget* LedgerView::makeButtonRow()
{
    auto* row = new QWidget(this);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    m_export->setObjectName(QStringLiteral("exportButton"));
    m_verify->setObjectName(QStringLiteral("verifyButton"));
    m_progress->setObjectName(QStringLiteral("hardwareProgress"));
    layout->addWidget(m_export);
    layout->addWidget(m_verify);
    layout->addWidget(m_progress, 1);
    layout->addStretch();
    return row;
}

QWidget* LedgerView::makeLedgerPart()
{
    auto* part = new QWidget(this);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    m_ledgerCaption->setFont(boldFont(font()));
    layout->addWidget(m_ledgerCaption);
    layout->addWidget(m_compression);
    layout->addWidget(m_ledgerTable, 1);
    layout->addStretch(0); // keeps the texts at the top while the table is hidden
    return part;
}

QWidget* LedgerView::makeVerificationPart()
{
    auto* part = new QWidget(this);
    auto* layout = new QVBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    auto* line = new QHBoxLayout;
    m_verdict->setFont(boldFont(font()));
    line->addWidget(m_verdictIcon);
    line->addWidget(m_verdict, 1);
    layout->addLayout(line);
    layout->addWidget(m_errors);
    layout->addWidget(m_verificationTable, 1);
    layout->addStretch(0); // keeps the texts at the top while the table is hidden
    return part;
}

void LedgerView::resizeEvent(QResizeEvent*)
{
    const bool wide = width() > 700 && width() > 2 * height();
    const Qt::Orientation orientation = wide ? Qt::Horizontal : Qt::Vertical;
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({1000, 1000}); // equal shares; the splitter scales them to what there is
}

void LedgerView::setLedger(const Ledger& ledger, const QString& caption)
{
    m_ledger->setLedger(ledger);
    const bool empty = ledger.entries.empty();
    m_ledgerCaption->setText(caption.isEmpty() ? tr("Stored bytes") : tr("Stored bytes: %1").arg(caption));
    m_compression->setText(
        empty ? tr("No ledger yet: it follows from the layers as soon as the experiment is valid.")
              : compressionText(ledger));
    m_ledgerTable->setVisible(!empty);
    m_ledgerTable->resizeColumnsToContents();
}

void LedgerView::setVerification(const VerificationReport& report, double testError, const QString& caption)
{
    m_verification->setReport(report);
    const auto icon = report.passed() ? QStyle::SP_DialogApplyButton : QStyle::SP_MessageBoxCritical;
    m_verdictIcon->setPixmap(style()->standardIcon(icon).pixmap(fontMetrics().height()));
    m_verdictIcon->show();
    m_verdict->setText(caption + QStringLiteral(": ") + verdictText(report));
    m_errors->setText(hardwareErrorText(report, testError));
    m_errors->setVisible(!m_errors->text().isEmpty());
    m_verificationTable->setVisible(!report.parts.empty());
    m_verificationTable->resizeColumnsToContents();
}

void LedgerView::clearVerification()
{
    m_verification->setReport({});
    m_verdictIcon->hide();
    m_verdict->setText(tr("Not verified yet"));
    m_errors->setText(tr(
        "Export writes the packed network, reads the file back alone, runs its integers over the whole test "
        "set and compares every output with the reference model, layer by layer."));
    m_errors->show();
    m_verificationTable->hide();
}

void LedgerView::setFailure(const QString& message)
{
    clearVerification();
    m_verdictIcon->setPixmap(
        style()->standardIcon(QStyle::SP_MessageBoxCritical).pixmap(fontMetrics().height()));
    m_verdictIcon->show();
    m_verdict->setText(message);
    m_errors->hide();
}

void LedgerView::setBusy(const QString& what, double fraction)
{
    m_busy = true;
    m_progress->setRange(0, fraction < 0.0 ? 0 : 1000);
    m_progress->setValue(int(fraction * 1000.0));
    m_progress->setFormat(what + QStringLiteral(" %p %"));
    m_progress->setToolTip(what);
    m_progress->show();
    updateButtons();
}

void LedgerView::setIdle()
{
    m_busy = false;
    m_progress->hide();
    updateButtons();
}

void LedgerView::setExportReason(const QString& reason)
{
    m_exportReason = reason;
    updateButtons();
}

void LedgerView::updateButtons()
{
    m_export->setEnabled(!m_busy && m_exportReason.isEmpty());
    m_verify->setEnabled(!m_busy);
    const QString wait = tr("An export or a verification is under way.");
    m_export->setToolTip(m_busy                     ? wait
                         : m_exportReason.isEmpty() ? tr("Write the weights as hardware stores them (Ctrl+E)")
                                                    : m_exportReason);
    m_verify->setToolTip(m_busy ? wait : tr("Check a packed file against its golden outputs"));
}

} // namespace ternbench
