#include "core/error.h"
#include "core/storage/run_file.h"
#include "experiments/exporting.h"
#include "experiments/plan.h"
#include "tests/core/hdf5_edits.h"
#include "tests/experiments/small_run.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

template <class Error, class Work>
std::string thrownBy(const Work& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestExporting : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void exportsWithoutADifference();
    void everyCodeAndNormalization_data();
    void everyCodeAndNormalization();
    void exportsARunStoppedWithinAnEpoch();
    void ledgerIsAsPlanned();
    void mixedLedgerIsAsPlanned();
    void damageIsFoundByVerify();
    void progressGoesFromStartToEnd();
    void cancels();
    void refusesFloatRuns();
    void refusesWhatCannotBeExported();

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    /// Trains `experiment` to the run file `name`.
    void train(const Experiment& experiment, const std::string& name) const
    {
        RunOptions options;
        options.threads = 1;
        options.output = path(name);
        QCOMPARE(small::runToEnd(experiment, options).states.back(), RunState::Finished);
    }

    QTemporaryDir m_folder;
};

void TestExporting::initTestCase()
{
    QVERIFY(m_folder.isValid());
    train(small::experiment(), "a.run.h5");
}

void TestExporting::exportsWithoutADifference()
{
    const fs::path file = path("a.packed.h5");
    const ExportResult result = exportPacked(path("a.run.h5"), file, {}, 2);
    QVERIFY2(result.verification.passed(), result.verification.firstFailure().c_str());
    QCOMPARE(result.fileBytes, std::uint64_t{fs::file_size(file)});
    const RunRecord record = readRunFile(path("a.run.h5"));
    QVERIFY(result.testError == record.history.back()->testError);
    // 150 test images: what rounding to 16 bits may change is an image or two.
    QVERIFY(std::abs(result.verification.hardwareError() - result.testError) <= 2.0 / 150.0);
    std::uint64_t compared = 0;
    for (const LayerVerification& part : result.verification.parts) {
        QCOMPARE(part.different, std::uint64_t{0});
        QCOMPARE(part.computedSha256, part.goldenSha256);
        compared += part.compared;
    }
    QCOMPARE(compared, std::uint64_t{150 * (131 + 21 + 6)});

    const VerificationReport again = verifyPackedFile(file, {}, 1);
    QVERIFY(again.passed());
    QCOMPARE(again.classErrors, result.verification.classErrors);
    QCOMPARE(readPacked(file).experimentJson, record.experimentJson);
}

void TestExporting::everyCodeAndNormalization_data()
{
    QTest::addColumn<Code>("code");
    QTest::addColumn<WeightNormalization>("normalization");
    QTest::addColumn<InputNormalization>("input");
    using enum WeightNormalization;
    QTest::newRow("(4,1), none, bytes as they are") << Code{4, 1} << None << InputNormalization::Unit;
    QTest::newRow("(16,2), layer") << Code{16, 2} << Layer << InputNormalization::Standardize;
    QTest::newRow("(8,8), row") << Code{8, 8} << Row << InputNormalization::Standardize;
    QTest::newRow("(4,2) trimmed, column")
        << Code{4, 2, CodeFamily::Trimmed} << Column << InputNormalization::Unit;
    QTest::newRow("(3,1) exactly, column")
        << Code{3, 1, CodeFamily::ExactlyK} << Column << InputNormalization::Standardize;
}

void TestExporting::everyCodeAndNormalization()
{
    QFETCH(Code, code);
    QFETCH(WeightNormalization, normalization);
    QFETCH(InputNormalization, input);
    Experiment experiment = small::experiment();
    experiment.network.inputNormalization = input;
    experiment.quantizer.normalization = normalization;
    experiment.quantizer.firstLayer = normalization;
    for (LayerSpec& layer : experiment.network.layers)
        layer.code = code;
    experiment.training.schedule = {{Stage::Kind::Float, {}, 1}, {Stage::Kind::Final, {}, 2}};
    train(experiment, "b.run.h5");
    const ExportResult result = exportPacked(path("b.run.h5"), path("b.packed.h5"), {}, 1);
    QVERIFY2(result.verification.passed(), result.verification.firstFailure().c_str());
    QVERIFY(std::abs(result.verification.hardwareError() - result.testError) <= 3.0 / 150.0);
    QVERIFY(verifyPackedFile(path("b.packed.h5")).passed());
}

void TestExporting::exportsARunStoppedWithinAnEpoch()
{
    RunRecord record = readRunFile(path("a.run.h5"));
    Trainer trainer = small::trainer();
    small::trainEpochs(trainer, 4);
    for (int step = 0; step < 3; ++step)
        trainer.step();
    record.checkpoint = std::make_shared<EngineState>(trainer.state());
    writeRunFile(record, path("mid.run.h5"));
    QVERIFY(exportPacked(path("mid.run.h5"), path("mid.packed.h5"), {}, 1).verification.passed());
}

/// Of layers with and without groups, in balanced order.
void TestExporting::mixedLedgerIsAsPlanned()
{
    Experiment experiment = small::experiment();
    experiment.network.layers.front().code = eightBitWeights;
    experiment.quantizer.grouping = InputGrouping::Balanced;
    RunOptions options;
    options.output = path("mixed.run.h5");
    QCOMPARE(small::runToEnd(experiment, options).states.back(), RunState::Finished);
    const Ledger ledger = exportPacked(path("mixed.run.h5"), path("mixed.packed.h5"), {}, 1).ledger;
    const Ledger planned = planLedger(experiment, vectorShape(121));
    QCOMPARE(ledger.totalBytes, planned.totalBytes);
    QCOMPARE(ledger.entries.size(), planned.entries.size());
    const auto permutations = [&](const std::string& layer) {
        return std::ranges::count_if(ledger.entries, [&](const LedgerEntry& entry) {
            return entry.layer == layer && entry.item == "permutation";
        });
    };
    QCOMPARE(permutations("fc1"), std::ptrdiff_t{0});
    QCOMPARE(permutations("fc2"), std::ptrdiff_t{1});
}

void TestExporting::ledgerIsAsPlanned()
{
    const Ledger ledger = exportPacked(path("a.run.h5"), path("c.packed.h5"), {}, 1).ledger;
    const Ledger planned = planLedger(small::experiment(), vectorShape(121));
    QCOMPARE(ledger.weights, std::uint64_t{121 * 131 + 131 * 21 + 21 * 6});
    QCOMPARE(ledger.indexBytes, planned.indexBytes);
    const auto itemsOfLayers = [](const Ledger& of) {
        std::vector<std::pair<std::string, std::uint64_t>> items;
        for (const LedgerEntry& entry : of.entries)
            if (entry.layer != "input")
                items.emplace_back(entry.layer + " " + entry.item, entry.bytes);
        return items;
    };
    QVERIFY(itemsOfLayers(ledger) == itemsOfLayers(planned));
    // Every byte of the datasets and attributes is in the ledger, and no other.
    std::uint64_t payload = 0;
    const edits::EditedFile file(path("c.packed.h5"));
    for (const std::string layer : {"00_fc1", "01_fc2", "02_out"})
        for (const std::string item : {"codes", "table", "multiplier", "offset", "shift"})
            payload += std::uint64_t(edits::readBytes(file.id(), "/layers/" + layer + "/" + item).size());
    payload += std::uint64_t(edits::readBytes(file.id(), "/input/table").size());
    for (const char* group : {"/input", "/layers/00_fc1", "/layers/01_fc2", "/layers/02_out"})
        payload += edits::attributeBytes(path("c.packed.h5"), group);
    QCOMPARE(ledger.totalBytes, payload);
    std::uint64_t sum = 0;
    for (const LedgerEntry& entry : ledger.entries)
        sum += entry.bytes;
    QCOMPARE(sum, payload);
}

void TestExporting::damageIsFoundByVerify()
{
    exportPacked(path("a.run.h5"), path("d.packed.h5"), {}, 1);
    QVERIFY(edits::flipBit(path("d.packed.h5"), "/layers/01_fc2/codes", 1000));
    const VerificationReport report = verifyPackedFile(path("d.packed.h5"));
    QVERIFY(!report.passed());
    QCOMPARE(report.firstFailure(), std::string("fc2"));
}

void TestExporting::progressGoesFromStartToEnd()
{
    std::vector<double> shares;
    const auto observe = [&](double share) {
        shares.push_back(share);
        return true;
    };
    exportPacked(path("a.run.h5"), path("e.packed.h5"), {}, 1, observe);
    QVERIFY(shares.size() >= 4);
    QVERIFY(std::ranges::is_sorted(shares));
    QVERIFY(shares.front() >= 0.0 && shares.back() <= 1.0);
}

void TestExporting::cancels()
{
    const auto no = [](double) { return false; };
    const fs::path file = path("cancelled.packed.h5");
    QCOMPARE(thrownBy<RunError>([&] { exportPacked(path("a.run.h5"), file, {}, 1, no); }),
             std::string("cancelled"));
    QVERIFY(!fs::exists(file));
    exportPacked(path("a.run.h5"), file, {}, 1);
    QCOMPARE(thrownBy<RunError>([&] { verifyPackedFile(file, {}, 1, no); }), std::string("cancelled"));
}

void TestExporting::refusesFloatRuns()
{
    Experiment experiment = small::experiment();
    experiment.training.schedule = {{Stage::Kind::Float, {}, 1}};
    train(experiment, "float.run.h5");
    const std::string message =
        thrownBy<InputError>([&] { exportPacked(path("float.run.h5"), path("float.packed.h5"), {}, 1); });
    QVERIFY2(message.find("layer 'fc1' is still float: only a network that reached a coded stage") !=
                 std::string::npos,
             message.c_str());
    QVERIFY(!fs::exists(path("float.packed.h5")));
}

void TestExporting::refusesWhatCannotBeExported()
{
    const auto refusal = [&](const fs::path& run, const fs::path& packed) {
        return thrownBy<InputError>([&] { exportPacked(run, packed, {}, 1); });
    };
    const fs::path out = path("none.packed.h5");
    QVERIFY(refusal(path("missing.h5"), out).starts_with(path("missing.h5").string() + ": no such file"));
    exportPacked(path("a.run.h5"), path("f.packed.h5"), {}, 1);
    QVERIFY(refusal(path("f.packed.h5"), out).find("this is no run file") != std::string::npos);
    QVERIFY(thrownBy<InputError>([&] {
                verifyPackedFile(path("a.run.h5"));
            }).find("this is no packed network") != std::string::npos);
    QVERIFY(!refusal(path("a.run.h5"), path("no such folder") / "x.h5").empty());

    const RunRecord sound = readRunFile(path("a.run.h5"));
    RunRecord record = sound;
    record.checkpoint.reset();
    writeRunFile(record, path("bad.run.h5"));
    QVERIFY(refusal(path("bad.run.h5"), out).find("holds no checkpoint") != std::string::npos);
    record = sound;
    record.environment.trainSha256 = std::string(64, 'a');
    writeRunFile(record, path("bad.run.h5"));
    QVERIFY(refusal(path("bad.run.h5"), out).find("was trained on other images") != std::string::npos);
    // A checkpoint that is not the experiment's.
    record = sound;
    EngineState state = *sound.checkpoint;
    state.layers.pop_back();
    record.checkpoint = std::make_shared<EngineState>(state);
    writeRunFile(record, path("bad.run.h5"));
    QVERIFY(!refusal(path("bad.run.h5"), out).empty());
    state = *sound.checkpoint;
    std::swap(state.layers[0], state.layers[1]);
    record.checkpoint = std::make_shared<EngineState>(state);
    writeRunFile(record, path("bad.run.h5"));
    QVERIFY(!refusal(path("bad.run.h5"), out).empty());
    QVERIFY(!fs::exists(out));
}

QTEST_GUILESS_MAIN(TestExporting)
#include "tst_exporting.moc"
