#include "widgets/editor/layer_table_model.h"

#include "widgets/editor/layer_kind_text.h"
#include "widgets/editor/value_text.h"

#include <QCoreApplication>

#include <array>

namespace ternbench {

namespace {

struct ColumnText
{
    const char* header;
    const char* what; ///< in undo texts
    const char* toolTip;
    const char* field; ///< in the document
};

constexpr std::array<ColumnText, LayerTableModel::ColumnCount> columnTexts{{
    {QT_TRANSLATE_NOOP("LayerTable", "Name"), QT_TRANSLATE_NOOP("LayerTable", "name"),
     QT_TRANSLATE_NOOP("LayerTable", "Unique in the network: letters, digits, '_' and '-'"), "name"},
    {QT_TRANSLATE_NOOP("LayerTable", "Kind"), QT_TRANSLATE_NOOP("LayerTable", "kind"),
     QT_TRANSLATE_NOOP(
         "LayerTable",
         "linear, conv 3x3, max 2x2 or average 2x2, with “stride 2”, “pad 0”, “flat” where they "
         "differ from the usual: stride 1 and a padding that keeps the size, pooling windows side "
         "by side, groups along the channels. A linear layer reads an image as one vector."),
     "kind"},
    {QT_TRANSLATE_NOOP("LayerTable", "Outputs"), QT_TRANSLATE_NOOP("LayerTable", "width"),
     QT_TRANSLATE_NOOP("LayerTable", "Rows of the weight matrix: outputs, or output channels of a "
                                     "convolution. The last layer has one per class."),
     "outputs"},
    {QT_TRANSLATE_NOOP("LayerTable", "Code"), QT_TRANSLATE_NOOP("LayerTable", "code"),
     QT_TRANSLATE_NOOP(
         "LayerTable",
         "(N,K): at most K non-zeros among N weights. Also \"8,2 trimmed\" (without the all-zero "
         "pattern) and \"4,3 exactly\"; \"8-bit\" keeps linear 8-bit weights in all stages, \"float\" "
         "floats, "
         "which cannot be exported."),
     "code"},
    {QT_TRANSLATE_NOOP("LayerTable", "Bits/w"), QT_TRANSLATE_NOOP("LayerTable", "bits per weight"),
     QT_TRANSLATE_NOOP("LayerTable", "Stored bits per weight: index width over N"), ""},
    {QT_TRANSLATE_NOOP("LayerTable", "BN"), QT_TRANSLATE_NOOP("LayerTable", "batch normalization"),
     QT_TRANSLATE_NOOP("LayerTable", "Batch normalization; without it the layer has a bias per output"),
     "batch_norm"},
    {QT_TRANSLATE_NOOP("LayerTable", "A bits"), QT_TRANSLATE_NOOP("LayerTable", "activation bits"),
     QT_TRANSLATE_NOOP("LayerTable", "Bits of the quantized activations (after ReLU)"), "activation_bits"},
    {QT_TRANSLATE_NOOP("LayerTable", "Dropout"), QT_TRANSLATE_NOOP("LayerTable", "dropout"),
     QT_TRANSLATE_NOOP("LayerTable", "Probability that an output is zeroed in training"), "dropout"},
    {QT_TRANSLATE_NOOP("LayerTable", "Clip"), QT_TRANSLATE_NOOP("LayerTable", "clip"),
     QT_TRANSLATE_NOOP("LayerTable",
                       "Upper end of the activation range; 0: learned from a running percentile"),
     "clip"},
}};

const ColumnText& textsOf(int column)
{
    return columnTexts[static_cast<std::size_t>(column)];
}

QString translated(const char* text)
{
    return QCoreApplication::translate("LayerTable", text);
}

template <class T>
QString store(const Parsed<T>& parsed, T& target)
{
    if (parsed.value)
        target = *parsed.value;
    return parsed.problem;
}

} // namespace

LayerTableModel::LayerTableModel(QObject* parent)
    : EditableTableModel(QStringLiteral("layers"), ColumnCount, parent)
{}

QVariant LayerTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical || section < 0 || section >= ColumnCount)
        return QAbstractTableModel::headerData(section, orientation, role);
    if (role == Qt::DisplayRole)
        return translated(textsOf(section).header);
    if (role == Qt::ToolTipRole)
        return translated(textsOf(section).toolTip);
    return {};
}

bool LayerTableModel::hasCell(int row, int column) const
{
    if (column == Name || column == Kind)
        return true;
    const bool ofActivation = column == ActivationBits || column == Dropout || column == Clip;
    return layer(row).hasWeights() && !(ofActivation && isScores(row));
}

QString LayerTableModel::cellText(int row, int column) const
{
    const LayerSpec& spec = layer(row);
    switch (column) {
    case Name:
        return QString::fromStdString(spec.name);
    case Kind:
        return layerKindText(spec);
    case Outputs:
        return textOf(spec.outputs);
    case CodeText:
        return textOf(spec.code);
    case BitsPerWeight:
        return bitsPerWeightText(spec.code);
    case ActivationBits:
        return textOf(spec.activationBits);
    case Dropout:
        return textOf(spec.dropout);
    case Clip:
        return textOf(spec.clip);
    default:
        return {};
    }
}

QVariant LayerTableModel::cellData(int row, int column, int role) const
{
    const bool present = hasCell(row, column);
    switch (role) {
    case Qt::DisplayRole:
        if (!present)
            return column == BatchNorm ? QVariant() : QVariant(QStringLiteral("–"));
        if (column == Clip && layer(row).clip == 0.0)
            return tr("learned");
        return cellText(row, column);
    case Qt::EditRole:
        return column == BatchNorm ? QVariant(layer(row).batchNorm) : cellText(row, column);
    case Qt::CheckStateRole:
        if (column == BatchNorm && present)
            return layer(row).batchNorm ? Qt::Checked : Qt::Unchecked;
        return {};
    case EditableTableModel::ChoicesRole:
        return column == Kind ? QVariant(layerKindTexts()) : QVariant();
    case Qt::ToolTipRole:
        if (!layer(row).hasWeights() && !present)
            return tr("Pooling has no weights");
        return present ? translated(textsOf(column).toolTip)
                       : tr("The last layer gives the class scores: it has no activation and no dropout");
    case Qt::AccessibleTextRole:
        return tr("%1: %2").arg(cellName(row, column), column == BatchNorm
                                                           ? (layer(row).batchNorm ? tr("on") : tr("off"))
                                                           : cellText(row, column));
    default:
        return {};
    }
}

QString LayerTableModel::storeCell(int row, int column, const QVariant& value, bool& changed)
{
    LayerSpec& spec = m_layers[static_cast<std::size_t>(row)];
    const LayerSpec before = spec;
    const QString text = value.toString();
    QString problem;
    switch (column) {
    case Name:
        spec.name = text.toStdString();
        break;
    case Kind: {
        const Parsed<LayerSpec> parsed = parseLayerKind(text);
        problem = parsed.problem;
        if (parsed.value) {
            spec.kind = parsed.value->kind;
            spec.window = parsed.value->window;
            spec.groupAxis = parsed.value->groupAxis;
        }
        break;
    }
    case Outputs:
        problem = store(parseInteger(text), spec.outputs);
        break;
    case CodeText:
        problem = store(parseCode(text), spec.code);
        break;
    case BatchNorm:
        spec.batchNorm = value.toInt() == Qt::Checked;
        break;
    case ActivationBits:
        problem = store(parseInteger(text), spec.activationBits);
        break;
    case Dropout:
        problem = store(parseReal(text), spec.dropout);
        break;
    case Clip:
        problem = store(parseReal(text), spec.clip);
        break;
    default:
        break;
    }
    changed = spec != before;
    return problem;
}

bool LayerTableModel::isEditable(int row, int column) const
{
    return column != BitsPerWeight && column != BatchNorm && hasCell(row, column);
}

bool LayerTableModel::isCheckable(int row, int column) const
{
    return column == BatchNorm && hasCell(row, column);
}

QString LayerTableModel::cellPath(int row, int column) const
{
    return QStringLiteral("layers[%1].%2").arg(row).arg(QLatin1String(textsOf(column).field));
}

std::optional<int> LayerTableModel::columnOfField(const QString& field) const
{
    if (field == QLatin1String("activation"))
        return ActivationBits;
    for (const char* ofWindow : {"kernel", "stride", "padding", "group_axis"})
        if (field == QLatin1String(ofWindow))
            return Kind;
    for (int column = 0; column < ColumnCount; ++column) {
        const QString name = QLatin1String(textsOf(column).field);
        if (!name.isEmpty() && (field == name || field.startsWith(name + QLatin1Char('.'))))
            return column;
    }
    return std::nullopt;
}

QString LayerTableModel::cellName(int row, int column) const
{
    return tr("%1 of %2").arg(translated(textsOf(column).what), rowName(row));
}

QString LayerTableModel::rowName(int row) const
{
    const std::string& name = layer(row).name;
    return name.empty() ? tr("layer %1").arg(row + 1) : QString::fromStdString(name);
}

QString LayerTableModel::freeName(LayerKind kind) const
{
    const std::string stem = kind == LayerKind::Linear ? "fc" : kind == LayerKind::Conv2d ? "conv" : "pool";
    const auto taken = [this](const std::string& name) {
        return std::any_of(m_layers.begin(), m_layers.end(),
                           [&](const LayerSpec& l) { return l.name == name; });
    };
    int number = valueCount();
    while (taken(stem + std::to_string(number)))
        ++number;
    return QString::fromStdString(stem) + QString::number(number);
}

int LayerTableModel::insertCopy(int row, LayerSpec copy)
{
    copy.name = freeName(copy.kind).toStdString();
    copy.activation = Activation::Relu;
    insertValue(m_layers, row, copy);
    settleLastLayer();
    return row;
}

int LayerTableModel::addRow(int row)
{
    if (m_layers.empty())
        return insertCopy(0, LayerSpec{});
    const int last = valueCount() - 1;
    const int at = row < 0 || row >= last ? last : row + 1;
    // Like the hidden layer before it, if there is one: the scores layer's width is the number of classes.
    insertCopy(at, at > 0 ? layer(at - 1) : LayerSpec{});
    emit edited(tr("adding %1").arg(rowName(at)));
    return at;
}

int LayerTableModel::duplicateRow(int row)
{
    const int at = isScores(row) ? row : row + 1;
    const QString source = rowName(row);
    insertCopy(at, layer(row));
    emit edited(tr("copy of %1").arg(source));
    return at;
}

void LayerTableModel::removeRowsAt(const std::vector<int>& rows)
{
    if (!canRemove(static_cast<int>(rows.size())))
        return;
    const QString what = rows.size() == 1 ? tr("removing %1").arg(rowName(rows.front()))
                                          : tr("removing %1 layers").arg(rows.size());
    removeValues(m_layers, rows);
    settleLastLayer();
    emit edited(what);
}

bool LayerTableModel::moveRowTo(int from, int to)
{
    if (from == to || from < 0 || to < 0 || from >= valueCount() || to >= valueCount())
        return false;
    const QString name = rowName(from);
    moveValue(m_layers, from, to);
    settleLastLayer();
    emit edited(tr("order of %1").arg(name));
    return true;
}

void LayerTableModel::applyToRows(const QModelIndex& source, const std::vector<int>& rows)
{
    const int column = source.column();
    const LayerSpec from = layer(source.row());
    bool changed = false;
    for (const int row : rows) {
        if (row == source.row() || !(isEditable(row, column) || isCheckable(row, column)))
            continue;
        bool rowChanged = false;
        if (column == BatchNorm)
            storeCell(row, column, from.batchNorm ? Qt::Checked : Qt::Unchecked, rowChanged);
        else
            storeCell(row, column, cellText(source.row(), column), rowChanged);
        forgetTypedText(row, column);
        changed = changed || rowChanged;
    }
    notifyChanged();
    if (changed)
        emit edited(tr("%1 of several layers").arg(translated(textsOf(column).what)));
}

void LayerTableModel::settleLastLayer()
{
    for (int row = 0; row < valueCount(); ++row) {
        LayerSpec& spec = m_layers[static_cast<std::size_t>(row)];
        spec.activation = isScores(row) ? Activation::None : Activation::Relu;
        if (!isScores(row))
            continue;
        spec.dropout = 0.0;
        for (const int column : {int(ActivationBits), int(Dropout), int(Clip)})
            forgetTypedText(row, column);
    }
    notifyChanged();
}

} // namespace ternbench
