#include "widgets/views/comparison_view.h"

#include "widgets/plots/codings_plot.h"
#include "widgets/views/number_text.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/report_tables.h"
#include "widgets/views/result_table.h"

#include <QBoxLayout>
#include <QComboBox>
#include <QLabel>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>

#include <algorithm>

namespace ternbench {

namespace {
constexpr int sideBySide = 620; // pixels: from here on table and bars lie beside one another
constexpr int leastPlot = 260;  // pixels: below it the names of the codings cannot be read
constexpr int leastTable = 120;
} // namespace

ComparisonView::ComparisonView(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_caption(new QLabel(this)), m_layer(new QComboBox(this)),
      m_parts(new QSplitter(Qt::Vertical, this)), m_model(new PlainTableModel(this)),
      m_table(makeResultTable(m_model, "comparisonTable", tr("Codings of the weights"), this)),
      m_plot(new CodingsPlot(governor, this))
{
    m_plot->setObjectName(QStringLiteral("codingsPlot"));
    m_plot->setMinimumHeight(leastPlot);
    m_table->setMinimumHeight(leastTable);
    m_parts->addWidget(m_table);
    m_parts->addWidget(m_plot);
    m_parts->setChildrenCollapsible(false);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(4, 4, 4, 4);
    buildRow();
    layout->addWidget(m_parts, 1);
    layout->addStretch(0); // keeps the text at the top while the parts are hidden
    connect(m_layer, &QComboBox::currentIndexChanged, this, &ComparisonView::showLayer);
    clear(tr("No packed file yet: export or verify one (tab Ledger)."));
}

void ComparisonView::buildRow()
{
    m_caption->setObjectName(QStringLiteral("comparisonCaption"));
    m_caption->setWordWrap(true);
    m_caption->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_layer->setObjectName(QStringLiteral("comparisonLayer"));
    m_layer->setAccessibleName(tr("Layer whose weights are compared"));
    m_layer->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    auto* row = new QHBoxLayout;
    row->addWidget(m_layer);
    row->addWidget(m_caption, 1);
    qobject_cast<QVBoxLayout*>(layout())->addLayout(row);
}

void ComparisonView::setComparison(const CodingComparison& comparison, const QString& caption)
{
    m_comparison = comparison;
    m_file = caption;
    fillLayers();
    m_layer->show();
    m_parts->show();
    showLayer();
    m_table->resizeColumnsToContents();
}

/// Keeps the choice where the network has a layer of that name.
void ComparisonView::fillLayers()
{
    const QSignalBlocker blocker(m_layer);
    const QString chosen = m_layer->currentText();
    m_layer->clear();
    m_layer->addItem(tr("all layers"));
    for (const LayerCodings& layer : m_comparison.layers)
        m_layer->addItem(QString::fromStdString(layer.layer));
    m_layer->setCurrentIndex(std::max(m_layer->findText(chosen), 0));
}

void ComparisonView::showLayer()
{
    const int at = m_layer->currentIndex() - 1;
    const LayerCodings& codings = at < 0 ? m_comparison.total : m_comparison.layers[std::size_t(at)];
    m_model->setTable(codingTable(codings));
    m_plot->setCodings(codings);
    const double sparse =
        codings.weights ? 100.0 * double(codings.weights - codings.nonZeros) / double(codings.weights) : 0.0;
    m_caption->setText(tr("%1: %2 weights, %3 % of them zero")
                           .arg(m_file, countText(std::int64_t(codings.weights)))
                           .arg(sparse, 0, 'f', 1));
}

void ComparisonView::clear(const QString& why)
{
    m_comparison = {};
    m_model->setTable({});
    m_plot->setCodings({});
    m_caption->setText(why);
    m_layer->hide();
    m_parts->hide();
}

void ComparisonView::resizeEvent(QResizeEvent*)
{
    const Qt::Orientation orientation = width() >= sideBySide ? Qt::Horizontal : Qt::Vertical;
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({1000, 1000});
}

} // namespace ternbench
