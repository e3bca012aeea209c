#pragma once

#include <QObject>

namespace ternbench {

class RunBar;
class Session;
class WindowActions;

/// Start, pause, resume, stop and step: the actions drive the session, and follow its state with texts, icons
/// and reasons why they are disabled. Feeds the run bar.
class RunCommands : public QObject
{
    Q_OBJECT

public:
    RunCommands(Session& session, WindowActions& actions, RunBar& bar, QObject* parent);

private:
    void update();
    void showRun();

    Session& m_session;
    WindowActions& m_actions;
    RunBar& m_bar;
};

} // namespace ternbench
