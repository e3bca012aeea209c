#include "tests/widgets/offscreen.h"
#include "widgets/views/ledger_model.h"

#include <QAbstractItemModelTester>
#include <QTest>

using namespace ternbench;

class LedgerModelTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void showsEveryByteAndTheTotal()
    {
        LedgerModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QCOMPARE(model.rowCount(), 0);
        const Ledger ledger = makeLedger(
            {{"fc1", 512, Grouping::linear(784), Code{}}, {"fc2", 10, Grouping::linear(509), Code{}}}, 512);
        model.setLedger(ledger);
        QCOMPARE(model.rowCount(), int(ledger.entries.size()) + 1);
        qulonglong sum = 0;
        for (int row = 0; row + 1 < model.rowCount(); ++row)
            sum += text(model, row, LedgerModel::BytesColumn).remove(QLatin1Char(',')).toULongLong();
        const int last = model.rowCount() - 1;
        QCOMPARE(text(model, last, LedgerModel::LayerColumn), QStringLiteral("total"));
        QCOMPARE(text(model, last, LedgerModel::BytesColumn).remove(QLatin1Char(',')).toULongLong(), sum);
        QCOMPARE(text(model, last, LedgerModel::ShareColumn), QStringLiteral("100.00 %"));
        QVERIFY(model.data(model.index(last, 0), Qt::FontRole).value<QFont>().bold());
    }

    void compressionInWords()
    {
        const Ledger ledger = makeLedger({{"fc1", 512, Grouping::linear(784), Code{}}}, 512);
        const QString words = compressionText(ledger);
        QVERIFY2(words.contains(QStringLiteral("50,176 bytes (49.0 KiB) of indexes hold 401,408 weights")),
                 qPrintable(words));
        QVERIFY2(words.contains(QStringLiteral("1.000 bits per weight, x32.0 smaller")), qPrintable(words));
        QVERIFY2(words.contains(QString::number(ledger.totalCompression(), 'f', 1)), qPrintable(words));
        QVERIFY(compressionText({}).isEmpty());
    }

private:
    static QString text(const LedgerModel& model, int row, int column)
    {
        return model.data(model.index(row, column)).toString();
    }
};

QTEST_MAIN(LedgerModelTest)
#include "tst_ledger_model.moc"
