#pragma once

#include <QWidget>

class QTabWidget;

namespace ternbench {

class ComparisonView;
class FaultsView;
class LedgerView;
class RepaintGovernor;
class ReportView;
class RtlView;

/// What the hardware will see, one tab a question: what is stored and is it right, what would other codings
/// take, what does it cost, what do bit errors do, does the RTL do the same.
class HardwareView : public QWidget
{
    Q_OBJECT

public:
    explicit HardwareView(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    LedgerView* ledger() const { return m_ledger; }
    ComparisonView* comparison() const { return m_comparison; }
    ReportView* report() const { return m_report; }
    FaultsView* faults() const { return m_faults; }
    RtlView* rtl() const { return m_rtl; }

    /// Brings a tab to the front.
    void showPage(QWidget* view);

private:
    /// A page that scrolls where the dock is too low for it.
    void addPage(QWidget* view, const QString& title, const QString& toolTip);

    QTabWidget* m_tabs;
    LedgerView* m_ledger;
    ComparisonView* m_comparison;
    ReportView* m_report;
    FaultsView* m_faults;
    RtlView* m_rtl;
};

} // namespace ternbench
