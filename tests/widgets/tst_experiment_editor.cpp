#include "experiments/document.h"
#include "tests/widgets/editor_fixture.h"
#include "widgets/editor/editable_table_model.h"
#include "widgets/editor/field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPushButton>
#include <QRegularExpression>
#include <QScrollArea>
#include <QSignalSpy>

using namespace ternbench;

namespace {

constexpr int codeColumn = 3;

/// "layers[0].code" and so on: the fields of a document; a code is one field.
void addFields(const QJsonValue& value, const QString& path, QStringList& fields)
{
    const QJsonObject object = value.toObject();
    const QJsonArray array = value.toArray();
    for (auto it = object.begin(); it != object.end(); ++it)
        addFields(it.value(), path.isEmpty() ? it.key() : path + u'.' + it.key(), fields);
    for (int i = 0; i < array.size(); ++i)
        addFields(array[i], QStringLiteral("%1[%2]").arg(path).arg(i), fields);
    if (object.isEmpty() && array.isEmpty())
        fields << path;
    else if (path.endsWith(QStringLiteral(".code")))
        fields << path;
}

} // namespace

/// Form fields, problems, data, summary and what holds for the whole editor.
class TestExperimentEditor : public test::EditorTest
{
    Q_OBJECT

private slots:
    void init() { openEditor(); }
    void cleanup() { m_editor.reset(); }
    void typingANumberEditsTheExperiment();
    void textThatIsNoNumberIsKeptAndMarked();
    void refusedValueIsMarkedAtItsField_data();
    void refusedValueIsMarkedAtItsField();
    void escapePutsTheFormerTextBack();
    void onlyRelevantFieldsAreShown();
    void settingAnExperimentKeepsCursorAndEmitsNothing();
    void anotherDocumentDropsTypedText();
    void lockedEditorTakesNothing();
    void summaryFollowsAndJumps();
    void datasetIsDescribed();
    void folderWithoutDataIsMarked();
    void everyKindOfDataCanBeChosen();
    void fitsA360PixelDock();
    void everyControlHasANameForScreenReaders();
    void everyFieldOfTheDocumentIsThere();
    void augmentationIsEdited();
};

void TestExperimentEditor::typingANumberEditsTheExperiment()
{
    retype(find<QLineEdit>("training.batch_size"), QStringLiteral("64"));
    QCOMPARE(m_last.training.batchSize, 64);
    QCOMPARE(m_whats.last(), QStringLiteral("batch size"));
    retype(find<QLineEdit>("training.optimizer.learning_rate"), QStringLiteral("2e-3"));
    QCOMPARE(m_last.training.optimizer.learningRate, 2e-3);
    QCOMPARE(find<QLineEdit>("training.optimizer.learning_rate")->text(), QStringLiteral("2e-3"));
    retype(find<QLineEdit>("seed"), QStringLiteral("18446744073709551615"));
    QCOMPARE(m_last.seed, ~std::uint64_t{0});
    QCOMPARE(m_editor->problemCount(), 0);
}

void TestExperimentEditor::textThatIsNoNumberIsKeptAndMarked()
{
    QSignalSpy counts(m_editor.get(), &ExperimentEditor::problemsShown);
    auto* edit = find<QLineEdit>("training.batch_size");
    edit->selectAll();
    QTest::keyClicks(edit, QStringLiteral("abc"));
    QCOMPARE(edit->text(), QStringLiteral("abc"));
    QVERIFY(m_whats.isEmpty());
    QVERIFY(
        messageAt(QStringLiteral("training.batch_size")).contains(QStringLiteral("‘abc’ is not a number")));
    QCOMPARE(m_editor->problemCount(), 1);
    QCOMPARE(counts.last().first().toInt(), 1);

    // An edit elsewhere comes back from the program: the text must survive it.
    retype(find<QLineEdit>("seed"), QStringLiteral("7"));
    QCOMPARE(edit->text(), QStringLiteral("abc"));

    retype(edit, QStringLiteral("32"));
    QVERIFY(messageAt(QStringLiteral("training.batch_size")).isEmpty());
    QCOMPARE(m_editor->problemCount(), 0);
    QCOMPARE(m_last.training.batchSize, 32);
}

void TestExperimentEditor::refusedValueIsMarkedAtItsField_data()
{
    QTest::addColumn<QString>("typed");
    for (const char* path :
         {"training.batch_size", "training.optimizer.learning_rate", "training.optimizer.beta1",
          "training.optimizer.epsilon", "training.rate.final_fraction", "data.train_limit"})
        QTest::newRow(path) << "-3";
    QTest::newRow("name") << "";
}

void TestExperimentEditor::refusedValueIsMarkedAtItsField()
{
    QFETCH(QString, typed);
    const QString path = QLatin1String(QTest::currentDataTag());
    auto* edit = find<QLineEdit>(QTest::currentDataTag());
    const QImage before = edit->parentWidget()->grab().toImage();
    retype(edit, typed);
    QCOMPARE(edit->text(), typed);
    QCOMPARE(QString::fromStdString(m_editor->problems().front().path), path);
    QCOMPARE(messageAt(path), QString::fromStdString(m_editor->problems().front().message));
    QCOMPARE(edit->toolTip(), messageAt(path));
    QVERIFY(edit->parentWidget()->grab().toImage() != before);
}

void TestExperimentEditor::escapePutsTheFormerTextBack()
{
    auto* table = find<QTableView>("layers.table");
    QLineEdit* cell = openCell(table, 0, codeColumn);
    QTest::keyClicks(cell, QStringLiteral("16;"));
    QVERIFY(find<QWidget>("layers.problems")->isVisible());
    QTest::keyClick(cell, Qt::Key_Escape);
    QCOMPARE(table->model()->index(0, codeColumn).data().toString(), QStringLiteral("(8,2)"));
    QVERIFY(!find<QWidget>("layers.problems")->isVisible());
    QCOMPARE(m_last, defaultExperiment());
}

void TestExperimentEditor::onlyRelevantFieldsAreShown()
{
    QVERIFY(find<QWidget>("training.optimizer.beta1")->isVisible());
    QVERIFY(!find<QWidget>("training.optimizer.momentum")->isVisible());
    QVERIFY(!find<QWidget>("data.generated.side")->isVisible());
    auto* kind = find<QComboBox>("data.kind");
    kind->setFocus();
    QTest::keyClick(kind, Qt::Key_End);
    QCOMPARE(m_last.data.kind, DataKind::Generated);
    QVERIFY(find<QWidget>("data.generated.side")->isVisible());
    QVERIFY(!find<QWidget>("data.folder")->isVisible());
    QTest::keyClick(kind, Qt::Key_Up);
    QCOMPARE(m_last.data.kind, DataKind::Hdf5);
    QVERIFY(find<QLineEdit>("data.folder")->placeholderText().contains(QLatin1String("x_train")));
    QTest::keyClick(kind, Qt::Key_Down);
    QTest::keyClick(find<QComboBox>("training.optimizer.method"), Qt::Key_Down);
    QCOMPARE(m_last.training.optimizer.method, OptimizerMethod::Sgd);
    QVERIFY(find<QWidget>("training.optimizer.momentum")->isVisible());
    // A hidden value that is wrong can still be seen and put right.
    Experiment wrong = m_last;
    wrong.training.optimizer.beta1 = 2.0;
    m_editor->setExperiment(wrong);
    m_editor->setProblems({{"training.optimizer.beta1", "2 is not allowed"}});
    QVERIFY(find<QWidget>("training.optimizer.beta1")->isVisible());
}

void TestExperimentEditor::settingAnExperimentKeepsCursorAndEmitsNothing()
{
    auto* edit = find<QLineEdit>("training.optimizer.learning_rate");
    edit->setFocus();
    edit->setSelection(1, 2);
    Experiment other = m_last;
    other.training.batchSize = 99;
    other.data.kind = DataKind::Idx;
    other.network.layers[0].batchNorm = false;
    other.training.rate.restart = RateRestart::Never;
    other.training.retraining.distillation.weight = 0.5;
    other.training.schedule.back().growth = Growth::Cubic;
    other.notes = "other";
    m_editor->setExperiment(other);
    QCOMPARE(m_whats.size(), 0);
    QCOMPARE(edit->selectedText().size(), 2);
    QVERIFY(edit->hasFocus());
    QCOMPARE(find<QLineEdit>("training.batch_size")->text(), QStringLiteral("99"));
    QCOMPARE(m_editor->experiment(), other);
}

void TestExperimentEditor::anotherDocumentDropsTypedText()
{
    auto* edit = find<QLineEdit>("training.batch_size");
    retype(edit, QStringLiteral("12x"));
    QCOMPARE(m_editor->problemCount(), 1);
    m_editor->setExperiment(m_last);
    m_editor->discardTypedText();
    QCOMPARE(edit->text(), QString::number(m_last.training.batchSize));
    QCOMPARE(m_editor->problemCount(), 0);
}

void TestExperimentEditor::lockedEditorTakesNothing()
{
    const QString reason = QStringLiteral("Locked while the run is going: stop it to edit");
    m_editor->setLocked(true, reason);
    QVERIFY(find<QLabel>("locked")->isVisible());
    QCOMPARE(find<QLabel>("locked")->text(), reason);
    for (const char* name :
         {"name", "notes", "seed", "data.kind", "data.folder", "data.browse", "layers.add", "layers.remove",
          "schedule.add", "schedule.strip", "training.batch_size", "training.rate.restart",
          "training.retraining.weight_decay", "quantizer.scale", "requantization", "quantizer.normalization"})
        QVERIFY2(!find<QWidget>(name)->isEnabled(), name);
    auto* table = find<QTableView>("layers.table");
    pressCell(table, 0, codeColumn);
    QTest::keyClicks(table, QStringLiteral("4,1"));
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(m_whats.size(), 0);
    QCOMPARE(m_editor->experiment(), defaultExperiment());

    m_editor->setLocked(false);
    QVERIFY(!find<QLabel>("locked")->isVisible());
    QVERIFY(openCell(table, 0, codeColumn));
    m_editor->setLocked(true); // closes what is open
    QVERIFY(!table->viewport()->findChild<QLineEdit*>() ||
            !table->viewport()->findChild<QLineEdit*>()->isVisible());
    m_editor->setLocked(false);
    retype(find<QLineEdit>("training.batch_size"), QStringLiteral("64"));
    QCOMPARE(m_last.training.batchSize, 64);
}

void TestExperimentEditor::summaryFollowsAndJumps()
{
    const Ledger ledger = planLedger(m_last, vectorShape(test::editorInputs));
    QVERIFY(find<QLabel>("summary.packed_size")
                ->text()
                .contains(QLocale().toString(qulonglong(ledger.totalBytes))));
    QCOMPARE(find<QLabel>("summary.bits_per_weight")->text(), QLocale().toString(1.0, 'f', 3));

    m_editor->resize(380, 500); // so that the form scrolls
    Experiment wrong = m_last;
    wrong.training.rate.finalFraction = 7.0;
    m_editor->setExperiment(wrong);
    m_editor->setProblems(validate(wrong));
    QTest::mouseClick(find<QPushButton>("summary.first_problem"), Qt::LeftButton);
    auto* field = find<QLineEdit>("training.rate.final_fraction");
    QVERIFY(field->hasFocus());
    const auto* viewport = find<QScrollArea>("sections")->viewport();
    QVERIFY(viewport->rect().contains(field->mapTo(viewport, field->rect().center())));

    QVERIFY(m_editor->focusPath(QStringLiteral("layers[2].code.K")));
    QCOMPARE(find<QTableView>("layers.table")->currentIndex().row(), 2);
    QCOMPARE(find<QTableView>("layers.table")->currentIndex().column(), codeColumn);
    QVERIFY(!m_editor->focusPath(QStringLiteral("no.such.path")));
}

void TestExperimentEditor::datasetIsDescribed()
{
    Dataset dataset;
    dataset.height = dataset.width = 2;
    dataset.classNames = {"dark", "light"};
    dataset.train = {3, 4, 2, 2, 1, {0, 0, 0, 10, 255, 255, 255, 200, 1, 1, 1, 1}, {0, 1, 0}};
    const std::vector<SampleImage> samples = sampleImages(dataset);
    QCOMPARE(samples.size(), std::size_t{2});
    QCOMPARE(samples[0].image.pixel(1, 1), qRgb(10, 10, 10));
    QCOMPARE(samples[1].className, QStringLiteral("light"));
    m_editor->setDataset({true, "Found in /data", 60000, 10000, 28, 28, 1, 10}, samples);
    QVERIFY(find<QLabel>("data.found")->text().contains(QStringLiteral("/data")));
    QVERIFY(find<QWidget>("data.samples")->isVisible());
    m_editor->setDataset({false, "Not found: install dataset-fashion-mnist"}, {});
    QVERIFY(find<QLabel>("data.found")->text().contains(QStringLiteral("install")));
    QVERIFY(!find<QWidget>("data.samples")->isVisible());
}

void TestExperimentEditor::folderWithoutDataIsMarked()
{
    const auto* field = dynamic_cast<const Field*>(find<QLineEdit>("data.folder")->parentWidget());
    QVERIFY(field);
    m_editor->setDataset({false, "Not found: install dataset-fashion-mnist"}, {});
    QCOMPARE(field->problem(), QString()); // nothing was typed
    Experiment experiment = m_last;
    experiment.data.folder = "/nowhere";
    m_editor->setExperiment(experiment);
    m_editor->setDataset({false, "there is no folder /nowhere"}, {});
    QCOMPARE(field->problem(), QStringLiteral("there is no folder /nowhere"));
    m_editor->setProblems({});
    QCOMPARE(field->problem(), QStringLiteral("there is no folder /nowhere"));
    m_editor->setProblems({{"data.folder", "\"/nowhere\" is not allowed"}});
    QVERIFY(
        field->problem().contains(QStringLiteral("not allowed"))); // what is wrong with the value comes first
    m_editor->setProblems({});
    m_editor->setDataset({true, "Found in /nowhere", 1, 1, 28, 28, 1, 10}, {});
    QCOMPARE(field->problem(), QString());
}

void TestExperimentEditor::everyKindOfDataCanBeChosen()
{
    for (const DataKind kind :
         {DataKind::FashionMnist, DataKind::Idx, DataKind::Cifar10, DataKind::Hdf5, DataKind::Generated}) {
        Experiment experiment = m_last;
        experiment.data.kind = kind;
        m_editor->setExperiment(experiment);
        QCOMPARE(find<QComboBox>("data.kind")->currentData().toInt(), int(kind));
    }
}

void TestExperimentEditor::fitsA360PixelDock()
{
    m_editor->resize(360, 600);
    Experiment long_ = m_last;
    long_.data.kind = DataKind::Generated;
    long_.training.rate.schedule = RateSchedule::Step;
    long_.data.folder = std::string(200, 'x');
    m_editor->setExperiment(long_);
    m_editor->setProblems({{"training.batch_size", "a message that is long enough to be broken over lines"}});
    QCoreApplication::processEvents();
    const auto* area = find<QScrollArea>("sections");
    QVERIFY(area->widget()->minimumSizeHint().width() <= area->viewport()->width());
    QCOMPARE(area->widget()->width(), area->viewport()->width());
    QCOMPARE(m_editor->width(), 360);
}

void TestExperimentEditor::everyControlHasANameForScreenReaders()
{
    for (const QWidget* widget : find<QScrollArea>("sections")->findChildren<QWidget*>()) {
        const bool isControl =
            qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QComboBox*>(widget) ||
            qobject_cast<const QCheckBox*>(widget) || qobject_cast<const QTableView*>(widget) ||
            qobject_cast<const QAbstractButton*>(widget);
        if (!isControl || widget->objectName().startsWith(QStringLiteral("qt_")) || !widget->isVisible() ||
            widget->parentWidget()->inherits("QTableView"))
            continue;
        QVERIFY2(!widget->objectName().isEmpty(), widget->metaObject()->className());
        QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(widget->objectName()));
    }
}

/// Whatever a document may say can be seen and changed in the window.
void TestExperimentEditor::everyFieldOfTheDocumentIsThere()
{
    Experiment experiment = defaultExperiment();
    experiment.network.layers.front().code = eightBitWeights;
    LayerSpec convolution;
    convolution.kind = LayerKind::Conv2d;
    convolution.name = "conv";
    convolution.outputs = 8;
    LayerSpec pool;
    pool.kind = LayerKind::MaxPool;
    pool.name = "pool";
    experiment.network.layers.insert(experiment.network.layers.begin(), {convolution, pool});
    m_editor->setExperiment(experiment);
    QStringList fields;
    addFields(QJsonDocument::fromJson(QByteArray::fromStdString(toJson(experiment))).object(), {}, fields);
    QVERIFY(fields.size() > 60);
    // Said by the program itself, by the place of a layer, or part of a code.
    const QRegularExpression implied(QStringLiteral("^format|^format_version|\\.activation|\\.code\\..*"));
    QStringList missing;
    for (const QString& field : fields) {
        if (implied.match(field).hasMatch() && !field.endsWith(QStringLiteral("activation_bits")))
            continue;
        bool found = m_editor->focusPath(field);
        for (const auto* table : m_editor->findChildren<QTableView*>())
            if (const auto* model = qobject_cast<const EditableTableModel*>(table->model());
                model && model->ownsPath(field))
                found = model->indexOfPath(field).isValid();
        if (!found)
            missing << field;
    }
    QCOMPARE(missing, QStringList());
}

void TestExperimentEditor::augmentationIsEdited()
{
    QVERIFY(!find<QLineEdit>("training.augmentation.seed")->isVisible());
    retype(find<QLineEdit>("training.augmentation.shift"), QStringLiteral("2"));
    QCOMPARE(m_last.training.augmentation.shift, 2);
    find<QCheckBox>("training.augmentation.flip")->click();
    QVERIFY(m_last.training.augmentation.flip);
    QVERIFY(find<QLineEdit>("training.augmentation.seed")->isVisible());
    retype(find<QLineEdit>("training.augmentation.seed"), QStringLiteral("7"));
    QCOMPARE(m_last.training.augmentation.seed, std::uint64_t{7});
    retype(find<QLineEdit>("training.augmentation.shift"), QStringLiteral("-1"));
    QVERIFY2(messageAt(QStringLiteral("training.augmentation.shift")).contains(QStringLiteral("-1")),
             qPrintable(messageAt(QStringLiteral("training.augmentation.shift"))));
}

QTEST_MAIN(TestExperimentEditor)
#include "tst_experiment_editor.moc"
