#pragma once

#include <QObject>
#include <QStringList>

class QMenu;

namespace ternbench {

/// The files opened or saved last, newest first, remembered in the settings; shown as a menu.
class RecentFiles : public QObject
{
    Q_OBJECT

public:
    static constexpr int maxFiles = 10;

    explicit RecentFiles(QObject* parent = nullptr);

    void add(const QString& path);
    void remove(const QString& path);
    QStringList files() const { return m_files; }
    /// Fills the menu anew whenever it is opened; files that no longer exist are left out.
    void attachTo(QMenu* menu);

signals:
    void chosen(const QString& path);

private:
    void fill(QMenu* menu);
    void store() const;

    QStringList m_files;
};

} // namespace ternbench
