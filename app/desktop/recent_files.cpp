#include "app/desktop/recent_files.h"

#include <QFileInfo>
#include <QMenu>
#include <QSettings>

namespace ternbench {

namespace {

const QString settingsKey = QStringLiteral("recentFiles");

} // namespace

RecentFiles::RecentFiles(QObject* parent)
    : QObject(parent), m_files(QSettings().value(settingsKey).toStringList())
{}

void RecentFiles::add(const QString& path)
{
    const QString absolute = QFileInfo(path).absoluteFilePath();
    m_files.removeAll(absolute);
    m_files.prepend(absolute);
    while (m_files.size() > maxFiles)
        m_files.removeLast();
    store();
}

void RecentFiles::remove(const QString& path)
{
    m_files.removeAll(QFileInfo(path).absoluteFilePath());
    store();
}

void RecentFiles::store() const
{
    QSettings().setValue(settingsKey, m_files);
}

void RecentFiles::attachTo(QMenu* menu)
{
    connect(menu, &QMenu::aboutToShow, this, [this, menu] { fill(menu); });
    fill(menu);
}

void RecentFiles::fill(QMenu* menu)
{
    menu->clear();
    int number = 1;
    for (const QString& path : std::as_const(m_files)) {
        const QFileInfo info(path);
        if (!info.exists())
            continue;
        QString name = info.fileName();
        name.replace(QLatin1Char('&'), QStringLiteral("&&"));
        QAction* action = menu->addAction(QStringLiteral("&%1  %2").arg(number++ % 10).arg(name));
        action->setToolTip(path);
        connect(action, &QAction::triggered, this, [this, path] { emit chosen(path); });
    }
    menu->setToolTipsVisible(true);
    if (menu->isEmpty())
        menu->addAction(tr("No files yet"))->setEnabled(false);
}

} // namespace ternbench
