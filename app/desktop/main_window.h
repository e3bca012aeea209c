#pragma once

#include "app/desktop/dialogs.h"
#include "app/desktop/session.h"

#include <QMainWindow>

class QActionGroup;
class QLabel;

namespace ternbench {

class DockLayout;
class FileActions;
class HardwareDesk;
class Panels;
class Recovery;
class WindowActions;

/// The window: docks, actions, menus, and what happens when it is closed. State lives in the Session.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const Dialogs& dialogs = systemDialogs());
    ~MainWindow() override;

    Session& session() { return *m_session; }
    Panels& panels() { return *m_panels; }
    FileActions& files() { return *m_files; }
    DockLayout& docks() { return *m_docks; }
    WindowActions& actions() { return *m_actions; }
    HardwareDesk& hardware() { return *m_hardware; }

    /// Offers what a crash left unsaved.
    void offerRecovery();

protected:
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void buildToolBar();
    void buildMenus();
    void buildEditMenu();
    void buildViewMenu();
    void buildThemeMenu(QMenu* parent);
    void buildStatusBar();
    void connectSession();
    void updateTitle();
    void updateUndo();
    void updateStatus();
    void keepForRecovery();
    /// True when the close may go on; otherwise the run is being stopped, or goes on.
    bool confirmStop();
    bool confirmCancelJob();
    QList<QAction*> allActions() const;

    Session* m_session;
    WindowActions* m_actions;
    Panels* m_panels;
    DockLayout* m_docks;
    FileActions* m_files;
    HardwareDesk* m_hardware;
    Recovery* m_recovery;
    QAction* m_undo = nullptr;
    QAction* m_redo = nullptr;
    QLabel* m_planLabel = nullptr;
    QLabel* m_runFileLabel = nullptr;
    bool m_closeWhenOver = false;
};

} // namespace ternbench
