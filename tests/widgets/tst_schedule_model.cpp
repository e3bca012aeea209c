#include "widgets/editor/schedule_axes.h"
#include "widgets/editor/schedule_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ternbench;

namespace {

std::vector<Stage> threeStages()
{
    return {{Stage::Kind::Float, {}, 8}, {Stage::Kind::Code, {8, 4}, 3}, {Stage::Kind::Final, {}, 7}};
}

} // namespace

class TestScheduleModel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void stageTexts_data();
    void stageTexts();
    void typingTheCodeKeepsTheEpochs();
    void growthIsTypedOrPicked();
    void rowsCanBeAddedMovedAndRemoved();
    void enteringEpochsIsOneEdit();
    void problemsAreMarkedAtTheirCells();
    void planFillsTheLastColumn();
    void axisIsBrokenOnlyForFloat();

private:
    QModelIndex cell(int row, int column) const { return m_model->index(row, column); }
    QString text(int row, int column) const { return cell(row, column).data().toString(); }

    std::unique_ptr<ScheduleModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    std::unique_ptr<QSignalSpy> m_edits;
};

void TestScheduleModel::init()
{
    m_tester.reset();
    m_edits.reset();
    m_model = std::make_unique<ScheduleModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setStages(threeStages());
    m_edits = std::make_unique<QSignalSpy>(m_model.get(), &EditableTableModel::edited);
}

void TestScheduleModel::stageTexts_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<bool>("isStage");
    QTest::newRow("float") << "Float"
                           << "float" << true;
    QTest::newRow("final") << "final "
                           << "final" << true;
    QTest::newRow("code") << "8,3"
                          << "(8,3)" << true;
    QTest::newRow("misspelt") << "flaot"
                              << "flaot" << false;
    QTest::newRow("half a code") << "(8,"
                                 << "(8," << false;
    QTest::newRow("empty") << ""
                           << "" << false;
}

void TestScheduleModel::stageTexts()
{
    QFETCH(QString, typed);
    QFETCH(bool, isStage);
    QVERIFY(m_model->setData(cell(1, ScheduleModel::StageText), typed));
    QTEST(text(1, ScheduleModel::StageText), "shown");
    const QString problem = cell(1, 0).data(EditableTableModel::ProblemRole).toString();
    QCOMPARE(problem.isEmpty(), isStage);
    QCOMPARE(m_edits->size(), isStage ? 1 : 0);
    QCOMPARE(m_model->stages() == threeStages(), !isStage);
}

void TestScheduleModel::typingTheCodeKeepsTheEpochs()
{
    m_model->setData(cell(0, ScheduleModel::StageText), QStringLiteral("(8,8)"));
    QCOMPARE(m_model->stages()[0], (Stage{Stage::Kind::Code, {8, 8}, 8}));
    QCOMPARE(m_edits->first().first().toString(), QStringLiteral("code of stage 1"));
}

void TestScheduleModel::growthIsTypedOrPicked()
{
    QVERIFY(!m_model->setData(cell(0, ScheduleModel::GrowthText), QStringLiteral("cubic"))); // float
    QCOMPARE(text(0, ScheduleModel::GrowthText), QStringLiteral("–"));
    QCOMPARE(text(2, ScheduleModel::GrowthText), QStringLiteral("at-once"));
    QVERIFY(cell(2, ScheduleModel::GrowthText)
                .data(EditableTableModel::ChoicesRole)
                .toStringList()
                .contains(QStringLiteral("exponential")));
    m_model->setData(cell(2, ScheduleModel::GrowthText), QStringLiteral(" Cubic"));
    QCOMPARE(m_model->stages()[2], (Stage{Stage::Kind::Final, {}, 7, Growth::Cubic}));
    QCOMPARE(m_edits->first().first().toString(), QStringLiteral("growth of stage 3"));
    m_model->setData(cell(2, ScheduleModel::GrowthText), QStringLiteral("cubical"));
    QCOMPARE(m_model->typingProblems().front().path, std::string("schedule[2].growth"));
    QVERIFY(cell(2, ScheduleModel::GrowthText)
                .data(EditableTableModel::ProblemRole)
                .toString()
                .contains(QStringLiteral("‘cubical’")));
    m_model->setData(cell(2, ScheduleModel::GrowthText), QStringLiteral("linear"));
    m_model->setData(cell(2, ScheduleModel::StageText), QStringLiteral("(8,3)")); // still grows
    QCOMPARE(m_model->stages()[2].growth, Growth::Linear);
    m_model->setData(cell(2, ScheduleModel::StageText), QStringLiteral("float"));
    QCOMPARE(m_model->stages()[2].growth, Growth::AtOnce);
}

void TestScheduleModel::rowsCanBeAddedMovedAndRemoved()
{
    QCOMPARE(m_model->addRow(0), 1);
    QCOMPARE(m_model->stages()[1], Stage{});
    QVERIFY(m_model->moveRowTo(2, 1));
    QCOMPARE(text(1, 0), QStringLiteral("(8,4)"));
    QVERIFY(!m_model->moveRowTo(0, -1));
    QCOMPARE(m_model->duplicateRow(0), 1);
    m_model->removeRowsAt({1, 3});
    QCOMPARE(m_model->stages(), threeStages());
    m_model->removeRowsAt({0, 1, 2}); // a schedule has a stage
    QCOMPARE(m_model->rowCount(), 3);
    QCOMPARE(m_edits->size(), 4);
}

void TestScheduleModel::enteringEpochsIsOneEdit()
{
    m_model->setData(cell(0, ScheduleModel::Epochs), QStringLiteral("ten"));
    m_model->enterEpochs({6, 5, 7}, QStringLiteral("epochs"));
    QCOMPARE(m_edits->size(), 1);
    QCOMPARE(text(0, ScheduleModel::Epochs), QStringLiteral("6"));
    QCOMPARE(m_model->stages()[1].epochs, 5);
    QVERIFY(m_model->typingProblems().empty());
    m_model->enterEpochs({6, 5, 7}, QStringLiteral("epochs"));
    QCOMPARE(m_edits->size(), 1);
}

void TestScheduleModel::problemsAreMarkedAtTheirCells()
{
    m_model->setProblems({{"schedule[1].code.K", "wrong K"}, {"schedule[2].epochs", "wrong epochs"}});
    QCOMPARE(cell(1, ScheduleModel::StageText).data(EditableTableModel::ProblemRole).toString(), "wrong K");
    QCOMPARE(cell(2, ScheduleModel::Epochs).data(EditableTableModel::ProblemRole).toString(), "wrong epochs");
    QVERIFY(m_model->problemLines().contains(QStringLiteral("stage 3, epochs: wrong epochs")));
}

void TestScheduleModel::planFillsTheLastColumn()
{
    QCOMPARE(text(1, ScheduleModel::BitsPerWeight), QStringLiteral("–"));
    m_model->setPlan({{0, 8, "float", 32.0}, {8, 3, "(8,4)", 1.375}, {11, 7, "final", 1.0}});
    QCOMPARE(text(1, ScheduleModel::BitsPerWeight), QStringLiteral("1.375"));
    QVERIFY(!m_model->setData(cell(1, ScheduleModel::BitsPerWeight), 2));
}

void TestScheduleModel::axisIsBrokenOnlyForFloat()
{
    const QRectF plot(10, 10, 200, 100);
    const ScheduleAxes coded(plot, 20, {1.375, 1.0});
    QVERIFY(!coded.isBroken());
    QCOMPARE(coded.codedTop(), 2);
    QCOMPARE(coded.y(0.0), plot.bottom());
    QCOMPARE(coded.epoch(coded.x(7.0)), 7.0);

    const ScheduleAxes broken(plot, 20, {32.0, 1.375, 1.0});
    QVERIFY(broken.isBroken());
    // Steps between codes stay visible beside float's 32 bits, which lie above the break.
    QVERIFY(broken.y(1.0) - broken.y(1.375) > 10.0);
    QVERIFY(broken.y(32.0) < broken.breakY());
    QVERIFY(broken.breakY() < broken.y(2.0));
}

QTEST_GUILESS_MAIN(TestScheduleModel)
#include "tst_schedule_model.moc"
