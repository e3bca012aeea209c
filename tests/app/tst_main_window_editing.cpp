#include "app/desktop/dock_layout.h"
#include "app/desktop/help_dialogs.h"
#include "app/desktop/recent_files.h"
#include "tests/app/window_fixture.h"
#include "tests/datasets/idx_files.h"
#include "tests/widgets/offscreen.h"
#include "widgets/editor/experiment_editor.h"
#include "widgets/plots/curves_plot.h"

#include <QApplication>
#include <QCheckBox>
#include <QDockWidget>
#include <QDropEvent>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMimeData>
#include <QPushButton>
#include <QSignalSpy>
#include <QUndoStack>

#include <utility>
#include <vector>

using namespace ternbench;

/// Editing, undo, invalid input, files, layout.
class MainWindowEditingTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void init() { m_fixture = std::make_unique<WindowFixture>(); }
    void cleanup() { m_fixture.reset(); }

    void typingIsOneUndoStep()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("seed"), QStringLiteral("1234"));
        QCOMPARE(f().session().document().experiment().seed, std::uint64_t(1234));
        QVERIFY(f().window().isWindowModified());
        QCOMPARE(f().session().document().undoStack()->count(), 1);
        QTest::mouseClick(&f().window(), Qt::LeftButton); // leave the line edit, which undoes its own typing
        undoAction()->trigger();
        QCOMPARE(f().session().document().experiment().seed, smallExperiment().seed);
        QCOMPARE(f().window().findChild<QLineEdit*>(QStringLiteral("seed"))->text(), QStringLiteral("1"));
        QVERIFY(!f().window().isWindowModified());
        redoAction()->trigger();
        QCOMPARE(f().session().document().experiment().seed, std::uint64_t(1234));
    }

    void undoByKeyboardFromWithinAField()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("training.batch_size"), QStringLiteral("50"));
        QCOMPARE(f().session().document().experiment().training.batchSize, 50);
        QTest::keyClick(f().window().findChild<QLineEdit*>(QStringLiteral("training.batch_size")), Qt::Key_Z,
                        Qt::ControlModifier);
        QTRY_COMPARE(f().session().document().experiment().training.batchSize, 20);
    }

    void undoByKeyboardGoesBackThroughAllFields()
    {
        f().load(smallExperiment());
        const Experiment before = f().session().document().experiment();
        f().type(QStringLiteral("name"), QStringLiteral("abc"));
        f().type(QStringLiteral("seed"), QStringLiteral("77"));
        const Experiment after = f().session().document().experiment();
        auto* seed = f().window().findChild<QLineEdit*>(QStringLiteral("seed"));
        QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f().session().document().experiment().seed, before.seed);
        QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(f().session().document().experiment(), before);
        QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier); // nothing is left to undo
        QCOMPARE(f().session().document().experiment(), before);
        for (int i = 0; i < 2; ++i)
            QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f().session().document().experiment(), after);
    }

    void undoTakesBackATextThatIsNoValue()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("name"), QStringLiteral("abc"));
        f().type(QStringLiteral("seed"), QStringLiteral("12x"));
        auto* seed = f().window().findChild<QLineEdit*>(QStringLiteral("seed"));
        const QString shown = QString::number(f().session().document().experiment().seed);
        QVERIFY(seed->text() != shown);
        QTest::keyClick(seed, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(seed->text(), shown);
        QCOMPARE(f().session().document().experiment().name, std::string("abc"));
    }

    void savingSaysWhichTextsAreNoValues()
    {
        f().load(smallExperiment());
        const QString path = f().path(QStringLiteral("typed.json"));
        f().session().document().save(path);
        f().type(QStringLiteral("seed"), QStringLiteral("12x"));
        f().answer = 1;
        QVERIFY(!f().window().files().save());
        QVERIFY2(f().asked.details.contains(QStringLiteral("seed")), qPrintable(f().asked.details));
    }

    void aDocumentWithAValueNotAllowedCanBeOpened()
    {
        Experiment wrong = smallExperiment();
        wrong.training.batchSize = 0;
        const QString path = f().path(QStringLiteral("wrong.json"));
        saveExperiment(wrong, path.toStdString());
        f().window().files().openPath(path);
        QCOMPARE(f().session().document().experiment(), wrong);
        QCOMPARE(f().session().problems().size(), std::size_t(1));
        QVERIFY(!f().actions().run.start->isEnabled());
    }

    void invalidValueDisablesStartAndSaysWhy()
    {
        f().load(smallExperiment());
        QVERIFY(f().actions().run.start->isEnabled());
        f().type(QStringLiteral("training.batch_size"), QStringLiteral("1"));
        QVERIFY(!f().actions().run.start->isEnabled());
        QVERIFY2(f().actions().run.start->toolTip().contains(QStringLiteral("training.batch_size")),
                 qPrintable(f().actions().run.start->toolTip()));
        f().press(Qt::Key_F5);
        QVERIFY(!f().run().isActive());
        f().type(QStringLiteral("training.batch_size"), QStringLiteral("32"));
        QVERIFY(f().actions().run.start->isEnabled());
    }

    void aKernelBeyondTheFilesImagesDisablesStart()
    {
        using namespace ternbench::testing;
        const auto writeData = [](const QString& folder, int side) {
            const std::vector<std::pair<QString, QByteArray>> files{
                {QStringLiteral("train-images-idx3-ubyte"), imageFile(40, side, side)},
                {QStringLiteral("train-labels-idx1-ubyte"), labelFile(QByteArray(40, 1))},
                {QStringLiteral("t10k-images-idx3-ubyte"), imageFile(10, side, side)},
                {QStringLiteral("t10k-labels-idx1-ubyte"), labelFile(QByteArray(10, 1))}};
            QVERIFY(QDir().mkpath(folder));
            for (const auto& [name, bytes] : files)
                QVERIFY(writeFile(folder + QLatin1Char('/') + name, bytes));
        };
        const QString small = f().path(QStringLiteral("small")), large = f().path(QStringLiteral("large"));
        writeData(small, 6);
        writeData(large, 9);
        Experiment experiment = smallExperiment();
        experiment.data.kind = DataKind::Idx;
        experiment.data.folder = small.toStdString();
        LayerSpec& first = experiment.network.layers.front();
        first.kind = LayerKind::Conv2d;
        first.window.kernel = 7;
        f().load(experiment);
        QVERIFY(f().actions().run.start->isEnabled()); // until the files have been looked at
        QTRY_VERIFY(!f().actions().run.start->isEnabled());
        const QString obstacle = f().session().startObstacle();
        QVERIFY2(obstacle.contains(QStringLiteral("layers[0].kernel: 7 is not allowed for inputs of 6 x 6")),
                 qPrintable(obstacle));
        f().type(QStringLiteral("data.folder"), large);
        QVERIFY(f().actions().run.start->isEnabled()); // what is known is of other files
        QTRY_COMPARE(f().session().dataset().summary().height, 9);
        QVERIFY(f().actions().run.start->isEnabled());
    }

    void textThatIsNoNumberDisablesStart()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("training.batch_size"), QStringLiteral("many"));
        QVERIFY(!f().actions().run.start->isEnabled());
        QCOMPARE(f().session().document().experiment().training.batchSize, 20);
        f().type(QStringLiteral("training.batch_size"), QStringLiteral("40"));
        QVERIFY(f().actions().run.start->isEnabled());
        QCOMPARE(f().session().document().experiment().training.batchSize, 40);
    }

    void planFollowsEdits()
    {
        f().load(smallExperiment());
        const std::uint64_t weights = f().session().plannedLedger().weights;
        QCOMPARE(weights, std::uint64_t(64 * 24 + 24 * 4));
        Experiment wider = smallExperiment();
        wider.network.layers[0].outputs = 48;
        emit f().window().panels().editor->edited(wider, QStringLiteral("width of fc1"));
        QCOMPARE(f().session().plannedLedger().weights, 2 * weights);
    }

    void datasetIsDescribed()
    {
        f().load(smallExperiment());
        QTRY_VERIFY(f().session().dataset().summary().found);
        QTRY_COMPARE(f().session().dataset().summary().trainCount, 400);
        QCOMPARE(int(f().session().dataset().samples().size()), 4);
    }

    void saveAndOpenRoundTrip()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("seed"), QStringLiteral("77"));
        f().press(Qt::Key_S, Qt::ControlModifier);
        QVERIFY(!f().window().isWindowModified());
        QCOMPARE(loadExperiment(f().path(QStringLiteral("small.json")).toStdString()).seed,
                 std::uint64_t(77));
        f().saveAnswer = f().path(QStringLiteral("other")); // the suffix is added
        f().press(Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f().session().document().path(), f().path(QStringLiteral("other.json")));
        QVERIFY(f().window().windowTitle().contains(QStringLiteral("other.json")));
        f().openAnswer = f().path(QStringLiteral("small.json"));
        f().press(Qt::Key_O, Qt::ControlModifier);
        QCOMPARE(f().session().document().path(), f().path(QStringLiteral("small.json")));
        QCOMPARE(f().window().files().recentFiles()->files().value(0),
                 f().path(QStringLiteral("small.json")));
    }

    void saveAsWorksWithTheFocusInAPlot()
    {
        f().load(smallExperiment());
        f().saveAnswer = f().path(QStringLiteral("again"));
        f().press(Qt::Key_2, Qt::ControlModifier);
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_S, Qt::ControlModifier | Qt::ShiftModifier);
        QCOMPARE(f().session().document().path(), f().path(QStringLiteral("again.json")));
    }

    void unsavedEditsAreAskedAbout_data()
    {
        QTest::addColumn<int>("answer");
        QTest::addColumn<bool>("goesOn");
        QTest::addColumn<bool>("saved");
        QTest::newRow("save") << 0 << true << true;
        QTest::newRow("discard") << 1 << true << false;
        QTest::newRow("cancel") << 2 << false << false;
    }
    void unsavedEditsAreAskedAbout()
    {
        QFETCH(int, answer);
        f().load(smallExperiment());
        f().type(QStringLiteral("seed"), QStringLiteral("5"));
        f().answer = answer;
        QTEST(f().window().close(), "goesOn");
        QCOMPARE(f().questions, 1);
        const bool saved = loadExperiment(f().path(QStringLiteral("small.json")).toStdString()).seed == 5;
        QTEST(saved, "saved");
    }

    void badFileIsAnErrorAndChangesNothing()
    {
        f().load(smallExperiment());
        QFile file(f().path(QStringLiteral("bad.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({ "format": "ternbench.experiment", "format_version": 1, "seed": "x" })");
        file.close();
        f().window().files().openPath(file.fileName());
        QVERIFY2(f().lastError.contains(QStringLiteral("seed")), qPrintable(f().lastError));
        QVERIFY(f().session().document().experiment() == smallExperiment());
    }

    void droppedFileIsOpened()
    {
        const QString path = f().path(QStringLiteral("dropped.json"));
        Experiment experiment = smallExperiment();
        experiment.name = "dropped";
        saveExperiment(experiment, path.toStdString());
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(path)});
        QDragEnterEvent enter({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&f().window(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent drop({10, 10}, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
        QCoreApplication::sendEvent(&f().window(), &drop);
        QTRY_COMPARE(f().session().document().experiment().name, std::string("dropped"));
    }

    void editsSurviveACrash()
    {
        f().load(smallExperiment());
        f().type(QStringLiteral("seed"), QStringLiteral("99"));
        f().close(); // without closeEvent(): nobody was asked, nothing discarded
        f().open();
        f().load(smallExperiment()); // as the program does when it is started with a file
        f().answer = 0;              // restore
        f().window().offerRecovery();
        QCOMPARE(f().questions, 1);
        QCOMPARE(f().session().document().experiment().seed, std::uint64_t(99));
        QVERIFY(f().window().isWindowModified());
        f().answer = 1; // discard on closing
        QVERIFY(f().window().close());
        f().close();
        f().open();
        f().window().offerRecovery();
        QCOMPARE(f().questions, 2); // closing asked; nothing is left to recover
    }

    void shortcutsShowTheDocks_data()
    {
        QTest::addColumn<int>("key");
        QTest::addColumn<QString>("dock");
        const char* names[] = {"experiment", "curves", "weights",  "groups",
                               "layers",     "mask",   "hardware", "log"};
        for (int i = 0; i < int(std::size(names)); ++i)
            QTest::newRow(names[i]) << Qt::Key_1 + i << QLatin1String(names[i]) + QStringLiteral("Dock");
    }
    void shortcutsShowTheDocks()
    {
        QFETCH(int, key);
        QFETCH(QString, dock);
        QDockWidget* widget = f().window().docks().dock(dock);
        QVERIFY(widget);
        widget->hide();
        f().press(Qt::Key(key), Qt::ControlModifier);
        QTRY_VERIFY(widget->isVisible() && !widget->visibleRegion().isEmpty());
        QVERIFY(QApplication::focusWidget() && widget->isAncestorOf(QApplication::focusWidget()));
    }

    void layoutIsRememberedAndReset()
    {
        f().window().docks().dock(QStringLiteral("logDock"))->hide();
        QVERIFY(f().window().close());
        f().close();
        f().open();
        QVERIFY(!f().window().docks().dock(QStringLiteral("logDock"))->isVisible());
        f().actions().resetLayout->trigger();
        QVERIFY(f().window().docks().dock(QStringLiteral("logDock"))->isVisible());
    }

    void everyShortcutIsListedOnce()
    {
        QSet<QString> keys;
        const QList<QAction*> actions = f().window().findChildren<QAction*>();
        for (const QAction* action : actions)
            if (!action->shortcut().isEmpty() && action->shortcutContext() == Qt::WindowShortcut) {
                const QString text = action->shortcut().toString();
                QVERIFY2(!keys.contains(text), qPrintable(text));
                keys.insert(text);
            }
        QVERIFY(keys.contains(QStringLiteral("F5")));
    }

    /// Alt+F is the menu "File", whatever stands in the docks.
    void noFieldTakesTheLetterOfAMenu()
    {
        QSet<QString> menus;
        for (const QAction* menu : f().window().menuBar()->actions())
            menus.insert(QKeySequence::mnemonic(menu->text()).toString());
        QCOMPARE(menus.size(), f().window().menuBar()->actions().size());
        const auto isFree = [&menus](const QString& text) {
            return !menus.contains(QKeySequence::mnemonic(text).toString());
        };
        for (const QLabel* label : f().window().findChildren<QLabel*>())
            QVERIFY2(!label->buddy() || isFree(label->text()), qPrintable(label->text()));
        for (const QPushButton* button : f().window().findChildren<QPushButton*>())
            QVERIFY2(isFree(button->text()), qPrintable(button->text()));
        for (const QCheckBox* box : f().window().findChildren<QCheckBox*>())
            QVERIFY2(isFree(box->text()), qPrintable(box->text()));
    }

private:
    WindowFixture& f() { return *m_fixture; }
    QAction* undoAction() { return f().window().findChild<QAction*>(QStringLiteral("undo")); }
    QAction* redoAction() { return f().window().findChild<QAction*>(QStringLiteral("redo")); }

    std::unique_ptr<WindowFixture> m_fixture;
};

QTEST_MAIN(MainWindowEditingTest)
#include "tst_main_window_editing.moc"
