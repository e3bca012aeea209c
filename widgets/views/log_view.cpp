#include "widgets/views/log_view.h"

#include <QAction>
#include <QClipboard>
#include <QGuiApplication>
#include <QListView>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace ternbench {

LogView::LogView(QWidget* parent) : QWidget(parent), m_model(new LogModel(this)), m_list(new QListView(this))
{
    m_list->setObjectName(QStringLiteral("logList"));
    m_list->setAccessibleName(tr("Log"));
    m_list->setModel(m_model);
    m_list->setUniformItemSizes(true); // 10,000 lines are laid out without asking each for its size
    // Icons of the text's height: the lines stay as close as text lines.
    const int height = m_list->fontMetrics().height();
    m_list->setIconSize({height, height});
    m_list->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    addListAction(tr("&Copy"), QKeySequence::Copy, &LogView::copy);
    addListAction(tr("C&lear"), {}, &LogView::clear);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_list);
}

QAction* LogView::addListAction(const QString& text, const QKeySequence& shortcut, void (LogView::*slot)())
{
    auto* action = new QAction(text, this);
    action->setShortcut(shortcut);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, slot);
    m_list->addAction(action);
    return action;
}

bool LogView::isAtEnd() const
{
    const QScrollBar* bar = m_list->verticalScrollBar();
    return bar->value() >= bar->maximum();
}

void LogView::append(LogLevel level, const QString& text)
{
    const bool follow = isAtEnd();
    m_model->append(level, text);
    if (follow)
        m_list->scrollToBottom();
}

void LogView::copy()
{
    QModelIndexList indexes = m_list->selectionModel()->selectedIndexes();
    std::sort(indexes.begin(), indexes.end());
    QStringList lines;
    for (const QModelIndex& index : indexes)
        lines << logLineText(m_model->line(index.row()));
    for (int row = 0; indexes.isEmpty() && row < m_model->rowCount(); ++row)
        lines << logLineText(m_model->line(row));
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
}

void LogView::clear()
{
    m_model->clear();
}

} // namespace ternbench
