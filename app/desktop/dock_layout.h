#pragma once

#include <QList>
#include <QObject>

class QAction;
class QDockWidget;
class QMainWindow;
class QMenu;

namespace ternbench {

class Panels;

/// The docks around the panels: where they lie by default, and the actions that show them (Ctrl+1 to Ctrl+8).
/// The arrangement of the last session comes back from the settings.
class DockLayout : public QObject
{
    Q_OBJECT

public:
    DockLayout(const Panels& panels, QMainWindow* window);

    /// Experiment on the left, the curves over the other plots in tabs, the log at the bottom.
    void arrangeByDefault();
    /// Geometry and arrangement of the last session; the default where there is none.
    void restore();
    void store() const;

    /// Show and raise a dock, and give it the focus.
    const QList<QAction*>& actions() const { return m_actions; }
    QDockWidget* dock(const QString& objectName) const;
    void raise(QDockWidget* dock);

private:
    QDockWidget* add(const QString& name, const QString& title, QWidget* content);

    QMainWindow* m_window;
    QList<QAction*> m_actions; ///< before the docks: adding one adds its action
    QDockWidget* m_experiment;
    QDockWidget* m_curves;
    QDockWidget* m_weights;
    QDockWidget* m_groups;
    QDockWidget* m_layers;
    QDockWidget* m_mask;
    QDockWidget* m_hardware;
    QDockWidget* m_log;
};

} // namespace ternbench
