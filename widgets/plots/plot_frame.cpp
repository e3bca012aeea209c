#include "widgets/plots/plot_frame.h"

#include "widgets/plots/plot_saving.h"
#include "widgets/plots/plot_tickers.h"

#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QFileInfo>
#include <QLabel>
#include <QMessageBox>
#include <QStackedWidget>
#include <QToolBar>
#include <QVBoxLayout>

#include <algorithm>

namespace ternbench {

namespace {

constexpr double zoomStep = 1.25;
constexpr QSize leastFigure(640, 400); // a plot in a narrow dock is saved larger, never illegible

/// The folder in which the last figure was saved, for the next one: shared by all plots of the program.
QString& lastFolder()
{
    static QString folder;
    return folder;
}

} // namespace

PlotFrame::PlotFrame(RepaintGovernor* governor, QWidget* parent)
    : QWidget(parent), m_governor(governor ? governor : new RepaintGovernor(this)),
      m_tools(new QToolBar(this)), m_pages(new QStackedWidget(this)), m_hint(new QLabel(m_pages)),
      m_plot(new QCustomPlot(m_pages))
{
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setWordWrap(true);
    m_hint->setMargin(24);
    m_hint->setBackgroundRole(QPalette::Base);
    m_hint->setForegroundRole(QPalette::Text);
    m_hint->setAutoFillBackground(true);
    m_pages->addWidget(m_hint);
    m_pages->addWidget(m_plot);
    m_pages->setMinimumSize(240, 160);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_tools);
    column->addWidget(m_pages, 1);
    createTools();
    m_governor->addClient(this, [this] { refresh(); });
}

void PlotFrame::createTools()
{
    m_tools->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_tools->setMovable(false);
    m_logY = addToggle(tr("Log y"), tr("Logarithmic vertical axis"), Qt::Key_L);
    connect(m_logY, &QAction::toggled, this, &PlotFrame::rescale);
    auto* gap = new QWidget(m_tools);
    gap->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_beforeTools = m_tools->addWidget(gap);
    QAction* reset =
        addPlainAction(tr("Reset zoom"), tr("Show everything again (double click in the plot)"), Qt::Key_R);
    connect(reset, &QAction::triggered, this, &PlotFrame::resetZoom);
    QAction* save = addPlainAction(tr("Save figure…"), tr("Save as PNG, SVG, PDF or CSV"),
                                   Qt::CTRL | Qt::SHIFT | Qt::Key_F);
    connect(save, &QAction::triggered, this, &PlotFrame::askForFile);
    m_tools->addActions({reset, save});
    QAction* closer = addPlainAction(tr("Zoom in"), {}, Qt::Key_Plus);
    connect(closer, &QAction::triggered, this, [this] { zoomBy(1.0 / zoomStep); });
    QAction* farther = addPlainAction(tr("Zoom out"), {}, Qt::Key_Minus);
    connect(farther, &QAction::triggered, this, [this] { zoomBy(zoomStep); });
}

QAction* PlotFrame::addPlainAction(const QString& text, const QString& toolTip, const QKeySequence& key)
{
    auto* action = new QAction(text, this);
    action->setShortcut(key);
    // Single letters: only while the keyboard is in this plot.
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(QStringLiteral("%1 (%2)").arg(toolTip, key.toString(QKeySequence::NativeText)));
    addAction(action);
    return action;
}

QAction* PlotFrame::addToggle(const QString& text, const QString& toolTip, const QKeySequence& key)
{
    QAction* action = addPlainAction(text, toolTip, key);
    action->setCheckable(true);
    addTool(action);
    return action;
}

void PlotFrame::addTool(QAction* action)
{
    m_tools->insertAction(m_beforeTools, action);
}

void PlotFrame::addTool(QWidget* widget)
{
    m_tools->insertWidget(m_beforeTools, widget);
}

void PlotFrame::finishSetup(const QString& figureName)
{
    m_figureName = figureName;
    m_plot->setFocusPolicy(Qt::StrongFocus);
    m_plot->setInteractions(QCP::iRangeDrag | QCP::iRangeZoom);
    m_plot->setPlottingHints(QCP::phFastPolylines | QCP::phCacheLabels);
    m_plot->installEventFilter(this);
    connectPlot();
    m_ready = true;
    retheme(themeFor(palette(), font()));
    rescale();
}

void PlotFrame::rescale()
{
    m_userRange = false;
    beginAutoRange();
    scaleChanged();
    endAutoRange();
    refreshNow();
}

void PlotFrame::connectPlot()
{
    connect(m_plot, &QCustomPlot::mouseDoubleClick, this, &PlotFrame::resetZoom);
    connect(m_plot, &QCustomPlot::mouseMove, this, [this](QMouseEvent* event) { hover(event->position()); });
    connect(m_plot, &QCustomPlot::mouseWheel, this,
            [this](QWheelEvent* event) { chooseZoomAxes(event->modifiers()); });
    connect(m_plot, &QCustomPlot::beforeReplot, this, [this] {
        fitTicks();
        prepareLayout();
    });
    connect(m_plot, &QCustomPlot::afterLayout, this, [this] {
        arrange();
        // Ticks were chosen for the layout before. A difference of one comes and goes with the labels'
        // widths.
        if (fitTicks() > 1)
            m_plot->replot(QCustomPlot::rpQueuedReplot);
    });
    for (QCPAxisRect* rect : m_plot->axisRects())
        for (QCPAxis* axis : rect->axes())
            connect(axis, qOverload<const QCPRange&>(&QCPAxis::rangeChanged), this,
                    [this] { m_userRange = m_userRange || !m_autoRanging; });
}

/// Returns by how much the count of an axis changed at most.
int PlotFrame::fitTicks()
{
    int change = 0;
    for (QCPAxisRect* rect : m_plot->axisRects())
        for (QCPAxis* axis : rect->axes()) {
            const int count = fittingTickCount(*axis);
            change = std::max(change, std::abs(count - axis->ticker()->tickCount()));
            axis->ticker()->setTickCount(count);
        }
    return change;
}

void PlotFrame::markDirty()
{
    if (m_governor)
        m_governor->markDirty(this);
}

void PlotFrame::refreshNow()
{
    if (m_governor)
        m_governor->repaintNow(this);
}

void PlotFrame::refresh()
{
    m_pages->setCurrentIndex(hasData() ? 1 : 0);
    if (!hasData())
        return;
    rebuild();
    m_plot->replot(QCustomPlot::rpImmediateRefresh);
}

void PlotFrame::setHint(const QString& hint)
{
    m_hint->setText(hint);
}

void PlotFrame::setLogToggle(const QString& text, const QString& toolTip)
{
    m_logY->setText(text);
    m_logY->setToolTip(
        QStringLiteral("%1 (%2)").arg(toolTip, m_logY->shortcut().toString(QKeySequence::NativeText)));
}

void PlotFrame::resetZoom()
{
    m_userRange = false;
    refreshNow();
}

bool PlotFrame::logY() const
{
    return m_logY->isChecked();
}

void PlotFrame::setLogY(bool on)
{
    m_logY->setChecked(on);
}

void PlotFrame::zoomBy(double factor)
{
    for (QCPAxisRect* rect : m_plot->axisRects())
        for (QCPAxis* axis : rect->rangeZoomAxes(Qt::Horizontal) + rect->rangeZoomAxes(Qt::Vertical))
            axis->scaleRange(factor);
    m_plot->replot(QCustomPlot::rpQueuedReplot);
}

void PlotFrame::chooseZoomAxes(Qt::KeyboardModifiers modifiers)
{
    Qt::Orientations axes = Qt::Horizontal | Qt::Vertical;
    if (modifiers & Qt::ShiftModifier)
        axes = Qt::Horizontal;
    else if (modifiers & Qt::ControlModifier)
        axes = Qt::Vertical;
    for (QCPAxisRect* rect : m_plot->axisRects())
        rect->setRangeZoom(axes);
}

QCPLegend* PlotFrame::addLegendRow(QCPLayoutGrid& grid, int row, int column)
{
    auto* legend = new QCPLegend;
    auto* line = new QCPLayoutGrid;
    grid.addElement(row, column, line);
    grid.setRowStretchFactor(row, 0.001); // the legend takes what it needs
    line->addElement(0, 0, legend);
    line->addElement(0, 1, new QCPLayoutElement(m_plot)); // what is left over lies right of the entries
    line->setColumnStretchFactor(0, 0.001);
    legend->setLayer(QStringLiteral("legend"));
    legend->setMargins(QMargins(4, 2, 4, 0));
    legend->setRowSpacing(0);
    legend->setColumnSpacing(12);
    return legend;
}

void PlotFrame::wrapLegend(QCPLegend& legend, int width)
{
    std::vector<int> widths;
    for (int i = 0; i < legend.itemCount(); ++i)
        if (const QCPAbstractLegendItem* item = legend.item(i)) // null: an empty cell of the last row
            widths.push_back(item->minimumOuterSizeHint().width() + legend.columnSpacing());
    const int columns = legendColumns(widths, width);
    if (columns == legend.wrap() && legend.fillOrder() == QCPLegend::foColumnsFirst)
        return;
    legend.setWrap(columns);
    legend.setFillOrder(QCPLegend::foColumnsFirst);
}

void PlotFrame::retheme(const PlotTheme& theme)
{
    m_theme = theme;
    applyTheme(*m_plot, theme);
    applySeriesTheme(theme);
}

bool PlotFrame::event(QEvent* event)
{
    const bool restyle = event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
                         event->type() == QEvent::StyleChange;
    if (restyle && m_ready) {
        retheme(themeFor(palette(), font()));
        markDirty();
    }
    return QWidget::event(event);
}

bool PlotFrame::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_plot && event->type() == QEvent::Leave)
        hoverEnded();
    return QWidget::eventFilter(watched, event);
}

QSize PlotFrame::figureSize() const
{
    const QSize shown = m_pages->currentIndex() == 1 ? m_plot->size() : QSize();
    return shown.expandedTo(leastFigure);
}

QString PlotFrame::saveFigure(const QString& path)
{
    if (!hasData())
        return tr("There is nothing to save yet: the plot has no data.");
    const PlotTheme onScreen = m_theme;
    const QRect viewport = m_plot->viewport();
    retheme(paperTheme(font()));
    rebuild();
    m_plot->setViewport(QRect(QPoint(), figureSize()));
    m_plot->replot(QCustomPlot::rpQueuedRefresh); // decimation and labels for this size
    const QString error = ternbench::saveFigure(*m_plot, figureSize(), table(), path);
    m_plot->setViewport(viewport);
    retheme(onScreen);
    m_plot->replot(QCustomPlot::rpQueuedRefresh);
    if (error.isEmpty())
        emit figureSaved(path);
    return error;
}

void PlotFrame::askForFile()
{
    auto* dialog = new QFileDialog(this, tr("Save figure"), lastFolder());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setNameFilters(figureFilters());
    dialog->setDefaultSuffix(QStringLiteral("png"));
    dialog->selectFile(m_figureName + QStringLiteral(".png"));
    connect(dialog, &QFileDialog::filterSelected, dialog, [dialog](const QString& filter) {
        const QString suffix = filter.section(QStringLiteral("*."), 1).chopped(1);
        dialog->setDefaultSuffix(suffix);
        // "curves.png" would be saved as PNG whatever the kind chosen.
        const QString name = QFileInfo(dialog->selectedFiles().value(0)).completeBaseName();
        if (!name.isEmpty())
            dialog->selectFile(name + QLatin1Char('.') + suffix);
    });
    connect(dialog, &QFileDialog::fileSelected, this, [this](const QString& path) {
        lastFolder() = QFileInfo(path).absolutePath();
        const QString error = saveFigure(path);
        if (!error.isEmpty()) {
            auto* box =
                new QMessageBox(QMessageBox::Warning, tr("Save figure"), error, QMessageBox::Ok, this);
            box->setAttribute(Qt::WA_DeleteOnClose);
            box->open();
        }
    });
    dialog->open();
}

} // namespace ternbench
