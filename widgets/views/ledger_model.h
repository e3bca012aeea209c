#pragma once

#include "core/packed/ledger.h"

#include <QAbstractTableModel>

namespace ternbench {

/// A ledger as a table: one row an entry in the ledger's order, and a last row with the totals. Empty (no
/// totals row either) for a ledger without entries.
class LedgerModel : public QAbstractTableModel
{
    Q_OBJECT

public:
    enum Column { LayerColumn, ItemColumn, BytesColumn, ShareColumn, NoteColumn, ColumnCount };

    explicit LedgerModel(QObject* parent = nullptr);

    void setLedger(const Ledger& ledger);
    const Ledger& ledger() const { return m_ledger; }

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    bool isTotals(int row) const { return row == int(m_ledger.entries.size()); }
    QString text(int row, int column) const;

    Ledger m_ledger;
};

/// "50,176 bytes (49.0 KiB) of indexes hold 401,408 weights: 1.000 bits per weight, x32.0 smaller than
/// float32. Everything stored: 55,304 bytes (54.0 KiB), x29.0 smaller."; empty for an empty ledger.
QString compressionText(const Ledger& ledger);

} // namespace ternbench
