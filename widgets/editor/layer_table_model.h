#pragma once

#include "core/network/spec.h"
#include "widgets/editor/editable_table_model.h"

namespace ternbench {

/// The layers of a network as a table; kind and window are one text (layer_kind_text.h). The last layer gives
/// the class scores: whatever moves there loses its activation and dropout, and a layer that leaves the end
/// gets a ReLU.
class LayerTableModel : public EditableTableModel
{
    Q_OBJECT

public:
    enum Column {
        Name,
        Kind,
        Outputs,
        CodeText,
        BitsPerWeight,
        BatchNorm,
        ActivationBits,
        Dropout,
        Clip,
        ColumnCount
    };

    explicit LayerTableModel(QObject* parent = nullptr);

    void setLayers(const std::vector<LayerSpec>& layers) { syncValues(m_layers, layers); }
    const std::vector<LayerSpec>& layers() const { return m_layers; }

    QVariant headerData(int section, Qt::Orientation orientation, int role = Qt::DisplayRole) const override;

    /// A new layer is like its neighbour and never comes last.
    int addRow(int row) override;
    int duplicateRow(int row) override;
    bool canRemove(int count) const override { return count > 0 && count < valueCount(); }
    void removeRowsAt(const std::vector<int>& rows) override;
    bool moveRowTo(int from, int to) override;
    void applyToRows(const QModelIndex& source, const std::vector<int>& rows) override;

protected:
    QVariant cellData(int row, int column, int role) const override;
    QString storeCell(int row, int column, const QVariant& value, bool& changed) override;
    bool isEditable(int row, int column) const override;
    bool isCheckable(int row, int column) const override;
    bool isUnique(int column) const override { return column == Name; }
    QString cellPath(int row, int column) const override;
    std::optional<int> columnOfField(const QString& field) const override;
    QString cellName(int row, int column) const override;
    QString rowName(int row) const override;
    int valueCount() const override { return static_cast<int>(m_layers.size()); }

private:
    bool isScores(int row) const { return row == valueCount() - 1; }
    bool hasCell(int row, int column) const;
    const LayerSpec& layer(int row) const { return m_layers[static_cast<std::size_t>(row)]; }
    QString cellText(int row, int column) const;
    QString freeName(LayerKind kind) const;
    int insertCopy(int row, LayerSpec copy);
    void settleLastLayer();

    std::vector<LayerSpec> m_layers;
};

} // namespace ternbench
