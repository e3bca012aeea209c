#pragma once

#include <QString>
#include <QStringList>

#include <functional>

class QWidget;

namespace ternbench {

struct FileQuestion
{
    QString title;
    QString start;       ///< folder, or file offered
    QStringList filters; ///< "Run files (*.run.h5)"
    QString suffix;      ///< added to a name without one when saving: "run.h5"; empty: the chosen filter's
};

struct Question
{
    QString title, text, details;
    QStringList answers; ///< texts of the buttons; the first is the default
    int escape = 0;      ///< the answer that Escape and closing the box give
};

/// Everything the window asks modally, behind functions, so that a test can answer.
struct Dialogs
{
    std::function<QString(QWidget*, const FileQuestion&)> openFile;  ///< a path, or empty: cancelled
    std::function<QString(QWidget*, const FileQuestion&)> saveFile;  ///< asks before overwriting
    std::function<QString(QWidget*, const FileQuestion&)> newFolder; ///< one to be made, or an empty one
    std::function<int(QWidget*, const Question&)> ask;               ///< index of the answer
    std::function<void(QWidget*, const QString& title, const QString& text)> showError;
};

/// Real dialogs.
Dialogs systemDialogs();

/// Adds ".suffix" unless the name ends with it already.
QString withSuffix(const QString& path, const QString& suffix);

} // namespace ternbench
