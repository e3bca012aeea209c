#pragma once

#include "core/packed/coding_comparison.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QSplitter;
class QTableView;

namespace ternbench {

class CodingsPlot;
class PlainTableModel;
class RepaintGovernor;

/// The same ternary weights in this network's code and in others, as a table and as bars; of all layers or
/// of one.
class ComparisonView : public QWidget
{
    Q_OBJECT

public:
    explicit ComparisonView(RepaintGovernor* governor = nullptr, QWidget* parent = nullptr);

    /// `caption`: the name of the packed file.
    void setComparison(const CodingComparison& comparison, const QString& caption);
    /// Nothing to show, and why not.
    void clear(const QString& why);

    PlainTableModel* model() const { return m_model; }
    CodingsPlot* plot() const { return m_plot; }

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void buildRow();
    void fillLayers();
    void showLayer();

    CodingComparison m_comparison;
    QString m_file;
    QLabel* m_caption;
    QComboBox* m_layer;
    QSplitter* m_parts;
    PlainTableModel* m_model;
    QTableView* m_table;
    CodingsPlot* m_plot;
};

} // namespace ternbench
