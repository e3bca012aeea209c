#include "tests/widgets/offscreen.h"
#include "widgets/views/log_view.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QIcon>
#include <QListView>
#include <QScrollBar>
#include <QTest>

using namespace ternbench;

class LogViewTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void linesHaveTimeAndLevel()
    {
        LogModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QDateTime time(QDate(2026, 1, 2), QTime(7, 45, 1));
        model.append(LogLevel::Warning, QStringLiteral("first\nsecond"), time);
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(model.data(model.index(1)).toString(), QStringLiteral("07:45:01  warning: second"));
        QVERIFY(!model.data(model.index(1), Qt::DecorationRole).value<QIcon>().isNull());
    }

    void staysBounded()
    {
        LogModel model;
        for (int i = 0; i < LogModel::maxLines + 10; ++i)
            model.append(LogLevel::Info, QString::number(i));
        QCOMPARE(model.rowCount(), LogModel::maxLines);
        QCOMPARE(model.line(0).text, QStringLiteral("10"));
    }

    void followsTheEndUnlessScrolledUp()
    {
        LogView view;
        view.resize(300, 100);
        view.show();
        QScrollBar* bar = view.findChild<QListView*>(QStringLiteral("logList"))->verticalScrollBar();
        for (int i = 0; i < 200; ++i)
            view.append(LogLevel::Info, QString::number(i));
        QTRY_VERIFY(bar->maximum() > 0);
        QTRY_COMPARE(bar->value(), bar->maximum());
        bar->setValue(0);
        view.append(LogLevel::Info, QStringLiteral("more"));
        QCoreApplication::processEvents();
        QCOMPARE(bar->value(), 0);
    }

    void copiesAndClears()
    {
        LogView view;
        view.append(LogLevel::Info, QStringLiteral("one"));
        view.append(LogLevel::Error, QStringLiteral("two"));
        view.copy();
        const QStringList lines = QGuiApplication::clipboard()->text().split(QLatin1Char('\n'));
        QCOMPARE(lines.size(), 2);
        QVERIFY(lines[1].endsWith(QStringLiteral("error: two")));
        view.findChild<QListView*>(QStringLiteral("logList"))->setCurrentIndex(view.model()->index(0));
        view.copy();
        QVERIFY(QGuiApplication::clipboard()->text().endsWith(QStringLiteral("  one")));
        view.clear();
        QCOMPARE(view.model()->rowCount(), 0);
    }
};

QTEST_MAIN(LogViewTest)
#include "tst_log_view.moc"
