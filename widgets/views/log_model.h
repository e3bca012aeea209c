#pragma once

#include <QAbstractListModel>
#include <QDateTime>

#include <deque>

namespace ternbench {

enum class LogLevel { Info, Success, Warning, Error };

struct LogLine
{
    QDateTime time;
    LogLevel level = LogLevel::Info;
    QString text; ///< one line
};

/// Lines of a log, oldest first, bounded: the oldest go when a new one would exceed the limit. The level is
/// shown by an icon and, for warnings and errors, by a word.
class LogModel : public QAbstractListModel
{
    Q_OBJECT

public:
    static constexpr int maxLines = 10000;

    explicit LogModel(QObject* parent = nullptr);

    /// A text of several lines becomes several lines of the same time.
    void append(LogLevel level, const QString& text, const QDateTime& time = QDateTime::currentDateTime());
    void clear();
    const LogLine& line(int row) const { return m_lines[std::size_t(row)]; }

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;

private:
    void appendLine(LogLine line);

    std::deque<LogLine> m_lines;
};

/// "07:45:01  warning: text"
QString logLineText(const LogLine& line);

} // namespace ternbench
