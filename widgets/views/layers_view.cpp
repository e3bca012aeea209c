#include "widgets/views/layers_view.h"

#include "widgets/plots/epoch_selector.h"
#include "widgets/plots/layer_statistic.h"
#include "widgets/plots/statistic_plot.h"
#include "widgets/views/plain_table_model.h"
#include "widgets/views/result_table.h"

#include <QBoxLayout>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QSplitter>
#include <QTableView>

namespace ternbench {

namespace {

constexpr int lowPane = 420; // pixels: below it table and curves lie beside one another
constexpr int leastPlot = 110, leastTable = 60, leastWidth = 200;

PlainTable tableOf(const EpochSnapshot& epoch)
{
    PlainTable table;
    table.columns = {{LayersView::tr("layer"), false, {}},
                     {LayersView::tr("weights"), true, LayersView::tr("Rows × inputs of a row")},
                     {LayersView::tr("code"), false, LayersView::tr("The code in force in this epoch")}};
    for (const LayerStatistic statistic : layerStatistics)
        table.columns.push_back(
            {shortStatisticName(statistic), true,
             statisticUnit(statistic).isEmpty()
                 ? statisticHelp(statistic)
                 : QStringLiteral("%1 [%2]").arg(statisticHelp(statistic), statisticUnit(statistic))});
    for (const LayerSnapshot& layer : epoch.layers) {
        PlainTable::Row row;
        const auto add = [&row](const QString& text) { row.cells.push_back({.text = text, .toolTip = {}}); };
        add(QString::fromStdString(layer.name));
        add(QStringLiteral("%1 × %2").arg(layer.rows).arg(layer.fanIn));
        add(layer.code ? QString::fromStdString(toString(*layer.code)) : LayersView::tr("float"));
        for (const LayerStatistic statistic : layerStatistics)
            add(statisticText(statisticOf(layer, statistic), statistic));
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace

LayersView::LayersView(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_selector(new EpochSelector(this)), m_parts(new QSplitter(Qt::Vertical, this)),
      m_model(new PlainTableModel(this)),
      m_table(
          makeResultTable(m_model, "layersTable", tr("Statistics of the layers"), this, LastColumn::AsWide)),
      m_statistic(new QComboBox(this)), m_plot(new StatisticPlot(governor, this))
{
    m_selector->hideLayers();
    m_statistic->setObjectName(QStringLiteral("layers.statistic"));
    m_statistic->setAccessibleName(tr("Statistic shown over the epochs"));
    m_statistic->setToolTip(tr("Shown over the epochs"));
    for (const LayerStatistic statistic : layerStatistics)
        m_statistic->addItem(statisticName(statistic), int(statistic));
    m_plot->setMinimumSize(leastWidth, leastPlot);
    m_table->setMinimumSize(leastWidth, leastTable);
    m_parts->addWidget(m_table);
    m_parts->addWidget(m_plot);
    m_parts->setChildrenCollapsible(false);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(4, 0, 4, 0);
    row->addWidget(m_statistic);
    row->addWidget(m_selector, 1);
    row->addWidget(m_selector->followBox());
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addLayout(row);
    column->addWidget(m_parts, 1);
    connect(m_model, &PlainTableModel::modelReset, m_table, &QTableView::resizeColumnsToContents);
    connect(m_statistic, &QComboBox::currentIndexChanged, this, [this] {
        m_plot->setStatistic(static_cast<LayerStatistic>(m_statistic->currentData().toInt()));
        m_plot->refreshNow();
    });
    connect(m_selector, &EpochSelector::selectionChanged, this, [this] {
        showEpoch();
        m_plot->refreshNow();
    });
    showEpoch();
}

void LayersView::setHistory(const EpochHistory& history)
{
    m_history = history;
    m_selector->setHistory(history);
    m_plot->setHistory(history);
    showEpoch();
}

void LayersView::setTotalEpochs(int epochs)
{
    m_selector->setTotalEpochs(epochs);
}

void LayersView::showEpoch()
{
    m_table->setVisible(!m_history.empty());
    if (m_history.empty()) {
        m_model->setTable({});
        return;
    }
    const int epoch = m_selector->selection().epoch;
    m_model->setTable(tableOf(*m_history[std::size_t(epoch)]));
    widenColumns(*m_table);
    m_plot->setMarkedEpoch(epoch);
}

void LayersView::resizeEvent(QResizeEvent*)
{
    const Qt::Orientation orientation = height() < lowPane ? Qt::Horizontal : Qt::Vertical;
    if (m_parts->orientation() == orientation)
        return;
    m_parts->setOrientation(orientation);
    m_parts->setSizes({1000, 1000});
}

} // namespace ternbench
