#pragma once

#include <QString>

class QAbstractItemModel;
class QTableView;
class QWidget;

namespace ternbench {

enum class LastColumn {
    Fills, ///< what the others leave, while that is enough to read; for texts
    AsWide ///< as its cells; for numbers
};

/// A table to be read, not edited, as all views show theirs: rows are selected whole, Ctrl+C copies them as
/// tab-separated text, Tab leaves the table.
QTableView* makeResultTable(QAbstractItemModel* model, const char* objectName, const QString& accessibleName,
                            QWidget* parent, LastColumn last = LastColumn::Fills);

/// Makes columns wider where their cells need it; what the user made wider stays.
void widenColumns(QTableView& table);

/// The selected rows with the titles of the columns, tab-separated; empty without a selection.
QString selectedText(const QTableView& table);

} // namespace ternbench
