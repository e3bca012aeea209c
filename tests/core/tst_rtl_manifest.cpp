#include "core/error.h"
#include "core/integer/network_digest.h"
#include "core/rtl/rtl_export.h"
#include "core/rtl/rtl_manifest.h"
#include "tests/core/rtl_cases.h"
#include "tests/refusal_text.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <functional>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

IntegerNetwork smallNetwork()
{
    Random random(11, 5);
    return test::rtlCases()[3].network(random);
}

DesignPoint threeLanes()
{
    DesignPoint design;
    design.lanes = 3;
    design.parallelRows = 4;
    design.table = DesignPoint::Table::Logic;
    return design;
}

void append(const fs::path& file, const std::string& text)
{
    QVERIFY(std::ofstream(file, std::ios::binary | std::ios::app) << text);
}

} // namespace

/// What an exported folder says of itself. No tool is needed.
class TestRtlManifest : public QObject
{
    Q_OBJECT

private slots:
    void digestKnowsEverything();
    void folderKnowsWhatItIs();
    void changesAreNamed();
    void damagedManifestIsRefused_data();
    void damagedManifestIsRefused();

private:
    fs::path exported(const std::string& name) const
    {
        Random random(1, 1);
        const fs::path folder = fs::path(m_folder.path().toStdString()) / name;
        const IntegerNetwork network = smallNetwork();
        exportRtl(network, m_design, test::randomImages(2, network.input.inputs, random), folder);
        return folder;
    }

    const DesignPoint m_design = threeLanes();
    QTemporaryDir m_folder;
};

void TestRtlManifest::digestKnowsEverything()
{
    const IntegerNetwork network = smallNetwork();
    const std::string digest = networkSha256(network);
    QCOMPARE(digest.size(), std::size_t(64));
    QCOMPARE(networkSha256(smallNetwork()), digest);
    const std::vector<std::function<void(IntegerNetwork&)>> edits{
        [](IntegerNetwork& n) { n.layers[0].weights.back() ^= 1; },
        [](IntegerNetwork& n) { n.layers[1].multiplier[0] += 1; },
        [](IntegerNetwork& n) { n.layers[1].offset[0] += 1; },
        [](IntegerNetwork& n) { n.layers[0].shift[0] += 1; },
        [](IntegerNetwork& n) { n.layers[0].name += "x"; },
        [](IntegerNetwork& n) { n.layers[0].code.maxNonZeros += 1; },
        [](IntegerNetwork& n) { n.layers[0].activationBits += 1; },
        [](IntegerNetwork& n) { n.layers[0].accumulatorBits += 1; },
        [](IntegerNetwork& n) { n.layers[0].permutation = {0}; },
        [](IntegerNetwork& n) { n.input.values[7] += 1; },
        [](IntegerNetwork& n) { std::swap(n.layers[0], n.layers[1]); },
        [](IntegerNetwork& n) { n.layers.pop_back(); },
    };
    for (std::size_t e = 0; e < edits.size(); ++e) {
        IntegerNetwork other = network;
        edits[e](other);
        QVERIFY2(networkSha256(other) != digest, qPrintable(QString::number(e)));
    }
}

void TestRtlManifest::folderKnowsWhatItIs()
{
    const fs::path folder = exported("sound");
    const RtlIdentity identity = readIdentity(folder);
    QCOMPARE(identity, identityOf(smallNetwork(), m_design));
    QCOMPARE(identity.lanes, 3);
    QCOMPARE(identity.table, DesignPoint::Table::Logic);
    QCOMPARE(identity.parts, (std::vector<std::string>{"input", "layer0", "layer1", "argmax"}));
    QVERIFY(changedFiles(folder).empty());
    // As the standard tool reads it.
    const std::string command = "cd '" + folder.string() + "' && sha256sum --quiet -c SHA256SUMS";
    QCOMPARE(std::system(command.c_str()), 0);
}

void TestRtlManifest::changesAreNamed()
{
    const fs::path folder = exported("changed");
    append(folder / "sv" / "rom.sv", " ");
    append(folder / "sv" / "mine.sv", "module mine; endmodule\n"); // the Makefile takes all of sv/
    fs::remove(folder / "golden" / "classes.hex");
    append(folder / "notes.txt", "what nobody compiles");
    fs::create_directories(folder / "build");
    append(folder / "build" / "verilator.log", "what tools make");
    QCOMPARE(changedFiles(folder),
             (std::vector<std::string>{"golden/classes.hex", "sv/mine.sv", "sv/rom.sv"}));
}

void TestRtlManifest::damagedManifestIsRefused_data()
{
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("content");
    const QString identity = QString::fromStdString(identityText(identityOf(smallNetwork(), m_design)));
    const auto row = [](const char* name, const char* file, const QString& content) {
        QTest::newRow(name) << file << content;
    };
    row("no identity", identityFile, {});
    row("no parts", identityFile, identity.section("part", 0, 0));
    row("no number", identityFile, QString(identity).replace("lanes 3", "lanes three"));
    row("no lanes", identityFile, QString(identity).replace("lanes 3", "lanes 0"));
    row("huge", identityFile, QString(identity).replace("lanes 3", "lanes 99999999999"));
    row("no digest", identityFile, QString(identity).replace("sha256 ", "sha256 x"));
    row("unknown table", identityFile, QString(identity).replace("logic", "ram"));
    row("unknown line", identityFile, identity + "clock 200\n");
    row("an empty line", identityFile, identity + "\n");
    row("sums of nothing", sumsFile, "hello\n");
    row("a short digest", sumsFile, QString(63, 'a') + "   sv/rom.sv\n");
}

void TestRtlManifest::damagedManifestIsRefused()
{
    QFETCH(QString, file);
    QFETCH(QString, content);
    const fs::path folder = exported("damaged " + std::string(QTest::currentDataTag()));
    fs::remove(folder / file.toStdString());
    append(folder / file.toStdString(), content.toStdString());
    const QString refusal = test::refusalText([&] {
        readIdentity(folder);
        changedFiles(folder);
    });
    QVERIFY2(refusal.contains(file), qPrintable(refusal));
}

QTEST_GUILESS_MAIN(TestRtlManifest)
#include "tst_rtl_manifest.moc"
