#include "app/desktop/dialogs.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QMessageBox>
#include <QPushButton>

namespace ternbench {

namespace {

QString openFile(QWidget* parent, const FileQuestion& question)
{
    return QFileDialog::getOpenFileName(parent, question.title, question.start,
                                        question.filters.join(QStringLiteral(";;")));
}

bool confirmOverwrite(QWidget* parent, const QString& path)
{
    const QString text =
        QFileDialog::tr("%1 already exists.\nDo you want to replace it?").arg(QFileInfo(path).fileName());
    return QMessageBox::warning(parent, QFileDialog::tr("Save"), text, QMessageBox::Yes | QMessageBox::No,
                                QMessageBox::No) == QMessageBox::Yes;
}

QString saveFile(QWidget* parent, const FileQuestion& question)
{
    QFileDialog dialog(parent, question.title);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setNameFilters(question.filters);
    const auto setSuffix = [&](const QString& filter) {
        const bool ofFilter = question.suffix.isEmpty();
        dialog.setDefaultSuffix(ofFilter ? filter.section(QStringLiteral("*."), 1).chopped(1)
                                         : question.suffix);
    };
    setSuffix(question.filters.value(0));
    QObject::connect(&dialog, &QFileDialog::filterSelected, &dialog, setSuffix);
    const QFileInfo start(question.start);
    if (start.isDir()) {
        dialog.setDirectory(question.start);
    } else {
        dialog.setDirectory(start.absolutePath());
        dialog.selectFile(start.fileName());
    }
    while (dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty()) {
        const QString chosen = dialog.selectedFiles().constFirst();
        const QString path = withSuffix(chosen, question.suffix);
        // The dialog has asked about the name as typed, not about the one with its suffix.
        if (path == chosen || !QFileInfo::exists(path) || confirmOverwrite(parent, path))
            return path;
    }
    return {};
}

/// The name of a folder that need not exist: the dialog that saves knows no folders as answers, the one for
/// folders no new ones that are typed.
QString newFolder(QWidget* parent, const FileQuestion& question)
{
    QFileDialog dialog(parent, question.title);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setFileMode(QFileDialog::AnyFile);
    dialog.setOption(QFileDialog::DontConfirmOverwrite);
    dialog.setLabelText(QFileDialog::FileName, QFileDialog::tr("Folder:"));
    const QFileInfo start(question.start);
    dialog.setDirectory(start.absolutePath());
    dialog.selectFile(start.fileName());
    return dialog.exec() == QDialog::Accepted ? dialog.selectedFiles().value(0) : QString();
}

int ask(QWidget* parent, const Question& question)
{
    QMessageBox box(QMessageBox::Question, question.title, question.text, QMessageBox::NoButton, parent);
    box.setInformativeText(question.details);
    QList<QAbstractButton*> buttons;
    for (const QString& answer : question.answers)
        buttons << box.addButton(answer, QMessageBox::ActionRole);
    box.setDefaultButton(qobject_cast<QPushButton*>(buttons.constFirst()));
    box.setEscapeButton(buttons.at(question.escape));
    box.exec();
    const auto clicked = buttons.indexOf(box.clickedButton());
    return clicked < 0 ? question.escape : int(clicked);
}

} // namespace

Dialogs systemDialogs()
{
    return {openFile, saveFile, newFolder, ask,
            [](QWidget* parent, const QString& title, const QString& text) {
                QMessageBox(QMessageBox::Warning, title, text, QMessageBox::Ok, parent).exec();
            }};
}

QString withSuffix(const QString& path, const QString& suffix)
{
    const QString ending = QLatin1Char('.') + suffix;
    return suffix.isEmpty() || path.endsWith(ending, Qt::CaseInsensitive) ? path : path + ending;
}

} // namespace ternbench
