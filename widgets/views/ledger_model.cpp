#include "widgets/views/ledger_model.h"

#include "widgets/views/number_text.h"

#include <QFont>

namespace ternbench {

namespace {

QString shareText(std::uint64_t part, std::uint64_t whole)
{
    return whole == 0 ? QString()
                      : QStringLiteral("%1 %").arg(100.0 * double(part) / double(whole), 0, 'f', 2);
}

} // namespace

LedgerModel::LedgerModel(QObject* parent) : QAbstractTableModel(parent) {}

void LedgerModel::setLedger(const Ledger& ledger)
{
    beginResetModel();
    m_ledger = ledger;
    endResetModel();
}

int LedgerModel::rowCount(const QModelIndex& parent) const
{
    if (parent.isValid() || m_ledger.entries.empty())
        return 0;
    return int(m_ledger.entries.size()) + 1;
}

int LedgerModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString LedgerModel::text(int row, int column) const
{
    const bool totals = isTotals(row);
    const LedgerEntry entry =
        totals ? LedgerEntry{"total", "", m_ledger.totalBytes, ""} : m_ledger.entries[std::size_t(row)];
    switch (column) {
    case LayerColumn:
        return QString::fromStdString(entry.layer);
    case ItemColumn:
        return QString::fromStdString(entry.item);
    case BytesColumn:
        return countText(std::int64_t(entry.bytes));
    case ShareColumn:
        return shareText(entry.bytes, m_ledger.totalBytes);
    case NoteColumn:
        return QString::fromStdString(entry.note);
    default:
        return {};
    }
}

QVariant LedgerModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::DisplayRole)
        return text(index.row(), index.column());
    if (role == Qt::ToolTipRole && index.column() == NoteColumn)
        return text(index.row(), NoteColumn);
    if (role == Qt::TextAlignmentRole && (index.column() == BytesColumn || index.column() == ShareColumn))
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::FontRole && isTotals(index.row())) {
        QFont bold;
        bold.setBold(true);
        return bold;
    }
    return {};
}

QVariant LedgerModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == BytesColumn || section == ShareColumn ? Qt::AlignRight : Qt::AlignLeft) |
                   Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    static const QStringList titles{tr("Layer"), tr("Item"), tr("Bytes"), tr("Share"),
                                    tr("Where it comes from")};
    return titles.at(section);
}

QString compressionText(const Ledger& ledger)
{
    if (ledger.weights == 0 || ledger.indexBytes == 0)
        return {};
    return LedgerModel::tr("%1 of indexes hold %2 weights: %3 bits per weight, x%4 smaller than float32. "
                           "Everything stored: %5, x%6 smaller.")
        .arg(bytesText(ledger.indexBytes), countText(std::int64_t(ledger.weights)))
        .arg(ledger.bitsPerWeight(), 0, 'f', 3)
        .arg(ledger.indexCompression(), 0, 'f', 1)
        .arg(bytesText(ledger.totalBytes))
        .arg(ledger.totalCompression(), 0, 'f', 1);
}

} // namespace ternbench
