#pragma once

#include <QTableView>

namespace ternbench {

/// A table as high as its rows, for use inside a scrolling form; it scrolls sideways only. Tab leaves it.
class FittedTableView : public QTableView
{
    Q_OBJECT

public:
    explicit FittedTableView(QWidget* parent = nullptr);

    void setModel(QAbstractItemModel* model) override;
    /// Takes what is being typed as it stands and closes the editor.
    void closeOpenEditor();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void updateGeometries() override;
    /// Typing over a check box or a read-only cell does nothing; letters never jump to another row.
    void keyboardSearch(const QString& search) override;
};

} // namespace ternbench
