#include "app/desktop/background_worker.h"
#include "app/desktop/check_box_style.h"
#include "app/desktop/dialogs.h"
#include "app/desktop/experiment_document.h"
#include "app/desktop/run_controller.h"
#include "app/desktop/run_mailbox.h"
#include "app/desktop/theme.h"
#include "app/desktop/thread_bridge.h"
#include "tests/app/window_fixture.h"
#include "tests/widgets/offscreen.h"

#include <QPainter>
#include <QSignalSpy>
#include <QStyleOption>
#include <QTest>
#include <QUndoStack>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

using namespace ternbench;

namespace {

BatchProgress progressOf(std::int64_t first, int losses)
{
    BatchProgress progress;
    progress.firstLossStep = first;
    progress.step = first + losses;
    for (int i = 0; i < losses; ++i)
        progress.losses.push_back(float(first + i));
    return progress;
}

/// WCAG 2 contrast ratio.
double contrast(const QColor& a, const QColor& b)
{
    const auto luminance = [](const QColor& color) {
        const auto linear = [](double s) {
            return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
        };
        return 0.2126 * linear(color.redF()) + 0.7152 * linear(color.greenF()) +
               0.0722 * linear(color.blueF());
    };
    const double la = luminance(a), lb = luminance(b);
    return (std::max(la, lb) + 0.05) / (std::min(la, lb) + 0.05);
}

} // namespace

class DesktopPartsTest : public QObject
{
    Q_OBJECT

public:
    static void initMain() { useOffscreenPlatform(); }

private slots:
    void mailboxKeepsEveryLossAndTheNewestFigures()
    {
        int notified = 0;
        RunMailbox box([&] { ++notified; });
        for (int i = 0; i < 100; ++i)
            box.post(progressOf(3 * i, 3));
        box.post(RunLogLine{"between"});
        box.post(progressOf(300, 2));
        QCOMPARE(notified, 1);
        const std::vector<RunEvent> events = box.take();
        QCOMPARE(int(events.size()), 3);
        const auto& merged = std::get<BatchProgress>(events[0]);
        QCOMPARE(merged.step, std::int64_t(300));
        QCOMPARE(merged.firstLossStep, std::int64_t(0));
        QCOMPARE(int(merged.losses.size()), 300);
        QCOMPARE(merged.losses[299], 299.0f);
        QCOMPARE(std::get<BatchProgress>(events[2]).firstLossStep, std::int64_t(300));
        QVERIFY(box.take().empty());
        box.post(RunLogLine{"again"});
        QCOMPARE(notified, 2);
    }

    void mailboxBetweenThreads()
    {
        std::atomic<int> notified{0};
        RunMailbox box([&] { ++notified; });
        std::thread poster([&] {
            for (int i = 0; i < 10000; ++i)
                box.post(progressOf(i, 1));
        });
        std::int64_t next = 0;
        while (next < 10000)
            for (const RunEvent& event : box.take()) {
                const auto& progress = std::get<BatchProgress>(event);
                QCOMPARE(progress.firstLossStep, next);
                next += std::int64_t(progress.losses.size());
            }
        poster.join();
        QVERIFY(notified > 0);
    }

    void controllerReportsInOrderAndInItsOwnThread()
    {
        RunController controller;
        QList<RunState> states;
        bool ownThread = true;
        connect(&controller, &RunController::stateChanged, &controller, [&](RunState state) {
            states << state;
            ownThread = ownThread && QThread::currentThread() == controller.thread();
        });
        controller.start(smallExperiment(), {});
        QTRY_COMPARE_WITH_TIMEOUT(controller.isActive(), false, 60000);
        QVERIFY(ownThread);
        QCOMPARE(states.first(), RunState::Starting);
        QCOMPARE(states.last(), RunState::Finished);
        QCOMPARE(states.count(RunState::Finished), 1);
    }

    void endedControllerReportsNoMore()
    {
        QSignalSpy* spy = nullptr;
        {
            RunController controller;
            spy = new QSignalSpy(&controller, &RunController::stateChanged);
            controller.start(smallExperiment(1000, 4000), {});
        } // stops and waits; what the run posted meanwhile has nobody to go to
        QCoreApplication::processEvents();
        QCOMPARE(spy->count(), 0);
        delete spy;
    }

    void bridgeDeliversInOrderAndInItsThread()
    {
        std::vector<int> delivered;
        bool ownThread = true;
        ThreadBridge bridge;
        {
            BackgroundWorker worker;
            for (int i = 0; i < 1000; ++i)
                worker.start([&, i] {
                    bridge.post([&, i] {
                        delivered.push_back(i);
                        ownThread = ownThread && QThread::currentThread() == bridge.thread();
                    });
                });
            QTRY_COMPARE(int(delivered.size()), 1000);
        }
        QVERIFY(ownThread);
        QVERIFY(std::is_sorted(delivered.begin(), delivered.end()));
    }

    void workerDropsWhatWaits()
    {
        std::promise<void> started, goOn;
        std::atomic<int> done{0};
        {
            BackgroundWorker worker;
            worker.start([&] {
                started.set_value();
                goOn.get_future().wait();
                ++done;
            });
            started.get_future().wait();
            worker.start([&] { ++done; });
            worker.clear();
            goOn.set_value();
        }
        QCOMPARE(done.load(), 1);
    }

    void documentMergesTypingOnly()
    {
        ExperimentDocument document;
        document.reset(smallExperiment(), QStringLiteral("a.json"));
        Experiment next = smallExperiment();
        next.seed = 12;
        document.edit(next, QStringLiteral("seed"));
        next.seed = 123;
        document.edit(next, QStringLiteral("seed"));
        QCOMPARE(document.undoStack()->count(), 1);
        next.training.batchSize = 7;
        document.edit(next, QStringLiteral("batch size"));
        QCOMPARE(document.undoStack()->count(), 2);
        document.undoStack()->undo();
        QCOMPARE(document.experiment().seed, std::uint64_t(123));
        document.undoStack()->undo();
        QVERIFY(document.experiment() == smallExperiment());
        QVERIFY(!document.isModified());
    }

    void typingBackToTheSameLeavesNoStep()
    {
        ExperimentDocument document;
        document.reset(smallExperiment(), {});
        Experiment next = smallExperiment();
        next.seed = 12;
        document.edit(next, QStringLiteral("seed"));
        document.edit(smallExperiment(), QStringLiteral("seed"));
        QCOMPARE(document.undoStack()->count(), 0);
    }

    void themesAreReadable_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::newRow("light") << lightPalette();
        QTest::newRow("dark") << darkPalette();
    }
    void themesAreReadable()
    {
        QFETCH(QPalette, palette);
        const auto ratio = [&](QPalette::ColorGroup group, QPalette::ColorRole text,
                               QPalette::ColorRole ground) {
            return contrast(palette.color(group, text), palette.color(group, ground));
        };
        using P = QPalette;
        const std::pair<P::ColorRole, P::ColorRole> pairs[] = {{P::WindowText, P::Window},
                                                               {P::Text, P::Base},
                                                               {P::Text, P::AlternateBase},
                                                               {P::ButtonText, P::Button},
                                                               {P::Link, P::Base},
                                                               {P::Link, P::Window},
                                                               {P::LinkVisited, P::Base},
                                                               {P::ToolTipText, P::ToolTipBase},
                                                               {P::HighlightedText, P::Highlight},
                                                               {P::PlaceholderText, P::Base}};
        for (const auto& [text, ground] : pairs)
            QVERIFY2(ratio(P::Active, text, ground) >= 4.5,
                     qPrintable(QStringLiteral("%1 on %2: %3")
                                    .arg(text)
                                    .arg(ground)
                                    .arg(ratio(P::Active, text, ground))));
        // Disabled texts are exempt in WCAG 2; they must still be legible, and weaker than enabled ones.
        QVERIFY(ratio(P::Disabled, P::WindowText, P::Window) >= 2.5);
        QVERIFY(ratio(P::Disabled, P::WindowText, P::Window) < 4.5);
    }

    void disabledTextsOfTheSystemAreLegible_data()
    {
        QTest::addColumn<QPalette>("platform");
        QTest::newRow("light") << QPalette(QColor(0xef, 0xef, 0xef));
        QTest::newRow("dark") << QPalette(QColor(0x32, 0x32, 0x32));
    }
    void disabledTextsOfTheSystemAreLegible()
    {
        QFETCH(QPalette, platform);
        const QPalette palette = systemPalette(platform).resolve(platform);
        for (const auto role : {QPalette::WindowText, QPalette::ButtonText}) {
            const double ratio = contrast(palette.color(QPalette::Disabled, role),
                                          palette.color(QPalette::Disabled, QPalette::Window));
            QVERIFY2(ratio >= 2.5, qPrintable(QString::number(ratio)));
            QCOMPARE(palette.color(QPalette::Active, role), platform.color(QPalette::Active, role));
        }
    }

    void emptyCheckBoxesAreSeen_data()
    {
        QTest::addColumn<QPalette>("palette");
        QTest::addColumn<QStyle::PrimitiveElement>("element");
        for (const auto& [name, palette] :
             {std::pair{"light", lightPalette()}, std::pair{"dark", darkPalette()}}) {
            QTest::addRow("%s form", name) << palette << QStyle::PE_IndicatorCheckBox;
            QTest::addRow("%s table", name) << palette << QStyle::PE_IndicatorItemViewItemCheck;
        }
    }
    void emptyCheckBoxesAreSeen()
    {
        QFETCH(QPalette, palette);
        QFETCH(QStyle::PrimitiveElement, element);
        const CheckBoxStyle style;
        QImage image(16, 16, QImage::Format_RGB32);
        image.fill(palette.color(QPalette::Base));
        QStyleOptionButton option;
        option.rect = QRect(1, 1, 14, 14);
        option.palette = palette;
        option.state = QStyle::State_Enabled | QStyle::State_Off;
        QPainter painter(&image);
        style.drawPrimitive(element, &option, &painter, nullptr);
        painter.end();
        const double seen = contrast(image.pixelColor(8, 1), palette.color(QPalette::Base));
        QVERIFY2(seen >= 3.0, qPrintable(QString::number(seen))); // WCAG 2.1, 1.4.11
    }

    void suffixIsAddedOnce()
    {
        QCOMPARE(withSuffix(QStringLiteral("a"), QStringLiteral("run.h5")), QStringLiteral("a.run.h5"));
        QCOMPARE(withSuffix(QStringLiteral("a.run.h5"), QStringLiteral("run.h5")),
                 QStringLiteral("a.run.h5"));
    }
};

QTEST_MAIN(DesktopPartsTest)
#include "tst_desktop_parts.moc"
