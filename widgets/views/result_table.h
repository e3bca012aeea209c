#pragma once

#include <QString>

class QAbstractItemModel;
class QTableView;
class QWidget;

namespace ternbench {

/// A table to be read, not edited, as all views show theirs: rows are selected whole, Ctrl+C copies them as
/// tab-separated text, Tab leaves the table.
QTableView* makeResultTable(QAbstractItemModel* model, const char* objectName, const QString& accessibleName,
                            QWidget* parent);

/// The selected rows with the titles of the columns, tab-separated; empty without a selection.
QString selectedText(const QTableView& table);

} // namespace ternbench
