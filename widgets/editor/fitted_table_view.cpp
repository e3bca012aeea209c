#include "widgets/editor/fitted_table_view.h"

#include <QHeaderView>
#include <QScrollBar>

namespace ternbench {

FittedTableView::FittedTableView(QWidget* parent) : QTableView(parent)
{
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setTabKeyNavigation(false);
    setEditTriggers(QAbstractItemView::DoubleClicked | QAbstractItemView::SelectedClicked |
                    QAbstractItemView::EditKeyPressed | QAbstractItemView::AnyKeyPressed);
    setSelectionMode(QAbstractItemView::ExtendedSelection);
    setWordWrap(false);
    horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    horizontalHeader()->setStretchLastSection(true);
    horizontalHeader()->setHighlightSections(false);
    // Room for the editor's frame, which is higher than a line of text.
    verticalHeader()->setDefaultSectionSize(fontMetrics().height() + 10);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
}

void FittedTableView::setModel(QAbstractItemModel* model)
{
    QTableView::setModel(model);
    const auto refit = [this] { updateGeometry(); };
    connect(model, &QAbstractItemModel::rowsInserted, this, refit);
    connect(model, &QAbstractItemModel::rowsRemoved, this, refit);
    connect(model, &QAbstractItemModel::modelReset, this, refit);
}

void FittedTableView::closeOpenEditor()
{
    const QModelIndex index = currentIndex();
    if (QWidget* editor = indexWidget(index))
        closeEditor(editor, QAbstractItemDelegate::NoHint);
}

QSize FittedTableView::sizeHint() const
{
    int height = 2 * frameWidth() + horizontalHeader()->sizeHint().height() + verticalHeader()->length();
    if (horizontalScrollBar()->maximum() > horizontalScrollBar()->minimum())
        height += horizontalScrollBar()->sizeHint().height();
    return {200, height};
}

QSize FittedTableView::minimumSizeHint() const
{
    return {120, sizeHint().height()};
}

void FittedTableView::updateGeometries()
{
    QTableView::updateGeometries();
    if (height() != sizeHint().height())
        updateGeometry();
}

void FittedTableView::keyboardSearch(const QString&) {}

} // namespace ternbench
