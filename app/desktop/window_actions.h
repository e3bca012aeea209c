#pragma once

#include "widgets/views/run_bar.h"

#include <QList>
#include <QObject>

class QAction;
class QKeySequence;
class QMainWindow;

namespace ternbench {

/// The window's actions with their texts, icons and shortcuts; what they do is connected where it is done.
class WindowActions : public QObject
{
    Q_OBJECT

public:
    explicit WindowActions(QMainWindow* window);

    QAction* newExperiment;
    QAction* open;
    QAction* save;
    QAction* saveAs;
    QAction* saveRunAs;
    QAction* exportPacked;
    QAction* verifyPacked;
    QAction* quit;

    RunActions run;
    QAction* runSettings;

    QAction* resetLayout;
    QAction* shortcuts;
    QAction* about;

    /// Enables the action, or disables it and says why in tool tip and status tip.
    static void setObstacle(QAction* action, const QString& obstacle);

private:
    QAction* add(const QString& name, const QString& text, const QKeySequence& shortcut, const QString& tip);
    void addFileActions();
    void addRunActions();
    void addOtherActions();
};

} // namespace ternbench
