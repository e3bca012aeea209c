#include "widgets/views/hardware_view.h"

#include "widgets/views/comparison_view.h"
#include "widgets/views/faults_view.h"
#include "widgets/views/ledger_view.h"
#include "widgets/views/report_view.h"
#include "widgets/views/rtl_view.h"

#include <QScrollArea>
#include <QTabWidget>
#include <QVBoxLayout>

namespace ternbench {

HardwareView::HardwareView(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_tabs(new QTabWidget(this)), m_ledger(new LedgerView(this)),
      m_comparison(new ComparisonView(governor, this)), m_report(new ReportView(this)),
      m_faults(new FaultsView(governor, this)), m_rtl(new RtlView(this))
{
    m_tabs->setObjectName(QStringLiteral("hardwareTabs"));
    m_tabs->setDocumentMode(true);
    addPage(m_ledger, tr("Ledger"), tr("Every byte that is stored, and the verification of a packed file"));
    addPage(m_comparison, tr("Comparison"), tr("The same weights in other codings"));
    addPage(m_report, tr("Report"), tr("Operations, cycles, memory and energy of a design point"));
    addPage(m_faults, tr("Faults"), tr("What flipped bits of the weight memory do"));
    addPage(m_rtl, tr("RTL"), tr("SystemVerilog, its simulation and synthesis"));
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_tabs);
}

void HardwareView::addPage(QWidget* view, const QString& title, const QString& toolTip)
{
    auto* area = new QScrollArea(m_tabs);
    area->setFrameShape(QFrame::NoFrame);
    area->setWidgetResizable(true);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(view);
    m_tabs->setTabToolTip(m_tabs->addTab(area, title), toolTip);
}

void HardwareView::showPage(QWidget* view)
{
    for (int i = 0; i < m_tabs->count(); ++i)
        if (m_tabs->widget(i)->isAncestorOf(view))
            m_tabs->setCurrentIndex(i);
}

} // namespace ternbench
