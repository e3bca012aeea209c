#include "widgets/editor/layer_table_model.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace ternbench;

namespace {

std::vector<LayerSpec> threeLayers()
{
    std::vector<LayerSpec> layers(3);
    layers[0].name = "fc1";
    layers[1].name = "fc2";
    layers[1].outputs = 256;
    layers[2].name = "out";
    layers[2].outputs = 10;
    layers[2].activation = Activation::None;
    layers[2].dropout = 0.0;
    return layers;
}

QStringList names(const LayerTableModel& model)
{
    QStringList names;
    for (const LayerSpec& layer : model.layers())
        names << QString::fromStdString(layer.name);
    return names;
}

} // namespace

class TestLayerTableModel : public QObject
{
    Q_OBJECT

private slots:
    void init();
    void codeTexts_data();
    void codeTexts();
    void kindTexts_data();
    void kindTexts();
    void poolingHasNoCode();
    void textWithoutValueIsKeptAndExplained();
    void marksTravelWithTheirRows();
    void lastLayerLosesItsActivation();
    void newLayersComeBeforeTheScores();
    void removingKeepsOneLayer();
    void applyingCodeToAllLayers();
    void problemsAreMarkedAtTheirCells();
    void settingLayersKeepsSelectionAndEmitsNoEdit();
    void lockedTableTakesNothing();

private:
    QModelIndex cell(int row, int column) const { return m_model->index(row, column); }
    QString text(int row, int column) const { return cell(row, column).data().toString(); }
    QString problem(int row, int column) const
    {
        return cell(row, column).data(EditableTableModel::ProblemRole).toString();
    }

    std::unique_ptr<LayerTableModel> m_model;
    std::unique_ptr<QAbstractItemModelTester> m_tester;
    std::unique_ptr<QSignalSpy> m_edits;
};

void TestLayerTableModel::init()
{
    m_tester.reset();
    m_edits.reset();
    m_model = std::make_unique<LayerTableModel>();
    m_tester = std::make_unique<QAbstractItemModelTester>(
        m_model.get(), QAbstractItemModelTester::FailureReportingMode::QtTest);
    m_model->setLayers(threeLayers());
    m_edits = std::make_unique<QSignalSpy>(m_model.get(), &EditableTableModel::edited);
}

void TestLayerTableModel::codeTexts_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown");
    QTest::addColumn<QString>("bits");
    QTest::newRow("brackets") << "(8,3)"
                              << "(8,3)"
                              << "1.250";
    QTest::newRow("bare") << "16,2"
                          << "(16,2)"
                          << "0.625";
    QTest::newRow("spaces") << " ( 4 , 2 ) "
                            << "(4,2)"
                            << "1.500";
    QTest::newRow("trimmed") << "8,2 trimmed"
                             << "(8,2) trimmed"
                             << "0.875";
    QTest::newRow("exactly") << "4,3 Exactly"
                             << "(4,3) exactly"
                             << "1.250";
    QTest::newRow("8-bit") << " 8-Bit "
                           << "8-bit"
                           << "8.000";
    QTest::newRow("float") << "float"
                           << "float"
                           << "32.000";
    QTest::newRow("impossible value is a value") << "8,9"
                                                 << "(8,9)"
                                                 << "–";
}

void TestLayerTableModel::codeTexts()
{
    QFETCH(QString, typed);
    QVERIFY(m_model->setData(cell(1, LayerTableModel::CodeText), typed));
    QTEST(text(1, LayerTableModel::CodeText), "shown");
    QTEST(text(1, LayerTableModel::BitsPerWeight), "bits");
    QCOMPARE(m_edits->size(), 1);
    QCOMPARE(m_edits->first().first().toString(), QStringLiteral("code of fc2"));
}

void TestLayerTableModel::kindTexts_data()
{
    QTest::addColumn<QString>("typed");
    QTest::addColumn<QString>("shown"); // empty: refused
    QTest::addColumn<Window>("window");
    QTest::newRow("linear") << "Linear"
                            << "linear" << Window{};
    QTest::newRow("conv") << "conv"
                          << "conv 3x3" << Window{3, 1, 1};
    QTest::newRow("one side") << "conv 5"
                              << "conv 5x5" << Window{5, 1, 2};
    QTest::newRow("all") << "conv 3x3 stride 2 pad 0 flat"
                         << "conv 3x3 stride 2 pad 0 flat" << Window{3, 2, 0};
    QTest::newRow("usual values go") << "conv 3x3 stride 1 pad 1"
                                     << "conv 3x3" << Window{3, 1, 1};
    QTest::newRow("max") << "max 3x3 stride 2"
                         << "max 3x3 stride 2" << Window{3, 2, 0};
    QTest::newRow("average") << "average 7"
                             << "average 7x7" << Window{7, 7, 0};
    QTest::newRow("not square") << "conv 3x5"
                                << "" << Window{};
    QTest::newRow("padded pooling") << "max 2x2 pad 1"
                                    << "" << Window{};
    QTest::newRow("linear with a window") << "linear 3x3"
                                          << "" << Window{};
    QTest::newRow("another word") << "dense"
                                  << "" << Window{};
}

void TestLayerTableModel::kindTexts()
{
    QFETCH(QString, typed);
    QFETCH(QString, shown);
    QFETCH(Window, window);
    m_model->setData(cell(1, LayerTableModel::Kind), typed);
    if (shown.isEmpty()) {
        QVERIFY(problem(1, LayerTableModel::Kind).contains(QStringLiteral("is not a layer")));
        QCOMPARE(m_model->layers()[1].kind, LayerKind::Linear);
        return;
    }
    QCOMPARE(text(1, LayerTableModel::Kind), shown);
    QCOMPARE(m_model->layers()[1].window, window);
}

void TestLayerTableModel::poolingHasNoCode()
{
    QVERIFY(m_model->setData(cell(1, LayerTableModel::Kind), QStringLiteral("max 2x2")));
    QCOMPARE(m_model->layers()[1].kind, LayerKind::MaxPool);
    for (const int column : {int(LayerTableModel::Outputs), int(LayerTableModel::CodeText),
                             int(LayerTableModel::BatchNorm), int(LayerTableModel::Dropout)}) {
        QVERIFY(!(cell(1, column).flags() & (Qt::ItemIsEditable | Qt::ItemIsUserCheckable)));
        QVERIFY(cell(1, column).data(Qt::ToolTipRole).toString().contains(QStringLiteral("no weights")));
    }
    m_model->setProblems({{"layers[1].kernel", "64 is not allowed"}}); // shown at the cell that holds it
    QVERIFY(problem(1, LayerTableModel::Kind).contains(QStringLiteral("64")));
}

void TestLayerTableModel::textWithoutValueIsKeptAndExplained()
{
    QSignalSpy typing(m_model.get(), &EditableTableModel::typingProblemsChanged);
    QVERIFY(m_model->setData(cell(1, LayerTableModel::CodeText), QStringLiteral("8;2")));
    QCOMPARE(text(1, LayerTableModel::CodeText), QStringLiteral("8;2"));
    QVERIFY(problem(1, LayerTableModel::CodeText).contains(QStringLiteral("‘8;2’ is not a code")));
    QCOMPARE(m_edits->size(), 0);
    QCOMPARE(typing.size(), 1);
    QCOMPARE(m_model->layers(), threeLayers());
    QCOMPARE(m_model->typingProblems().size(), std::size_t{1});
    QCOMPARE(QString::fromStdString(m_model->typingProblems().front().path),
             QStringLiteral("layers[1].code"));
    QVERIFY(m_model->problemLines().first().startsWith(QStringLiteral("fc2, code: ")));

    // Showing the same value again (the round trip of another edit) must not revert it silently.
    auto others = threeLayers();
    others[0].outputs = 300;
    m_model->setLayers(others);
    QCOMPARE(text(1, LayerTableModel::CodeText), QStringLiteral("8;2"));

    m_model->discardTypedText();
    QCOMPARE(text(1, LayerTableModel::CodeText), QStringLiteral("(8,2)"));
    QVERIFY(m_model->typingProblems().empty());
}

void TestLayerTableModel::marksTravelWithTheirRows()
{
    m_model->setData(cell(0, LayerTableModel::Outputs), QStringLiteral("many"));
    QVERIFY(m_model->moveRowTo(0, 1));
    QCOMPARE(text(1, LayerTableModel::Outputs), QStringLiteral("many"));
    QVERIFY(problem(0, LayerTableModel::Outputs).isEmpty());
    QVERIFY(!problem(1, LayerTableModel::Outputs).isEmpty());
}

void TestLayerTableModel::lastLayerLosesItsActivation()
{
    QVERIFY(m_model->moveRowTo(1, 2));
    QCOMPARE(names(*m_model), (QStringList{"fc1", "out", "fc2"}));
    QCOMPARE(m_model->layers()[1].activation, Activation::Relu);
    QCOMPARE(m_model->layers()[2].activation, Activation::None);
    QCOMPARE(m_model->layers()[2].dropout, 0.0);
    QCOMPARE(m_model->layers()[2].batchNorm, true);
    QVERIFY(!m_model->flags(cell(2, LayerTableModel::Dropout)).testFlag(Qt::ItemIsEditable));
    QVERIFY(m_model->flags(cell(1, LayerTableModel::Dropout)).testFlag(Qt::ItemIsEditable));
    QCOMPARE(text(2, LayerTableModel::ActivationBits), QStringLiteral("–"));
}

void TestLayerTableModel::newLayersComeBeforeTheScores()
{
    QCOMPARE(m_model->addRow(2), 2);
    QCOMPARE(names(*m_model), (QStringList{"fc1", "fc2", "fc3", "out"}));
    QCOMPARE(m_model->layers()[2].outputs, 256); // like its neighbour
    QCOMPARE(m_model->duplicateRow(3), 3);
    QCOMPARE(names(*m_model), (QStringList{"fc1", "fc2", "fc3", "fc4", "out"}));
    QCOMPARE(m_model->layers()[3].outputs, 10);
    QCOMPARE(m_model->layers()[3].activation, Activation::Relu);
    QCOMPARE(m_model->layers()[4].activation, Activation::None);
}

void TestLayerTableModel::removingKeepsOneLayer()
{
    m_model->removeRowsAt({0, 1, 2});
    QCOMPARE(m_model->rowCount(), 3);
    m_model->removeRowsAt({0, 2});
    QCOMPARE(names(*m_model), QStringList{"fc2"});
    QCOMPARE(m_model->layers()[0].activation, Activation::None);
    QCOMPARE(m_edits->size(), 1);
}

void TestLayerTableModel::applyingCodeToAllLayers()
{
    m_model->setData(cell(0, LayerTableModel::CodeText), QStringLiteral("16,4"));
    m_model->setData(cell(2, LayerTableModel::CodeText), QStringLiteral("oops"));
    m_edits->clear();
    QVERIFY(m_model->canApply(cell(0, LayerTableModel::CodeText)));
    QVERIFY(!m_model->canApply(cell(2, LayerTableModel::CodeText)));
    QVERIFY(!m_model->canApply(cell(0, LayerTableModel::Name)));
    m_model->applyToRows(cell(0, LayerTableModel::CodeText), {0, 1, 2});
    for (int row = 0; row < 3; ++row)
        QCOMPARE(text(row, LayerTableModel::CodeText), QStringLiteral("(16,4)"));
    QCOMPARE(m_edits->size(), 1); // one edit, so one step of undo
    QVERIFY(m_model->typingProblems().empty());

    m_model->applyToRows(cell(0, LayerTableModel::Dropout), {0, 1, 2});
    QCOMPARE(m_model->layers()[2].dropout, 0.0); // the scores layer has none
}

void TestLayerTableModel::problemsAreMarkedAtTheirCells()
{
    m_model->setProblems({{"layers[2].code.K", "9 is not allowed"},
                          {"layers[0].outputs", "0 is not allowed"},
                          {"layers", "too many weights"},
                          {"schedule[0].epochs", "another table's"}});
    QCOMPARE(problem(2, LayerTableModel::CodeText), QStringLiteral("9 is not allowed"));
    QCOMPARE(problem(0, LayerTableModel::Outputs), QStringLiteral("0 is not allowed"));
    QCOMPARE(cell(0, LayerTableModel::Outputs).data(Qt::ToolTipRole).toString(),
             QStringLiteral("0 is not allowed"));
    QCOMPARE(m_model->problemLines(), (QStringList{"too many weights", "fc1, outputs: 0 is not allowed",
                                                   "out, code: 9 is not allowed"}));
    m_model->setProblems({});
    QVERIFY(m_model->problemLines().isEmpty());
}

void TestLayerTableModel::settingLayersKeepsSelectionAndEmitsNoEdit()
{
    const QPersistentModelIndex last = cell(2, LayerTableModel::Name);
    auto fewer = threeLayers();
    fewer.erase(fewer.begin());
    m_model->setLayers(fewer);
    QCOMPARE(m_model->layers(), fewer);
    QVERIFY(last.isValid());
    QCOMPARE(last.data().toString(), QStringLiteral("out"));
    m_model->setLayers(threeLayers());
    QCOMPARE(m_model->layers(), threeLayers());
    QCOMPARE(last.data().toString(), QStringLiteral("out"));
    m_model->setLayers({});
    QCOMPARE(m_model->rowCount(), 0);
    QCOMPARE(m_edits->size(), 0);
}

void TestLayerTableModel::lockedTableTakesNothing()
{
    m_model->setLocked(true);
    QVERIFY(!m_model->setData(cell(0, LayerTableModel::Outputs), 300));
    QCOMPARE(m_model->flags(cell(0, 0)), Qt::NoItemFlags);
    QCOMPARE(m_model->layers(), threeLayers());
}

QTEST_GUILESS_MAIN(TestLayerTableModel)
#include "tst_layer_table_model.moc"
