#include "tests/widgets/editor_fixture.h"
#include "widgets/editor/schedule_strip.h"

#include <QAction>
#include <QComboBox>
#include <QToolButton>

using namespace ternbench;

namespace {

constexpr int outputsColumn = 2, codeColumn = 3, batchNormColumn = 5;

} // namespace

/// Layers and schedule: tables, and the strip that is dragged.
class TestEditorTables : public test::EditorTest
{
    Q_OBJECT

private slots:
    void init() { openEditor(); }
    void cleanup() { m_editor.reset(); }
    void typingAnInvalidCodeSaysWhy();
    void typingInACellFollowsLive();
    void stagesArePickedFromAList();
    void keysAddMoveAndRemoveLayers();
    void codeIsAppliedToAllLayers();
    void checkBoxInATable();
    void draggingABoundaryIsOneEdit();
    void draggingTheEndChangesTheTotal();
};

void TestEditorTables::typingAnInvalidCodeSaysWhy()
{
    auto* table = find<QTableView>("layers.table");
    QLineEdit* cell = openCell(table, 1, codeColumn);
    QVERIFY(cell);
    QTest::keyClicks(cell, QStringLiteral("8,9"));
    QVERIFY(m_last.network.layers[1].code == (Code{8, 9}));
    auto* below = find<QWidget>("layers.problems");
    QVERIFY(below->isVisible());
    QVERIFY(below->findChildren<QLabel*>().last()->text().startsWith(QStringLiteral("fc2, code: ")));
    QVERIFY(!cell->toolTip().isEmpty());
    QCOMPARE(find<QLabel>("summary.bits_per_weight")->text(), QStringLiteral("–"));

    QTest::keyClicks(cell, QStringLiteral("x"));
    QTest::keyClick(cell, Qt::Key_Return);
    // No code at all: kept as it was typed, and the last code that was one stays in the experiment.
    QCOMPARE(table->model()->index(1, codeColumn).data().toString(), QStringLiteral("8,9x"));
    QVERIFY(below->findChildren<QLabel*>().last()->text().contains(QStringLiteral("‘8,9x’ is not a code")));
    QVERIFY(m_last.network.layers[1].code == (Code{8, 9}));
}

void TestEditorTables::typingInACellFollowsLive()
{
    auto* table = find<QTableView>("layers.table");
    QLineEdit* cell = openCell(table, 0, outputsColumn);
    QTest::keyClicks(cell, QStringLiteral("256"));
    QCOMPARE(m_last.network.layers[0].outputs, 256);
    QCOMPARE(m_whats.last(), QStringLiteral("width of fc1"));
    QCOMPARE(cell->text(), QStringLiteral("256")); // the round trips neither closed nor changed what is typed
    const std::uint64_t weights = 784 * 256 + 256 * 512 + 512 * 512 + 512 * 10;
    QCOMPARE(find<QLabel>("summary.weights")->text(), QLocale().toString(qulonglong(weights)));
}

void TestEditorTables::stagesArePickedFromAList()
{
    auto* table = find<QTableView>("schedule.table");
    QVERIFY(openCell(table, 1, 0));
    auto* box = table->viewport()->findChild<QComboBox*>();
    QVERIFY(box);
    QTest::keyClick(box, Qt::Key_Down); // from (8,4) to (8,3)
    QTest::keyClick(box, Qt::Key_Return);
    QVERIFY(m_last.training.schedule[1].code == (Code{8, 3}));
    QCOMPARE(m_last.training.schedule[1].epochs, defaultExperiment().training.schedule[1].epochs);
}

void TestEditorTables::keysAddMoveAndRemoveLayers()
{
    auto* table = find<QTableView>("layers.table");
    table->setFocus();
    pressCell(table, 1, 0);
    QTest::keyClick(table, Qt::Key_Insert);
    QCOMPARE(m_last.network.layers.size(), std::size_t{5});
    QCOMPARE(m_last.network.layers[2].name, std::string("fc4"));
    QTest::keyClick(table, Qt::Key_Up, Qt::AltModifier);
    QCOMPARE(m_last.network.layers[1].name, std::string("fc4"));
    QTest::keyClick(table, Qt::Key_Down, Qt::AltModifier);
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(m_last.network, defaultExperiment().network);
    pressCell(table, 0, 0);
    QTest::mouseClick(find<QToolButton>("layers.duplicate"), Qt::LeftButton);
    QCOMPARE(m_last.network.layers.size(), std::size_t{5});
    QCOMPARE(m_last.network.layers.back().activation, Activation::None);
    QVERIFY(validate(m_last).empty());
}

void TestEditorTables::codeIsAppliedToAllLayers()
{
    auto* table = find<QTableView>("layers.table");
    QLineEdit* cell = openCell(table, 0, codeColumn);
    QTest::keyClicks(cell, QStringLiteral("16,4 trimmed"));
    QTest::keyClick(cell, Qt::Key_Return);
    const auto edits = m_whats.size();
    table->setCurrentIndex(table->model()->index(0, codeColumn));
    auto* action = find<QAction>("layers.action.apply_all");
    QCOMPARE(action->text(), QStringLiteral("Apply Code (16,4) trimmed to all layers"));
    QVERIFY(table->actions().contains(action)); // the context menu is made of the actions
    action->trigger();
    for (const LayerSpec& layer : m_last.network.layers)
        QVERIFY(layer.code == (Code{16, 4, CodeFamily::Trimmed}));
    QCOMPARE(m_whats.size(), edits + 1);
}

void TestEditorTables::checkBoxInATable()
{
    auto* table = find<QTableView>("layers.table");
    table->setFocus();
    table->setCurrentIndex(table->model()->index(0, batchNormColumn));
    QTest::keyClick(table, Qt::Key_Space);
    QCOMPARE(m_last.network.layers[0].batchNorm, false);
    QCOMPARE(m_whats, QStringList{QStringLiteral("batch normalization of fc1")});
}

void TestEditorTables::draggingABoundaryIsOneEdit()
{
    auto* strip = find<ScheduleStrip>("schedule.strip");
    const double perEpoch =
        (strip->boundaryX(2) - strip->boundaryX(0)) / 14.0; // stages of 4, 2 and 12 epochs
    const QPoint from(qRound(strip->boundaryX(0)), strip->height() / 2);
    QTest::mousePress(strip, Qt::LeftButton, {}, from);
    QTest::mouseMove(strip, from - QPoint(qRound(perEpoch), 0));
    QTest::mouseMove(strip, from - QPoint(qRound(2 * perEpoch), 0));
    QVERIFY(m_whats.isEmpty());
    QTest::mouseRelease(strip, Qt::LeftButton, {}, from - QPoint(qRound(2 * perEpoch), 0));
    QCOMPARE(m_whats, QStringList{QStringLiteral("epochs of stages 1 and 2")});
    QCOMPARE(m_last.training.schedule[0].epochs, 2);
    QCOMPARE(m_last.training.schedule[1].epochs, 4);
    QCOMPARE(totalEpochs(m_last.training), 18);

    // No stage can be dragged away.
    const QPoint second(qRound(strip->boundaryX(0)), strip->height() / 2);
    QTest::mousePress(strip, Qt::LeftButton, {}, second);
    QTest::mouseRelease(strip, Qt::LeftButton, {}, QPoint(-50, second.y()));
    QCOMPARE(m_last.training.schedule[0].epochs, 1);
}

void TestEditorTables::draggingTheEndChangesTheTotal()
{
    auto* strip = find<ScheduleStrip>("schedule.strip");
    const double perEpoch = (strip->boundaryX(2) - strip->boundaryX(0)) / 14.0;
    const QPoint from(qRound(strip->boundaryX(2)), strip->height() / 2);
    QTest::mousePress(strip, Qt::LeftButton, {}, from);
    QTest::mouseRelease(strip, Qt::LeftButton, {}, from + QPoint(qRound(4 * perEpoch), 0));
    QCOMPARE(m_last.training.schedule[2].epochs, 16);
    QCOMPARE(m_whats, QStringList{QStringLiteral("epochs of stage 3")});
}

QTEST_MAIN(TestEditorTables)
#include "tst_editor_tables.moc"
