#pragma once

#include "widgets/views/log_model.h"

#include <QWidget>

class QAction;
class QListView;

namespace ternbench {

/// A log: appends, follows the end unless the reader has scrolled up; copy (the selection, or everything when
/// nothing is selected) and clear from the context menu.
class LogView : public QWidget
{
    Q_OBJECT

public:
    explicit LogView(QWidget* parent = nullptr);

    LogModel* model() const { return m_model; }
    void append(LogLevel level, const QString& text);

public slots:
    void copy();
    void clear();

private:
    QAction* addListAction(const QString& text, const QKeySequence& shortcut, void (LogView::*slot)());
    bool isAtEnd() const;

    LogModel* m_model;
    QListView* m_list;
};

} // namespace ternbench
