#include "app/desktop/file_actions.h"
#include "app/desktop/main_window.h"
#include "app/desktop/recent_files.h"
#include "app/desktop/stop_signals.h"
#include "app/desktop/theme.h"
#include "core/kernels/simd_level.h"
#include "core/memory.h"
#include "core/version.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QSettings>
#include <QTimer>

#include <cstdio>
#include <exception>
#include <optional>

namespace {

using namespace ternbench;

constexpr int badUsage = 2;

void nameApplication()
{
    QCoreApplication::setOrganizationName(QStringLiteral("ternbench"));
    QCoreApplication::setApplicationName(QStringLiteral("ternbench"));
}

struct CommandLine
{
    std::optional<int> exitCode; ///< there is nothing more to do
    QString file;                ///< to open, or empty
};

/// Needs no screen: --help and --version work anywhere.
CommandLine readCommandLine(int argc, char** argv)
{
    const QCoreApplication application(argc, argv);
    QCommandLineParser parser;
    parser.setApplicationDescription(
        QStringLiteral("Workbench for structured sparse ternary weight coding. "
                       "Opens an experiment document, a run file, or (to verify it) a packed network."));
    // Not addHelpOption(): that one promises --help-all as well.
    const QCommandLineOption help({QStringLiteral("h"), QStringLiteral("help")},
                                  QStringLiteral("Show this help."));
    parser.addOption(help);
    const QCommandLineOption versionOption = parser.addVersionOption();
    parser.addPositionalArgument(QStringLiteral("file"), QStringLiteral("*.json, *.run.h5 or *.packed.h5"),
                                 QStringLiteral("[file]"));
    const bool parsed = parser.parse(application.arguments());
    const QStringList files = parser.positionalArguments();
    if (!parsed || files.size() > 1) {
        const QString reason =
            parsed ? QStringLiteral("%1 files given, at most one can be opened.").arg(files.size())
                   : parser.errorText();
        std::fprintf(stderr, "ternbench: %s\nTry 'ternbench --help'.\n", qPrintable(reason));
        return {badUsage, {}};
    }
    if (parser.isSet(help)) {
        std::fputs(qPrintable(parser.helpText()), stdout);
        return {0, {}};
    }
    if (parser.isSet(versionOption)) {
        std::printf("%s\n", programVersion().c_str());
        return {0, {}};
    }
    return {std::nullopt, files.value(0)};
}

} // namespace

int main(int argc, char** argv)
{
    returnLargeBuffers();
    nameApplication();
    const CommandLine commandLine = readCommandLine(argc, argv);
    if (commandLine.exitCode)
        return *commandLine.exitCode;
    if (const std::string problem = simdLimitProblem(); !problem.empty())
        std::fprintf(stderr, "ternbench: %s; it is ignored\n", problem.c_str());

    QApplication application(argc, argv);
    const QString theme = QSettings().value(QStringLiteral("theme")).toString();
    applyTheme(application, themeFromName(theme).value_or(ThemeChoice::System));
    MainWindow window;
    if (!commandLine.file.isEmpty()) {
        try {
            window.session().open(commandLine.file);
            window.files().recentFiles()->add(commandLine.file);
        } catch (const std::exception& error) {
            std::fprintf(stderr, "ternbench: %s\n", error.what());
            return badUsage;
        }
    }
    const StopSignals stopSignals;
    // Not quit(), which asks the window and so the user: what ends saves the run, ends the programs of a
    // check, and leaves unsaved edits to the recovery.
    QObject::connect(&stopSignals, &StopSignals::received, &application, [] { QApplication::exit(0); });
    window.show();
    QTimer::singleShot(0, &window, &MainWindow::offerRecovery);
    return application.exec();
}
