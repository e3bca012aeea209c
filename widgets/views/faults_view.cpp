#include "widgets/views/faults_view.h"

#include "widgets/plots/faults_plot.h"
#include "widgets/views/fault_table.h"
#include "widgets/views/faults_form.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/result_table.h"

#include <QBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QSplitter>
#include <QTableView>

namespace ternbench {

namespace {
constexpr int sideBySide = 620; // pixels: from here on the form lies left of the curves
constexpr int formWidth = 250;
constexpr int leastPlot = 210;
constexpr int textLines = 2;
constexpr int leastTable = 110;
} // namespace

FaultsView::FaultsView(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_form(new FaultsForm(this)), m_start(new QPushButton(tr("Start study"), this)),
      m_cancel(new QPushButton(tr("Cancel"), this)), m_progress(new QProgressBar(this)),
      m_text(new QLabel(this)), m_plot(new FaultsPlot(governor, this)), m_model(new PlainTableModel(this)),
      m_table(makeResultTable(m_model, "faultsTable", tr("Outcome of the fault study"), this,
                              LastColumn::AsWide)),
      m_controls(makeControls()), m_results(new QSplitter(Qt::Vertical, this)),
      m_parts(new QSplitter(Qt::Vertical, this))
{
    m_plot->setObjectName(QStringLiteral("faultsPlot"));
    m_plot->setMinimumHeight(leastPlot);
    m_table->setMinimumHeight(leastTable);
    m_parts->addWidget(m_controls);
    m_parts->addWidget(makeOutcome());
    m_parts->setStretchFactor(1, 1);
    m_parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_parts);
    connect(m_form, &FaultsForm::edited, this, &FaultsView::updateButtons);
    connect(m_start, &QPushButton::clicked, this, [this] { emit startRequested(m_form->spec()); });
    connect(m_cancel, &QPushButton::clicked, this, [this] {
        m_cancel->setEnabled(false);
        emit cancelRequested();
    });
    clearCurve();
    setIdle();
}

QWidget* FaultsView::makeControls()
{
    m_start->setObjectName(QStringLiteral("startFaults"));
    m_cancel->setObjectName(QStringLiteral("cancelFaults"));
    m_progress->setObjectName(QStringLiteral("faultsProgress"));
    m_progress->setAccessibleName(tr("Progress of the fault study"));
    m_progress->setRange(0, 1000);
    m_progress->setFormat(QStringLiteral("%p %"));
    auto* controls = new QWidget(this);
    auto* column = new QVBoxLayout(controls);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_form);
    auto* row = new QHBoxLayout;
    row->addWidget(m_start);
    row->addWidget(m_cancel);
    row->addStretch();
    column->addLayout(row);
    column->addWidget(m_progress);
    column->addStretch();
    controls->setMinimumWidth(formWidth);
    return controls;
}

QWidget* FaultsView::makeOutcome()
{
    m_text->setObjectName(QStringLiteral("faultsText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    // A splitter does not ask how high wrapped text is: without room of its own it would push the rest
    // together.
    m_text->setMinimumHeight(textLines * m_text->fontMetrics().lineSpacing());
    m_results->addWidget(m_plot);
    m_results->addWidget(m_table);
    m_results->setStretchFactor(0, 2);
    m_results->setStretchFactor(1, 1);
    m_results->setChildrenCollapsible(false);
    auto* outcome = new QWidget(this);
    auto* column = new QVBoxLayout(outcome);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(m_results, 1);
    column->addStretch(0); // keeps the text at the top while the results are hidden
    m_results->hide();
    return outcome;
}

void FaultsView::setObstacle(const QString& obstacle)
{
    m_obstacle = obstacle;
    updateButtons();
}

void FaultsView::setBusy(double fraction)
{
    m_busy = true;
    m_progress->setValue(int(fraction * 1000.0));
    if (!m_progress->isVisibleTo(this)) {
        m_progress->show();
        m_cancel->setEnabled(true);
    }
    updateButtons();
}

void FaultsView::setIdle()
{
    m_busy = false;
    m_progress->hide();
    m_cancel->setEnabled(false);
    updateButtons();
}

void FaultsView::updateButtons()
{
    const QString wrong = m_busy                 ? tr("A study is under way.")
                          : m_obstacle.isEmpty() ? m_form->problem()
                                                 : m_obstacle;
    m_form->setEnabled(!m_busy);
    m_start->setEnabled(wrong.isEmpty());
    m_start->setToolTip(wrong.isEmpty() ? tr("Inject the faults and run the images") : wrong);
    m_cancel->setToolTip(m_busy ? tr("End the study; nothing of it is kept") : tr("No study is under way."));
}

void FaultsView::setCurve(const FaultCurve& curve, const QString& caption)
{
    m_model->setTable(faultTable(curve));
    m_table->resizeColumnsToContents();
    m_plot->setCurve(curve);
    m_results->show();
    m_summary = QStringLiteral("%1: %2").arg(caption, faultSummary(curve));
    m_text->setText(m_summary);
    m_text->setToolTip(faultPolicy());
}

void FaultsView::clearCurve()
{
    m_model->setTable({});
    m_plot->setCurve({});
    m_results->hide();
    m_summary.clear();
    m_text->setText(
        tr("Flips random bits of the packed indexes and runs the test images through what a decoder "
           "makes of them: what is caught, what is not, and what it costs."));
}

void FaultsView::setMessage(const QString& message)
{
    m_text->setText(m_summary.isEmpty() ? message : message + QLatin1Char('\n') + m_summary);
}

void FaultsView::resizeEvent(QResizeEvent*)
{
    const bool wide = width() >= sideBySide;
    const Qt::Orientation orientation = wide ? Qt::Horizontal : Qt::Vertical;
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({wide ? formWidth : m_controls->sizeHint().height(), 10000});
}

} // namespace ternbench
