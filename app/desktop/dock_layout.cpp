#include "app/desktop/dock_layout.h"

#include "app/desktop/panels.h"
#include "widgets/editor/experiment_editor.h"
#include "widgets/plots/curves_plot.h"
#include "widgets/plots/groups_panel.h"
#include "widgets/plots/weights_panel.h"
#include "widgets/views/hardware_view.h"
#include "widgets/views/layers_view.h"
#include "widgets/views/log_view.h"
#include "widgets/views/mask_view.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QScreen>
#include <QSettings>

namespace ternbench {

namespace {

// Raised whenever docks are added or renamed: an arrangement stored by another version is then ignored.
constexpr int layoutVersion = 2;
constexpr QSize leastSize(1280, 770); // leaves room for a panel on a screen of 800 lines
constexpr int experimentWidth = 530;

} // namespace

DockLayout::DockLayout(const Panels& panels, QMainWindow* window)
    : QObject(window), m_window(window),
      m_experiment(add(QStringLiteral("experimentDock"), tr("Experiment"), panels.editor)),
      m_curves(add(QStringLiteral("curvesDock"), tr("Curves"), panels.curves)),
      m_weights(add(QStringLiteral("weightsDock"), tr("Weights"), panels.weights)),
      m_groups(add(QStringLiteral("groupsDock"), tr("Groups"), panels.groups)),
      m_layers(add(QStringLiteral("layersDock"), tr("Layers"), panels.layers)),
      m_mask(add(QStringLiteral("maskDock"), tr("Mask"), panels.mask)),
      m_hardware(add(QStringLiteral("hardwareDock"), tr("Hardware"), panels.hardware)),
      m_log(add(QStringLiteral("logDock"), tr("Log"), panels.log))
{
    window->setDockNestingEnabled(true);
    window->setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
}

QDockWidget* DockLayout::add(const QString& name, const QString& title, QWidget* content)
{
    auto* dock = new QDockWidget(title, m_window);
    dock->setObjectName(name);
    dock->setWidget(content);
    auto* action = new QAction(title, this);
    action->setObjectName(name + QStringLiteral("Action"));
    action->setShortcut(QKeySequence(Qt::CTRL | static_cast<Qt::Key>(Qt::Key_1 + m_actions.size())));
    action->setStatusTip(tr("Show %1").arg(title));
    connect(action, &QAction::triggered, this, [this, dock] { raise(dock); });
    m_actions << action;
    return dock;
}

QDockWidget* DockLayout::dock(const QString& objectName) const
{
    return m_window->findChild<QDockWidget*>(objectName);
}

void DockLayout::raise(QDockWidget* dock)
{
    dock->show();
    dock->raise();
    // The dock's own widget may take no focus: then its first child in tab order that does.
    QWidget* target = dock->widget();
    for (QWidget* next = target->nextInFocusChain();
         next != target && !(target->focusPolicy() & Qt::TabFocus); next = next->nextInFocusChain())
        if (target->isAncestorOf(next) && (next->focusPolicy() & Qt::TabFocus) && next->isVisibleTo(target) &&
            next->isEnabled()) {
            target = next;
            break;
        }
    target->setFocus(Qt::ShortcutFocusReason);
}

void DockLayout::arrangeByDefault()
{
    for (QDockWidget* dock :
         {m_experiment, m_curves, m_weights, m_groups, m_layers, m_mask, m_hardware, m_log}) {
        m_window->removeDockWidget(dock);
        dock->setFloating(false);
    }
    m_window->addDockWidget(Qt::LeftDockWidgetArea, m_experiment);
    m_window->splitDockWidget(m_experiment, m_curves, Qt::Horizontal);
    m_window->splitDockWidget(m_curves, m_weights, Qt::Vertical);
    m_window->splitDockWidget(m_weights, m_log, Qt::Vertical);
    for (QDockWidget* dock : {m_groups, m_layers, m_mask, m_hardware})
        m_window->tabifyDockWidget(m_weights, dock);
    for (QDockWidget* dock :
         {m_experiment, m_curves, m_weights, m_groups, m_layers, m_mask, m_hardware, m_log})
        dock->show();
    m_weights->raise();
    const int height = m_window->height();
    m_window->resizeDocks({m_experiment, m_curves}, {experimentWidth, m_window->width() - experimentWidth},
                          Qt::Horizontal);
    m_window->resizeDocks({m_curves, m_weights, m_log},
                          {height * 44 / 100, height * 46 / 100, height * 10 / 100}, Qt::Vertical);
}

void DockLayout::restore()
{
    const QSettings settings;
    // Four fifths of a large screen; never more than a small one has.
    const QSize available = m_window->screen()->availableSize();
    m_window->resize((available * 0.8).expandedTo(leastSize).boundedTo(available));
    arrangeByDefault();
    m_window->restoreGeometry(settings.value(QStringLiteral("window/geometry")).toByteArray());
    m_window->restoreState(settings.value(QStringLiteral("window/state")).toByteArray(), layoutVersion);
}

void DockLayout::store() const
{
    QSettings settings;
    settings.setValue(QStringLiteral("window/geometry"), m_window->saveGeometry());
    settings.setValue(QStringLiteral("window/state"), m_window->saveState(layoutVersion));
}

} // namespace ternbench
