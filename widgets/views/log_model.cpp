#include "widgets/views/log_model.h"

#include <QApplication>
#include <QIcon>
#include <QStyle>

namespace ternbench {

namespace {

QStyle::StandardPixmap iconOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Success:
        return QStyle::SP_DialogApplyButton;
    case LogLevel::Warning:
        return QStyle::SP_MessageBoxWarning;
    case LogLevel::Error:
        return QStyle::SP_MessageBoxCritical;
    case LogLevel::Info:
        break;
    }
    return QStyle::SP_MessageBoxInformation;
}

QString wordOf(LogLevel level)
{
    switch (level) {
    case LogLevel::Warning:
        return LogModel::tr("warning: ");
    case LogLevel::Error:
        return LogModel::tr("error: ");
    case LogLevel::Info:
    case LogLevel::Success:
        break;
    }
    return {};
}

} // namespace

LogModel::LogModel(QObject* parent) : QAbstractListModel(parent) {}

void LogModel::append(LogLevel level, const QString& text, const QDateTime& time)
{
    const QStringList lines = text.split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    for (const QString& line : lines)
        appendLine({time, level, line});
}

void LogModel::appendLine(LogLine line)
{
    if (int(m_lines.size()) >= maxLines) {
        beginRemoveRows({}, 0, 0);
        m_lines.pop_front();
        endRemoveRows();
    }
    const int row = int(m_lines.size());
    beginInsertRows({}, row, row);
    m_lines.push_back(std::move(line));
    endInsertRows();
}

void LogModel::clear()
{
    beginResetModel();
    m_lines.clear();
    endResetModel();
}

int LogModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_lines.size());
}

QVariant LogModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const LogLine& line = m_lines[std::size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return logLineText(line);
    case Qt::ToolTipRole:
        return line.time.toString(Qt::ISODate) + QLatin1Char('\n') + line.text;
    case Qt::DecorationRole:
        return qApp->style()->standardIcon(iconOf(line.level));
    default:
        return {};
    }
}

QString logLineText(const LogLine& line)
{
    return line.time.toString(QStringLiteral("HH:mm:ss")) + QStringLiteral("  ") + wordOf(line.level) +
           line.text;
}

} // namespace ternbench
