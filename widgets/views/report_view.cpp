#include "widgets/views/report_view.h"

#include "widgets/editor/problem_line.h"
#include "widgets/views/design_form.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/report_tables.h"
#include "widgets/views/result_table.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>

#include <algorithm>
#include <utility>

namespace ternbench {

namespace {

constexpr int sideBySide = 620; // pixels: from here on the form lies left of the figures
constexpr int formWidth = 250;
constexpr int leastTable = 140;
constexpr int partsPage = 1 << 16; // data of pages: the part, -1 the total; or partsPage + datapath

} // namespace

ReportView::ReportView(QWidget* parent)
    : QWidget(parent), m_design(new DesignForm(this)), m_caption(new QLabel(this)),
      m_problem(new ProblemLine(this)), m_page(new QComboBox(this)),
      m_save(new QPushButton(tr("Save report…"), this)), m_model(new PlainTableModel(this)),
      m_table(makeResultTable(m_model, "reportTable", tr("Figures of the hardware report"), this)),
      m_formArea(new QScrollArea(this)), m_parts(new QSplitter(Qt::Vertical, this))
{
    m_formArea->setWidget(m_design);
    m_formArea->setWidgetResizable(true);
    m_formArea->setFrameShape(QFrame::NoFrame);
    m_formArea->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_formArea->setMinimumWidth(formWidth);
    m_parts->addWidget(m_formArea);
    m_parts->addWidget(makeFigures());
    m_parts->setStretchFactor(1, 1);
    m_parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    layout->addWidget(m_parts);
    connect(m_page, &QComboBox::currentIndexChanged, this, &ReportView::showPage);
    connect(m_save, &QPushButton::clicked, this, &ReportView::saveRequested);
    connect(m_design, &DesignForm::problemChanged, this, &ReportView::updateSave);
    clear(tr("No packed file yet: export or verify one (tab Ledger)."));
}

QWidget* ReportView::makeFigures()
{
    m_caption->setObjectName(QStringLiteral("reportCaption"));
    m_caption->setWordWrap(true);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_problem->setObjectName(QStringLiteral("reportProblem"));
    m_page->setObjectName(QStringLiteral("reportPage"));
    m_page->setAccessibleName(tr("Figures shown"));
    m_page->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_save->setObjectName(QStringLiteral("saveReport"));
    m_table->setMinimumHeight(leastTable);
    auto* figures = new QWidget(this);
    auto* column = new QVBoxLayout(figures);
    column->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout;
    row->addWidget(m_page);
    row->addStretch();
    row->addWidget(m_save);
    column->addLayout(row);
    column->addWidget(m_caption);
    column->addWidget(m_problem);
    column->addWidget(m_table, 1);
    column->addStretch(0); // keeps the text at the top while the table is hidden
    return figures;
}

void ReportView::setReport(std::shared_ptr<const HardwareReport> report, const QString& caption)
{
    const bool first = !m_report;
    m_report = std::move(report);
    m_caption->setText(QStringLiteral("%1: %2").arg(caption, evidenceText(*m_report)));
    fillPages();
    m_page->show();
    m_table->show();
    showPage();
    if (first)
        m_table->resizeColumnsToContents();
    else
        widenColumns(*m_table);
    updateSave();
}

/// Keeps the choice where the network has a part of that name.
void ReportView::fillPages()
{
    const QSignalBlocker blocker(m_page);
    const QString chosen = m_page->currentText();
    m_page->clear();
    m_page->addItem(tr("Total, all datapaths"), -1);
    for (int i = 0; i < datapathCount; ++i) {
        const std::string_view name = datapathName(Datapath(i));
        m_page->addItem(tr("Part by part, %1").arg(QString::fromUtf8(name.data(), qsizetype(name.size()))),
                        partsPage + i);
    }
    const std::vector<PartCost>& parts = m_report->datapaths.front().parts;
    for (std::size_t i = 0; i < parts.size(); ++i)
        m_page->addItem(tr("%1, all datapaths").arg(QString::fromStdString(parts[i].cycles.name)), int(i));
    m_page->setCurrentIndex(std::max(m_page->findText(chosen), 0));
}

void ReportView::showPage()
{
    const int page = m_page->currentData().toInt();
    const bool byPart = page >= partsPage;
    const std::vector<PlainTable::Column> before = m_model->table().columns;
    m_model->setTable(byPart ? partsTable(*m_report, Datapath(page - partsPage))
                             : figuresTable(*m_report, page));
    if (before.size() != m_model->table().columns.size())
        m_table->resizeColumnsToContents();
}

void ReportView::clear(const QString& why)
{
    m_report.reset();
    m_model->setTable({});
    m_caption->setText(why);
    m_page->hide();
    m_table->hide();
    updateSave();
}

void ReportView::updateSave()
{
    const QString wrong = m_design->problem();
    QStringList lines;
    if (m_report && !wrong.isEmpty())
        lines << tr("The figures are those of the last design point that can be built.");
    if (m_report)
        for (const std::string& line : m_report->disagreements)
            lines << tr("Simulation and model disagree: %1").arg(QString::fromStdString(line));
    m_problem->setText(lines.join(QLatin1Char('\n')));
    m_table->setEnabled(wrong.isEmpty());
    m_save->setEnabled(m_report && wrong.isEmpty());
    m_save->setToolTip(!m_report         ? tr("There is no report yet: export or verify a packed file.")
                       : wrong.isEmpty() ? tr("Save the report as JSON, HTML or PDF")
                                         : wrong);
}

void ReportView::resizeEvent(QResizeEvent*)
{
    const bool wide = width() >= sideBySide;
    const Qt::Orientation orientation = wide ? Qt::Horizontal : Qt::Vertical;
    m_formArea->setMinimumHeight(wide ? 0 : m_design->sizeHint().height());
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({wide ? formWidth : m_design->sizeHint().height(), 10000});
}

} // namespace ternbench
