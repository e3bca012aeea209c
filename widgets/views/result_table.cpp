#include "widgets/views/result_table.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QHeaderView>
#include <QTableView>

#include <algorithm>

namespace ternbench {

namespace {

constexpr int readable = 260; ///< pixels: a text of a few words

/// The last column takes what the others leave, but is not squeezed to a few letters: then the table scrolls.
class FillingTable : public QTableView
{
public:
    explicit FillingTable(QWidget* parent) : QTableView(parent)
    {
        connect(horizontalHeader(), &QHeaderView::sectionResized, this, [this] { fit(); });
        connect(horizontalHeader(), &QHeaderView::sectionCountChanged, this, [this] { fit(); });
    }

protected:
    void resizeEvent(QResizeEvent* event) override
    {
        QTableView::resizeEvent(event);
        fit();
    }

private:
    void fit()
    {
        QHeaderView& header = *horizontalHeader();
        if (m_fitting || header.count() == 0)
            return;
        m_fitting = true;
        const int last = header.count() - 1;
        const int left = viewport()->width() - header.sectionPosition(last);
        const int wanted =
            std::min(readable, std::max(sizeHintForColumn(last), header.sectionSizeHint(last)));
        header.setStretchLastSection(left >= wanted);
        if (left < wanted && header.sectionSize(last) < wanted)
            header.resizeSection(last, wanted);
        m_fitting = false;
    }

    bool m_fitting = false;
};

void addCopyAction(QTableView* table)
{
    auto* copy = new QAction(QTableView::tr("Copy the selected rows"), table);
    copy->setShortcut(QKeySequence::Copy);
    copy->setShortcutContext(Qt::WidgetShortcut);
    QObject::connect(copy, &QAction::triggered, table, [table] {
        if (const QString text = selectedText(*table); !text.isEmpty())
            QApplication::clipboard()->setText(text);
    });
    table->addAction(copy);
    table->setContextMenuPolicy(Qt::ActionsContextMenu);
}

} // namespace

QTableView* makeResultTable(QAbstractItemModel* model, const char* objectName, const QString& accessibleName,
                            QWidget* parent, LastColumn last)
{
    QTableView* const table = last == LastColumn::Fills ? new FillingTable(parent) : new QTableView(parent);
    table->setObjectName(QLatin1String(objectName));
    table->setAccessibleName(accessibleName);
    table->setModel(model);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setAlternatingRowColors(true);
    table->setTabKeyNavigation(false); // Tab leaves the table
    table->setWordWrap(false);
    table->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->horizontalHeader()->setStretchLastSection(last == LastColumn::Fills);
    table->horizontalHeader()->setHighlightSections(false);
    addCopyAction(table);
    return table;
}

void widenColumns(QTableView& table)
{
    QHeaderView& header = *table.horizontalHeader();
    for (int column = 0; column < header.count(); ++column) {
        const int before = header.sectionSize(column);
        table.resizeColumnToContents(column);
        if (header.sectionSize(column) < before)
            header.resizeSection(column, before);
    }
}

QString selectedText(const QTableView& table)
{
    const QAbstractItemModel& model = *table.model();
    const QModelIndexList rows = table.selectionModel()->selectedRows();
    if (rows.isEmpty())
        return {};
    QStringList lines, cells;
    for (int column = 0; column < model.columnCount(); ++column)
        cells << model.headerData(column, Qt::Horizontal).toString();
    lines << cells.join(QLatin1Char('\t'));
    for (const QModelIndex& row : rows) {
        cells.clear();
        for (int column = 0; column < model.columnCount(); ++column)
            cells << row.siblingAtColumn(column).data().toString();
        lines << cells.join(QLatin1Char('\t'));
    }
    return lines.join(QLatin1Char('\n')) + QLatin1Char('\n');
}

} // namespace ternbench
