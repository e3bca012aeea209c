#pragma once

#include "widgets/editor/table_section.h"

namespace ternbench {

class LayerTableModel;

/// The layers of the network.
class LayerTable : public TableSection
{
    Q_OBJECT

public:
    explicit LayerTable(QWidget* parent = nullptr);

protected:
    void refresh() override;

private:
    LayerTable(LayerTableModel* model, QWidget* parent);

    LayerTableModel* m_layers;
};

} // namespace ternbench
