#include "widgets/views/rtl_view.h"

#include "widgets/views/number_text.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/result_table.h"
#include "widgets/views/rtl_form.h"
#include "widgets/views/rtl_table.h"

#include <QBoxLayout>
#include <QFontDatabase>
#include <QLabel>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

namespace ternbench {

namespace {
constexpr int sideBySide = 620; // pixels: from here on the form lies left of the outcome
constexpr int formWidth = 270;
constexpr int mostLines = 5000; // of the log: a compiler can say a lot
constexpr int leastTable = 110;
constexpr int textLines = 3;
constexpr int leastLog = 100;
} // namespace

RtlView::RtlView(QWidget* parent)
    : QWidget(parent), m_form(new RtlForm(this)), m_export(new QPushButton(tr("Export RTL…"), this)),
      m_check(new QPushButton(tr("Run checks"), this)), m_cancel(new QPushButton(tr("Cancel"), this)),
      m_progress(new QProgressBar(this)), m_elapsed(new QLabel(this)), m_text(new QLabel(this)),
      m_model(new PlainTableModel(this)),
      m_table(makeResultTable(m_model, "rtlTable", tr("Outcome of the RTL checks"), this)),
      m_log(new QPlainTextEdit(this)), m_controls(makeControls()), m_parts(new QSplitter(Qt::Vertical, this))
{
    m_parts->addWidget(m_controls);
    m_parts->addWidget(makeOutcome());
    m_parts->setStretchFactor(1, 1);
    m_parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_parts);
    m_clock.setInterval(1000);
    connect(&m_clock, &QTimer::timeout, this, &RtlView::showElapsed);
    connect(m_form, &RtlForm::edited, this, &RtlView::updateButtons);
    connect(m_export, &QPushButton::clicked, this, &RtlView::exportRequested);
    connect(m_check, &QPushButton::clicked, this, &RtlView::checkRequested);
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        emit cancelRequested();
    });
    setChecks({});
    clear();
    setIdle();
}

QWidget* RtlView::makeControls()
{
    m_export->setObjectName(QStringLiteral("exportRtl"));
    m_check->setObjectName(QStringLiteral("checkRtl"));
    m_cancel->setObjectName(QStringLiteral("cancelRtl"));
    m_progress->setObjectName(QStringLiteral("rtlProgress"));
    m_progress->setAccessibleName(tr("Progress of the RTL checks"));
    m_elapsed->setObjectName(QStringLiteral("rtlElapsed"));
    m_elapsed->setWordWrap(true);
    auto* controls = new QWidget(this);
    auto* column = new QVBoxLayout(controls);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_form);
    auto* row = new QHBoxLayout;
    for (QPushButton* button : {m_export, m_check, m_cancel})
        row->addWidget(button);
    row->addStretch();
    column->addLayout(row);
    column->addWidget(m_progress);
    column->addWidget(m_elapsed);
    column->addStretch();
    controls->setMinimumWidth(formWidth);
    return controls;
}

QWidget* RtlView::makeOutcome()
{
    m_text->setObjectName(QStringLiteral("rtlText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A splitter does not ask how high wrapped text is: without room of its own it would push the rest
    // together.
    m_text->setMinimumHeight(textLines * m_text->fontMetrics().lineSpacing());
    m_log->setObjectName(QStringLiteral("rtlLog"));
    m_log->setAccessibleName(tr("Output of the tools"));
    m_log->setReadOnly(true);
    m_log->setTabChangesFocus(true);
    m_log->setMaximumBlockCount(mostLines);
    m_log->setLineWrapMode(QPlainTextEdit::NoWrap);
    m_log->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_log->setPlaceholderText(tr("What the tools say"));
    m_log->setMinimumHeight(leastLog);
    m_table->setMinimumHeight(leastTable);
    auto* results = new QSplitter(Qt::Vertical, this);
    results->addWidget(m_table);
    results->addWidget(m_log);
    results->setChildrenCollapsible(false);
    auto* outcome = new QWidget(this);
    auto* column = new QVBoxLayout(outcome);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(results, 1);
    return outcome;
}

void RtlView::setObstacles(const QString& exporting, const QString& checking)
{
    m_exportObstacle = exporting;
    m_checkObstacle = checking;
    updateButtons();
}

void RtlView::setBusy(const QString& what, int step, int steps)
{
    if (!m_busy) {
        m_since.start();
        m_clock.start();
    }
    if (!m_busy || what != m_what)
        m_stepSince.start();
    if (steps > 0 && m_steps == 0) // stays pressed until the job has heard of it
        m_cancel->setEnabled(true);
    m_steps = steps;
    m_busy = true;
    m_what = what;
    m_progress->setRange(0, steps > 1 ? steps : 0); // no steps: it only shows that something goes on
    m_progress->setValue(step);
    m_progress->setTextVisible(steps > 1);
    m_progress->setFormat(tr("%1 of %2").arg(step).arg(steps));
    m_progress->show();
    showElapsed();
    updateButtons();
}

void RtlView::setIdle()
{
    m_busy = false;
    m_steps = 0;
    m_clock.stop();
    m_progress->hide();
    m_elapsed->hide();
    m_cancel->setEnabled(false);
    updateButtons();
}

void RtlView::showElapsed()
{
    const auto text = [](const QElapsedTimer& since) {
        return durationText(double(since.elapsed()) / 1000.0);
    };
    m_elapsed->setText(m_steps > 1 ? tr("%1: %2; all: %3").arg(m_what, text(m_stepSince), text(m_since))
                                   : tr("%1: %2").arg(m_what, text(m_since)));
    m_elapsed->show();
}

void RtlView::setMessage(const QString& message)
{
    m_text->setText(message);
}

void RtlView::clear()
{
    setMessage(
        tr("Exports SystemVerilog with weights, golden vectors and a self-checking test bench, for the "
           "design point of the tab Report, then lints, simulates and synthesizes it here."));
    clearLog();
    setChecks({});
}

void RtlView::appendLine(const QString& line)
{
    m_log->appendPlainText(line);
}

void RtlView::clearLog()
{
    m_log->clear();
}

void RtlView::setChecks(const std::vector<RtlCheck>& checks)
{
    m_model->setTable(rtlTable(checks));
    m_table->resizeColumnsToContents();
}

void RtlView::updateButtons()
{
    const QString busy = m_busy ? tr("An export or a check is under way.") : QString();
    const auto first = [](std::initializer_list<QString> reasons) {
        for (const QString& reason : reasons)
            if (!reason.isEmpty())
                return reason;
        return QString();
    };
    const QString noExport = first({busy, m_exportObstacle, m_form->imagesProblem()});
    const QString noCheck =
        first({busy, m_checkObstacle, m_form->tools().empty() ? tr("No check is chosen.") : QString()});
    m_form->setEnabled(!m_busy);
    m_export->setEnabled(noExport.isEmpty());
    m_export->setToolTip(noExport.isEmpty() ? tr("Write the RTL into a folder of its own") : noExport);
    m_check->setEnabled(noCheck.isEmpty());
    m_check->setToolTip(noCheck.isEmpty() ? tr("Run the chosen checks one after the other") : noCheck);
    m_cancel->setToolTip(!m_busy        ? tr("Nothing is under way.")
                         : m_steps == 0 ? tr("An export takes a moment and cannot be cancelled.")
                                        : tr("End the checks"));
}

void RtlView::resizeEvent(QResizeEvent*)
{
    const bool wide = width() >= sideBySide;
    const Qt::Orientation orientation = wide ? Qt::Horizontal : Qt::Vertical;
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({wide ? formWidth : m_controls->sizeHint().height(), 10000});
}

} // namespace ternbench
