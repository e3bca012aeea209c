#include "core/error.h"
#include "core/storage/run_file.h"
#include "tests/core/hdf5_edits.h"
#include "tests/core/small_convolution.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <limits>

using namespace ternbench;
using test::refusalOf;
namespace fs = std::filesystem;

namespace {

/// A record with something in every field, from a run stopped within a coded epoch.
RunRecord smallRecord(bool stopped = true)
{
    Trainer trainer = small::trainer(2);
    RunRecord record;
    for (int epoch = 0; epoch < 4; ++epoch) {
        while (!trainer.epochDone())
            record.batchLosses.push_back(trainer.step().loss);
        record.history.push_back(std::make_shared<EpochSnapshot>(trainer.finishEpoch(0.25 * epoch)));
    }
    for (int step = 0; stopped && step < 3; ++step)
        record.batchLosses.push_back(trainer.step().loss);
    EngineState state = trainer.state();
    state.position.seconds = 1.0 / 3.0;
    record.checkpoint = std::make_shared<EngineState>(std::move(state));
    record.experimentJson = "{\"name\": \"Gr\xC3\xB6\xC3\x9F"
                            "e\"}\n";
    record.environment = currentEnvironment();
    record.environment.threads = 3;
    record.environment.seed = std::numeric_limits<std::uint64_t>::max(); // beyond int64
    record.environment.trainSha256 = "0123";
    record.environment.testSha256 = "4567";
    record.status = RunStatus::Diverged;
    record.message = "diverged: \"quoted\"\nand a second line";
    return record;
}

bool same(const Histogram& a, const Histogram& b)
{
    return a.edges == b.edges && a.counts == b.counts;
}

/// The first field in which two layers of an epoch differ; patterns and mask are kept for the last epoch
/// alone.
std::string difference(const LayerSnapshot& a, const LayerSnapshot& b, bool last)
{
    if (a.name != b.name || a.rows != b.rows || a.fanIn != b.fanIn || a.kernel != b.kernel ||
        a.code != b.code)
        return "name, shape or code";
    if (!same(a.shadow, b.shadow) || !same(a.normalized, b.normalized) || !same(a.kept, b.kept))
        return "histograms";
    if (a.scale != b.scale || a.threshold != b.threshold || a.normalizerLow != b.normalizerLow ||
        a.normalizerMedian != b.normalizerMedian || a.normalizerHigh != b.normalizerHigh)
        return "scales";
    if (a.groups != b.groups || a.nonZerosPerGroup != b.nonZerosPerGroup ||
        a.groupsAtLimit != b.groupsAtLimit || a.indexFlips != b.indexFlips || a.signFlips != b.signFlips)
        return "groups";
    if (a.sparsity != b.sparsity || a.codingError != b.codingError ||
        a.codingErrorNormalized != b.codingErrorNormalized)
        return "errors";
    if (!last)
        return "";
    const bool sameMask = a.mask && b.mask && a.mask->values == b.mask->values &&
                          a.mask->rows == b.mask->rows && a.mask->columns == b.mask->columns;
    if (!a.grouping != !b.grouping || (a.grouping && *a.grouping != *b.grouping))
        return "grouping";
    return sameMask && a.patternUsage == b.patternUsage ? "" : "mask or pattern usage";
}

std::string difference(const EpochSnapshot& a, const EpochSnapshot& b, bool last)
{
    if (a.epoch != b.epoch || a.stage != b.stage || a.trainLoss != b.trainLoss ||
        a.trainError != b.trainError || a.testLoss != b.testLoss || a.testError != b.testError ||
        a.learningRate != b.learningRate || a.seconds != b.seconds || a.layers.size() != b.layers.size())
        return "figures";
    for (std::size_t l = 0; l < a.layers.size(); ++l)
        if (const std::string what = difference(a.layers[l], b.layers[l], last); !what.empty())
            return a.layers[l].name + ": " + what;
    return "";
}

} // namespace

class TestRunFile : public QObject
{
    Q_OBJECT

private slots:
    void initTestCase();
    void comesBackBitForBit();
    void trainingGoesOnFromTheFile();
    void groupsOfTheMaskComeBack_data();
    void groupsOfTheMaskComeBack();
    void emptyRecordComesBack();
    void everyStatusComesBack();
    void formatIsRecognized();
    void newerVersionIsRefused();
    void truncatedFilesAreRefused();
    void everyMissingObjectIsNamed();
    void wrongTypeOrShapeIsNamed();
    void everyFlippedBitIsFound();
    void everyChangedAttributeIsFound();
    void changedAttributesNeverCrash();
    void aFailedWriteLeavesTheOldFile();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    fs::path copy() const
    {
        fs::copy_file(m_file, path("copy.h5"), fs::copy_options::overwrite_existing);
        return path("copy.h5");
    }

    QTemporaryDir m_folder;
    fs::path m_file;
    RunRecord m_record;
};

void TestRunFile::initTestCase()
{
    QVERIFY(m_folder.isValid());
    m_record = smallRecord();
    m_file = path("sound.run.h5");
    writeRunFile(m_record, m_file);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

void TestRunFile::comesBackBitForBit()
{
    const RunRecord back = readRunFile(m_file);
    QCOMPARE(back.experimentJson, m_record.experimentJson);
    QCOMPARE(back.message, m_record.message);
    QVERIFY(back.status == RunStatus::Diverged);
    const Environment &a = m_record.environment, &b = back.environment;
    QCOMPARE(b.generator, a.generator);
    QCOMPARE(b.cpu, a.cpu);
    QCOMPARE(b.simd, a.simd);
    QCOMPARE(b.blas, a.blas);
    QCOMPARE(b.blasKernels, a.blasKernels);
    QCOMPARE(b.hdf5, a.hdf5);
    QCOMPARE(b.threads, 3);
    QCOMPARE(b.seed, a.seed);
    QCOMPARE(b.trainSha256, a.trainSha256);
    QCOMPARE(b.testSha256, a.testSha256);
    QVERIFY(back.batchLosses == m_record.batchLosses); // no fuzz
    QCOMPARE(back.history.size(), std::size_t{4});
    for (std::size_t e = 0; e < 4; ++e)
        QCOMPARE(difference(*back.history[e], *m_record.history[e], e == 3), std::string());
    QCOMPARE(small::difference(*back.checkpoint, *m_record.checkpoint), std::string());
    QVERIFY(back.checkpoint->position.seconds == 1.0 / 3.0);
}

void TestRunFile::trainingGoesOnFromTheFile()
{
    Trainer restored = small::trainer(1);
    restored.restore(*readRunFile(m_file).checkpoint);
    small::trainEpochs(restored, 1);
    Trainer whole = small::trainer(1);
    small::trainEpochs(whole, 5);
    QCOMPARE(small::difference(restored.state(), whole.state()), std::string());
}

void TestRunFile::groupsOfTheMaskComeBack_data()
{
    QTest::addColumn<bool>("balanced");
    QTest::newRow("groups along both axes, with tails") << false;
    QTest::newRow("balanced groups") << true;
}

/// Non-zeros are counted in the mask once more, group by group.
void TestRunFile::groupsOfTheMaskComeBack()
{
    QFETCH(bool, balanced);
    Trainer trainer(small::convolutionNetwork(),
                    {.grouping = balanced ? InputGrouping::Balanced : InputGrouping::Consecutive},
                    small::convolutionTraining(), 7, small::data().train, small::data().test, 2);
    RunRecord record;
    record.history.push_back(std::make_shared<EpochSnapshot>(small::trainEpochs(trainer, 4)));
    record.checkpoint = std::make_shared<EngineState>(trainer.state());
    writeRunFile(record, path("groups.run.h5"));
    const RunRecord back = readRunFile(path("groups.run.h5"));
    for (std::size_t l = 0; l < back.history[0]->layers.size(); ++l) {
        const LayerSnapshot& layer = back.history[0]->layers[l];
        const std::string problem = difference(record.history[0]->layers[l], layer, true);
        QVERIFY2(problem.empty(), (layer.name + ": " + problem).c_str());
        const int n = layer.code->groupSize;
        std::vector<std::uint64_t> counts(std::size_t(n) + 1, 0);
        for (int row = 0; row < layer.rows; ++row)
            for (int g = 0; g < layer.grouping->groupsPerRow(n); ++g) {
                const Grouping::Span span = layer.grouping->group(g, n);
                std::size_t nonZeros = 0;
                for (int p = span.first; p < span.first + span.size; ++p)
                    nonZeros +=
                        layer.mask->values[std::size_t(row * layer.fanIn + layer.grouping->at(p))] != 0;
                ++counts[nonZeros];
            }
        QCOMPARE(counts, layer.nonZerosPerGroup);
    }
    QCOMPARE(back.history[0]->layers[0].kernel, 3);
    QCOMPARE(back.history[0]->layers[2].kernel, 0);
}

void TestRunFile::emptyRecordComesBack()
{
    RunRecord record;
    record.experimentJson = "{}";
    writeRunFile(record, path("empty.h5"));
    const RunRecord back = readRunFile(path("empty.h5"));
    QVERIFY(back.history.empty() && back.batchLosses.empty() && !back.checkpoint);
    QCOMPARE(back.message, std::string());
    QVERIFY(back.status == RunStatus::Unfinished);
}

void TestRunFile::everyStatusComesBack()
{
    for (const RunStatus status : {RunStatus::Unfinished, RunStatus::Finished, RunStatus::Diverged}) {
        RunRecord record;
        record.status = status;
        writeRunFile(record, path("status.h5"));
        QVERIFY(readRunFile(path("status.h5")).status == status);
    }
}

void TestRunFile::formatIsRecognized()
{
    QCOMPARE(formatOf(m_file), std::string("ternbench.run"));
    QCOMPARE(formatOf(path("missing.h5")), std::string());
    QCOMPARE(formatOf(path(".")), std::string());
    QCOMPARE(formatOf(fs::path(__FILE__)), std::string());
}

void TestRunFile::newerVersionIsRefused()
{
    const fs::path file = copy();
    edits::changeAttribute(file, "/", "format_version");
    const std::string message = refusalOf([&] { readRunFile(file); });
    QVERIFY2(message.starts_with(file.string()), message.c_str());
    QVERIFY2(message.find("4 is newer than this program reads (3)") != std::string::npos, message.c_str());
}

void TestRunFile::truncatedFilesAreRefused()
{
    const auto size = fs::file_size(m_file);
    for (const std::uintmax_t length :
         {std::uintmax_t{0}, std::uintmax_t{7}, std::uintmax_t{96}, size / 3, size - 1}) {
        const fs::path file = copy();
        fs::resize_file(file, length);
        const std::string message = refusalOf([&] { readRunFile(file); });
        QVERIFY2(message.starts_with(file.string() + ": is"), message.c_str());
        QCOMPARE(fs::file_size(file), length);
        QCOMPARE(formatOf(file), std::string());
    }
}

void TestRunFile::everyMissingObjectIsNamed()
{
    for (const H5O_type_t type : {H5O_TYPE_GROUP, H5O_TYPE_DATASET})
        for (const std::string& object : edits::objects(m_file, type)) {
            const bool optional = object == "/" || object == "/checkpoint" || object.ends_with("/coding") ||
                                  object.ends_with("/mask") || object.starts_with("/layers/") ||
                                  (object.starts_with("/checkpoint/") &&
                                   object.find('/', 12) == std::string::npos && type == H5O_TYPE_GROUP) ||
                                  object.ends_with("/gamma");
            if (optional)
                continue; // absent in other sound files; the next check is the trainer's
            const fs::path file = copy();
            edits::removeLink(file, object);
            const std::string message = refusalOf([&] { readRunFile(file); });
            QVERIFY2(message.starts_with(file.string() + ": " + object + ":"),
                     (object + ": " + message).c_str());
        }
}

void TestRunFile::wrongTypeOrShapeIsNamed()
{
    for (const std::string& dataset : edits::objects(m_file, H5O_TYPE_DATASET))
        for (const auto& [type, shape] : {std::pair{H5T_STD_I16LE, std::vector<hsize_t>{4}},
                                          {H5T_IEEE_F64LE, {1, 1, 1}},
                                          {H5T_STD_U32LE, {100'000}}}) {
            const bool asIs = dataset.ends_with("/pattern_usage") && type == H5T_STD_U32LE; // any length
            if (asIs)
                continue;
            const fs::path file = copy();
            edits::replaceDataset(file, dataset, type, shape);
            const std::string message = refusalOf([&] { readRunFile(file); });
            QVERIFY2(message.starts_with(file.string() + ": /"), (dataset + ": " + message).c_str());
        }
}

void TestRunFile::everyFlippedBitIsFound()
{
    std::vector<std::string> datasets = edits::objects(m_file, H5O_TYPE_DATASET);
    QVERIFY(datasets.size() > 50);
    for (const std::string& dataset : datasets) {
        const fs::path file = copy();
        if (!edits::flipBit(file, dataset, 3))
            continue; // an empty one
        const std::string message = refusalOf([&] { readRunFile(file); });
        QVERIFY2(message.starts_with(file.string() + ": /"), (dataset + ": " + message).c_str());
    }
    const fs::path file = copy();
    QVERIFY(edits::flipBit(file, "/checkpoint/00_fc1/weights", 12));
    const std::string message = refusalOf([&] { readRunFile(file); });
    QVERIFY2(message.find("/checkpoint/00_fc1/weights: its SHA-256 is") != std::string::npos,
             message.c_str());
}

void TestRunFile::everyChangedAttributeIsFound()
{
    for (const std::string& object : edits::objects(m_file, H5O_TYPE_GROUP))
        for (const std::string& name : edits::attributesOf(m_file, object)) {
            const fs::path file = copy();
            edits::changeAttribute(file, object, name);
            QVERIFY2(!refusalOf([&] { readRunFile(file); }).empty(), (object + "@" + name).c_str());
        }
}

void TestRunFile::changedAttributesNeverCrash()
{
    // Files of version 2 carried no digests: a change is refused, or gives another record, but what a
    // checkpoint claims must never be used beyond what is there.
    const fs::path older = path("older.run.h5");
    fs::copy_file(m_file, older);
    edits::setInteger(older, "/", "format_version", 2);
    edits::removeAttribute(older, "/", "attributes_sha256");
    QVERIFY(readRunFile(older).checkpoint);
    int refused = 0;
    for (const std::string& object : edits::objects(older, H5O_TYPE_GROUP))
        for (const std::string& name : edits::attributesOf(older, object)) {
            const fs::path file = path("copy.h5");
            fs::copy_file(older, file, fs::copy_options::overwrite_existing);
            edits::changeAttribute(file, object, name);
            try {
                const RunRecord record = readRunFile(file);
                Trainer trainer = small::trainer(1);
                trainer.restore(*record.checkpoint);
                if (!trainer.finished() && !trainer.epochDone())
                    trainer.step();
            } catch (const InputError& error) {
                ++refused;
                QVERIFY2(!std::string(error.what()).empty(), (object + "@" + name).c_str());
            }
        }
    QVERIFY(refused >= 10); // format, version, status, shapes, codes
}

void TestRunFile::aFailedWriteLeavesTheOldFile()
{
    const std::string message = refusalOf([&] { writeRunFile(m_record, path("no such folder") / "x.h5"); });
    QVERIFY2(message.find("cannot be written") != std::string::npos, message.c_str());
    QVERIFY(!refusalOf([&] { writeRunFile(m_record, path(".")); }).empty());
    writeRunFile(m_record, path("again.h5"));
    writeRunFile(m_record, path("again.h5")); // over an existing file
    QVERIFY(readRunFile(path("again.h5")).checkpoint);
    for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
        QVERIFY2(entry.path().string().find(".tmp-") == std::string::npos, entry.path().c_str());
}

QTEST_GUILESS_MAIN(TestRunFile)
#include "tst_run_file.moc"
