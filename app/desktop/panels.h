#pragma once

#include <QObject>

class QMainWindow;

namespace ternbench {

class CurvesPlot;
class ExperimentEditor;
class GroupsPanel;
class HardwareView;
class LayersView;
class LogView;
class MaskView;
class RepaintGovernor;
class Session;
class WeightsPanel;

/// The contents of the docks, connected to the session: what the session knows is shown, what the user wants
/// in a panel is done by the session. Nothing here asks for files; see FileActions.
class Panels : public QObject
{
    Q_OBJECT

public:
    Panels(Session& session, QMainWindow* window);

    ExperimentEditor* editor;
    RepaintGovernor* governor;
    CurvesPlot* curves;
    WeightsPanel* weights;
    GroupsPanel* groups;
    LayersView* layers;
    MaskView* mask;
    HardwareView* hardware;
    LogView* log;

private:
    void connectEditor();
    void connectRun();
    void connectHardware();
    void showExperiment();
    void showProblems();
    void showPlan();
    void showRun();
    void showEpochs();
    void updateConditions();

    Session& m_session;
    bool m_showsFile = false; ///< the hardware panel shows a packed file, not the plan
};

} // namespace ternbench
