#include "widgets/editor/layer_table.h"

#include "widgets/editor/fitted_table_view.h"
#include "widgets/editor/layer_table_model.h"

#include <QHeaderView>

namespace ternbench {

LayerTable::LayerTable(QWidget* parent) : LayerTable(new LayerTableModel, parent) {}

LayerTable::LayerTable(LayerTableModel* model, QWidget* parent)
    : TableSection(tr("Layers"), tr("layer"), model, parent), m_layers(model)
{
    table()->verticalHeader()->hide(); // layers go by their names
    connect(m_layers, &EditableTableModel::edited, this, [this](const QString& what) {
        m_experiment.network.layers = m_layers->layers();
        emit edited(m_experiment, what);
    });
}

void LayerTable::refresh()
{
    m_layers->setLayers(m_experiment.network.layers);
}

} // namespace ternbench
