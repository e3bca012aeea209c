#pragma once

#include <QList>
#include <QString>

class QAction;
class QWidget;

namespace ternbench {

/// A table of all shortcuts: those of the actions given, in their order, and those of the panels.
void showShortcuts(QWidget* parent, const QList<QAction*>& actions);

/// The same as rows of (keys, what they do), for the table.
QList<std::pair<QString, QString>> shortcutRows(const QList<QAction*>& actions);

void showAbout(QWidget* parent);

} // namespace ternbench
