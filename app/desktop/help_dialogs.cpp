#include "app/desktop/help_dialogs.h"

#include "core/version.h"

#include <QAction>
#include <QCoreApplication>
#include <QDialog>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QMessageBox>
#include <QTableWidget>
#include <QVBoxLayout>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("HelpDialogs", text);
}

QString plainText(const QAction* action)
{
    QString text = action->text();
    return text.remove(QLatin1Char('&'));
}

} // namespace

QList<std::pair<QString, QString>> shortcutRows(const QList<QAction*>& actions)
{
    QList<std::pair<QString, QString>> rows;
    for (const QAction* action : actions)
        if (!action->shortcut().isEmpty())
            rows.append({action->shortcut().toString(QKeySequence::NativeText), plainText(action)});
    rows.append(
        {tr("L, R, +, -, Ctrl+Shift+F"), tr("In a plot: log y, reset zoom, zoom in, zoom out, save")});
    rows.append({tr("Wheel, drag"), tr("In a plot or the mask: zoom at the cursor, move")});
    rows.append({tr("+, -, F, arrows"), tr("In the mask: zoom in, zoom out, fit, move")});
    rows.append({tr("Insert, Delete, Ctrl+D"), tr("In a table: add, remove, duplicate a row")});
    rows.append({tr("Alt+Up, Alt+Down"), tr("In a table: move a row")});
    return rows;
}

void showShortcuts(QWidget* parent, const QList<QAction*>& actions)
{
    auto* dialog = new QDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setObjectName(QStringLiteral("shortcutsDialog"));
    dialog->setWindowTitle(tr("Keyboard shortcuts"));
    const auto rows = shortcutRows(actions);
    auto* table = new QTableWidget(int(rows.size()), 2, dialog);
    table->setHorizontalHeaderLabels({tr("Keys"), tr("What they do")});
    table->verticalHeader()->hide();
    table->verticalHeader()->setDefaultSectionSize(table->fontMetrics().height() + 6);
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionMode(QAbstractItemView::NoSelection);
    table->setTabKeyNavigation(false);
    for (int row = 0; row < rows.size(); ++row) {
        table->setItem(row, 0, new QTableWidgetItem(rows[row].first));
        table->setItem(row, 1, new QTableWidgetItem(rows[row].second));
    }
    table->resizeColumnsToContents();
    table->horizontalHeader()->setStretchLastSection(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, dialog);
    QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::reject);
    auto* layout = new QVBoxLayout(dialog);
    layout->addWidget(table);
    layout->addWidget(buttons);
    dialog->resize(560, 620);
    dialog->show();
}

void showAbout(QWidget* parent)
{
    auto* box =
        new QMessageBox(QMessageBox::Information, tr("About Ternbench"), {}, QMessageBox::Close, parent);
    box->setAttribute(Qt::WA_DeleteOnClose);
    box->setTextFormat(Qt::RichText);
    box->setText(tr("<b>%1</b><br>Workbench for structured sparse ternary weight coding of deep "
                    "neural networks")
                     .arg(QString::fromStdString(programVersion())));
    box->setInformativeText(tr("Method: Y. Boo, W. Sung, <i>Structured Sparse Ternary Weight Coding of Deep "
                               "Neural Networks for Efficient "
                               "Hardware Implementations</i>, SiPS 2017, <a "
                               "href=\"https://arxiv.org/abs/1707.03684\">arXiv:1707.03684</a>. "
                               "Where the paper's abstract leaves a choice open, Ternbench's own reading is "
                               "labelled as such.<br><br>"
                               "Licence: GPL-3.0-or-later. Plots by QCustomPlot."));
    box->show();
}

} // namespace ternbench
