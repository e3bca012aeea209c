#pragma once

#include "widgets/plots/figure_table.h"
#include "widgets/plots/plot_style.h"
#include "widgets/plots/repaint_governor.h"

#include <QPointer>
#include <QWidget>

class QAction;
class QLabel;
class QStackedWidget;
class QToolBar;

namespace ternbench {

/// What every plot of the workbench has: a tool row, zoom by wheel (Shift: only x, Ctrl: only y) and pan by
/// drag, reset by double click, keys (L log y, R reset, + and - zoom, Ctrl+Shift+F save), the colours of the
/// desktop, saving on white, and a hint in place of an empty pane.
///
/// A subclass keeps its data, calls markDirty() when they change and draws in rebuild(); the governor decides
/// when. Without a governor of the caller's the plot has one of its own.
class PlotFrame : public QWidget
{
    Q_OBJECT
public:
    explicit PlotFrame(RepaintGovernor* governor, QWidget* parent);

    QCustomPlot* plot() const { return m_plot; }

    /// Back to the ranges that follow the data.
    void resetZoom();

    bool logY() const;
    void setLogY(bool on);

    /// Saves on white background; see ternbench::saveFigure() for kinds. Returns an error text or nothing.
    QString saveFigure(const QString& path);

    /// Draws what is pending before this returns: for changes by the user's own hand.
    void refreshNow();

    /// One more widget in the tool row, left of "Reset zoom".
    void addTool(QWidget* widget);

    /// The data behind the plot.
    virtual FigureTable table() const = 0;

signals:
    void figureSaved(const QString& path);

protected:
    virtual bool hasData() const = 0;
    /// Data to plottables, and ranges unless userRange(): called right before a replot.
    virtual void rebuild() = 0;
    /// Colours of the subclass's own series and items; the axes are done.
    virtual void applySeriesTheme(const PlotTheme& theme) = 0;
    /// The user has switched between linear and logarithmic axes: set scales and tickers anew.
    virtual void scaleChanged() = 0;
    /// After the layout of each replot: whatever depends on sizes in pixels and on the visible ranges.
    virtual void arrange() {}
    /// Before the layout of each replot, at the sizes of the last: legends, margins.
    virtual void prepareLayout() {}
    /// The mouse is at `position` (pixels of the plot).
    virtual void hover(const QPointF& position) { Q_UNUSED(position); }
    virtual void hoverEnded() {}

    void markDirty();
    /// A scale has been switched: calls scaleChanged(), then draws with ranges that follow the data.
    void rescale();
    void setHint(const QString& hint);
    /// Other words for the button "Log y", where it acts on another axis.
    void setLogToggle(const QString& text, const QString& toolTip);
    /// To be called once by the subclass's constructor when its axes exist.
    void finishSetup(const QString& figureName);
    const PlotTheme& theme() const { return m_theme; }
    bool userRange() const { return m_userRange; }
    /// Ranges set by the subclass itself lie between these two; all other changes are the user's.
    void beginAutoRange() { m_autoRanging = true; }
    void endAutoRange() { m_autoRanging = false; }
    void addTool(QAction* action);
    QAction* addToggle(const QString& text, const QString& toolTip, const QKeySequence& key);
    /// A legend with one row of entries or as few as there is room for, for a cell of a layout that
    /// is part of the plot already.
    QCPLegend* addLegendRow(QCPLayoutGrid& grid, int row, int column);
    /// Lays the entries of the plot's legend row out in as many columns as `width` pixels hold.
    void wrapLegend(QCPLegend& legend, int width);

    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void createTools();
    void connectPlot();
    int fitTicks();
    QAction* addPlainAction(const QString& text, const QString& toolTip, const QKeySequence& key);
    void refresh();
    void retheme(const PlotTheme& theme);
    void zoomBy(double factor);
    void chooseZoomAxes(Qt::KeyboardModifiers modifiers);
    void askForFile();
    QSize figureSize() const;

    QPointer<RepaintGovernor> m_governor;
    QToolBar* m_tools;
    QStackedWidget* m_pages;
    QLabel* m_hint;
    QCustomPlot* m_plot;
    QAction* m_logY = nullptr;
    QAction* m_beforeTools = nullptr;
    PlotTheme m_theme;
    QString m_figureName;
    bool m_ready = false;
    bool m_userRange = false;
    bool m_autoRanging = false;
};

} // namespace ternbench
