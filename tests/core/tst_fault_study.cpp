#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/packed/bit_packing.h"
#include "core/packed/fault_study.h"
#include "core/packed/group_indexes.h"
#include "core/packed/index_faults.h"
#include "core/random.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <cmath>

using namespace ternbench;

namespace {

const IntegerNetwork& network()
{
    static const IntegerNetwork folded =
        fold(small::network(), small::codedState(), small::inputStage(), vectorShape(121));
    return folded;
}

FaultCurve study(const FaultStudySpec& spec, int threads = 1)
{
    ThreadPool pool(threads);
    return studyFaults(network(), small::data().test, spec, pool);
}

bool same(const Spread& a, const Spread& b)
{
    return a.mean == b.mean && a.least == b.least && a.most == b.most;
}

bool same(const FaultPoint& a, const FaultPoint& b)
{
    return a.flips == b.flips && a.repeats == b.repeats && a.caught == b.caught && a.silent == b.silent &&
           a.harmless == b.harmless && same(a.illegalGroups, b.illegalGroups) &&
           same(a.changedClasses, b.changedClasses) && same(a.classError, b.classError);
}

std::string refusalOf(const FaultStudySpec& spec, const LabelledImages& images = small::data().test)
{
    ThreadPool pool(1);
    return test::refusalOf([&] { studyFaults(network(), images, spec, pool); });
}

/// Flips bits of the packed bytes, as the file stores them, and decodes those: the long way round.
std::vector<std::int8_t> decodedFromBytes(const IntegerLayer& layer, const std::set<std::uint64_t>& flipped)
{
    const Codebook codebook(layer.code);
    const std::size_t groups = groupsPerRow(layer), bits = std::size_t(codebook.bits());
    const auto n = std::size_t(layer.code.groupSize), fanIn = std::size_t(layer.fanIn);
    std::vector<std::int8_t> weights(layer.weights.size());
    for (std::size_t row = 0; row < std::size_t(layer.rows); ++row) {
        std::vector<std::uint8_t> bytes(packedBytes(groups, codebook.bits()));
        packIndexes(rowIndexes(layer, codebook, row), codebook.bits(), bytes);
        for (std::size_t bit = 0; bit < groups * bits; ++bit)
            if (flipped.contains(row * groups * bits + bit))
                bytes[bit / 8] = std::uint8_t(bytes[bit / 8] ^ (1u << (bit % 8)));
        std::vector<std::uint32_t> indexes(groups);
        if (!unpackIndexes(bytes, codebook.bits(), indexes))
            return {};
        for (std::size_t j = 0; j < fanIn; ++j) {
            std::vector<std::int8_t> pattern(n, 0);
            if (indexes[j / n] < codebook.size())
                codebook.unrank(indexes[j / n], pattern);
            weights[row * fanIn + j] = pattern[j % n];
        }
    }
    return weights;
}

} // namespace

class TestFaultStudy : public QObject
{
    Q_OBJECT

private slots:
    void bitsAreThoseOfThePackedBytes();
    void noFlipChangesNothing();
    void singleFlipsAgreeWithExhaustion();
    void trimmedPowersOfTwoCatchNothing();
    void illegalGroupsAreZeros();
    void reproducibleBySeedAlone();
    void errorGrowsWithFaults();
    void allBitsFlippedIsAllowed();
    void defaultsAreLogSpaced();
    void badSpecIsRefused();
    void canBeCancelled();
};

void TestFaultStudy::bitsAreThoseOfThePackedBytes()
{
    const IndexBits bits(network());
    // 16 groups of 8 bits, 17 of 7, 3 of 8: row padding is not counted.
    QCOMPARE(bits.count(), std::uint64_t{131 * 16 * 8 + 21 * 17 * 7 + 6 * 3 * 8});
    Random random(9, 400);
    std::uint64_t first = 0;
    for (std::size_t l = 0; l < network().layers.size(); ++l) {
        const IntegerLayer& layer = network().layers[l];
        const std::uint64_t own =
            std::uint64_t(layer.rows) * groupsPerRow(layer) * std::uint64_t(indexBits(layer.code));
        std::set<std::uint64_t> ofLayer, ofNetwork;
        for (int i = 0; i < 40; ++i) {
            ofLayer.insert(random.next() % own);
            ofLayer.insert(own - 1 - std::uint64_t(i)); // several in a group, the very last included
        }
        for (const std::uint64_t bit : ofLayer)
            ofNetwork.insert(first + bit);
        FaultDamage damage;
        const IntegerNetwork faulty = bits.flip(ofNetwork, damage);
        QVERIFY(damage.hitGroups > 10 && damage.hitGroups <= ofLayer.size());
        for (std::size_t other = 0; other < network().layers.size(); ++other)
            QCOMPARE(faulty.layers[other].weights,
                     other == l ? decodedFromBytes(layer, ofLayer) : network().layers[other].weights);
        first += own;
    }
    QCOMPARE(first, bits.count());
}

void TestFaultStudy::noFlipChangesNothing()
{
    const FaultCurve curve = study({{0}, 3, 0, 1});
    QCOMPARE(curve.images, 150);
    ThreadPool pool(1);
    const GoldenOutputs golden = computeGolden(network(), small::data().test, pool);
    QCOMPARE(curve.soundClassError, double(golden.classErrors) / 150.0);
    const FaultPoint& point = curve.points.front();
    QCOMPARE(point.harmless, 3);
    QCOMPARE(point.caught + point.silent, 0);
    QVERIFY(same(point.classError, {curve.soundClassError, curve.soundClassError, curve.soundClassError}));
    QVERIFY(same(point.changedClasses, {}));
}

void TestFaultStudy::singleFlipsAgreeWithExhaustion()
{
    // Every single bit, one after the other: what `detectableBits` claims to count.
    const IndexBits bits(network());
    std::uint64_t illegal = 0;
    for (std::uint64_t bit = 0; bit < bits.count(); bit += 7) {
        FaultDamage damage;
        bits.flip({bit}, damage);
        QCOMPARE(damage.hitGroups, std::uint64_t{1});
        illegal += damage.illegalGroups;
    }
    const std::uint64_t tried = (bits.count() + 6) / 7;
    const double share = double(bits.countDetectable()) / double(bits.count());
    QVERIFY(share > 0.01);
    // Every seventh bit is a sample of the exact share; five standard deviations.
    const double tolerance = 5.0 * std::sqrt(share * (1.0 - share) / double(tried));
    QVERIFY(std::abs(double(illegal) / double(tried) - share) < tolerance);

    // (8,2): from any index but 128 the top bit leads beyond 128 (from 0, to 128); index 128 itself, with any
    // other bit set, lies beyond the table. Counted here from the indexes alone.
    std::uint64_t expected = 0;
    for (const std::size_t l : {0u, 2u}) {
        const IntegerLayer& layer = network().layers[l];
        const Codebook codebook(layer.code);
        for (std::size_t row = 0; row < std::size_t(layer.rows); ++row)
            for (const std::uint32_t index : rowIndexes(layer, codebook, row))
                expected += index == 128 ? 7 : index == 0 ? 0 : 1;
    }
    QCOMPARE(bits.countDetectable(), expected); // fc2 is trimmed: nothing lies beyond its 128 patterns
}

void TestFaultStudy::trimmedPowersOfTwoCatchNothing()
{
    IntegerNetwork trimmed;
    trimmed.layers = {network().layers[1]};
    QCOMPARE(IndexBits(trimmed).countDetectable(), std::uint64_t{0});
}

void TestFaultStudy::illegalGroupsAreZeros()
{
    const IndexBits bits(network());
    const Codebook codebook({8, 2});
    const std::uint32_t index = rowIndexes(network().layers[0], codebook, 5)[3];
    QVERIFY(index > 0 && index < 128); // or another group must be taken
    FaultDamage damage;
    const IntegerNetwork faulty = bits.flip({(5 * 16 + 3) * 8 + 7}, damage);
    QCOMPARE(damage.illegalGroups, std::uint64_t{1});
    std::vector<std::int8_t> expected = network().layers[0].weights;
    std::fill_n(expected.begin() + 5 * 121 + 3 * 8, 8, std::int8_t{0});
    QCOMPARE(faulty.layers[0].weights, expected);
}

void TestFaultStudy::reproducibleBySeedAlone()
{
    const FaultCurve first = study({{3, 50}, 4, 60, 11});
    const FaultCurve threads = study({{3, 50}, 4, 60, 11}, 3);
    const FaultCurve alone = study({{50}, 4, 60, 11});
    const FaultCurve otherSeed = study({{3, 50}, 4, 60, 12});
    QVERIFY(same(first.points[0], threads.points[0]) && same(first.points[1], threads.points[1]));
    QVERIFY(same(first.points[1], alone.points[0]));
    QVERIFY(!same(first.points[1], otherSeed.points[1]));
}

void TestFaultStudy::errorGrowsWithFaults()
{
    const FaultCurve curve = study({{0, 20, 5000}, 4, 0, 1});
    for (const FaultPoint& point : curve.points) {
        QCOMPARE(point.caught + point.silent + point.harmless, 4);
        QVERIFY(point.classError.least <= point.classError.mean &&
                point.classError.mean <= point.classError.most);
    }
    QCOMPARE(curve.points[2].caught, 4); // one in some hundred is still certain among thousands
    QVERIFY(curve.points[2].classError.mean > curve.points[0].classError.mean);
    QVERIFY(curve.points[2].changedClasses.mean > curve.points[1].changedClasses.mean);
}

void TestFaultStudy::allBitsFlippedIsAllowed()
{
    const auto all = std::int64_t(IndexBits(network()).count());
    const FaultCurve curve = study({{all}, 2, 10, 1});
    QVERIFY(curve.points[0].classError.least == curve.points[0].classError.most); // there is one such draw
}

void TestFaultStudy::defaultsAreLogSpaced()
{
    QCOMPARE(defaultFlips(1000), (std::vector<std::int64_t>{0, 1, 2, 5, 10, 20, 50, 100}));
    QCOMPARE(defaultFlips(999).back(), std::int64_t{50});
    QCOMPARE(defaultFlips(3), (std::vector<std::int64_t>{0}));
    const FaultCurve curve = study({{}, 1, 5, 1});
    QCOMPARE(curve.points.size(), defaultFlips(curve.indexBits).size());
}

void TestFaultStudy::badSpecIsRefused()
{
    const auto all = std::int64_t(IndexBits(network()).count());
    QCOMPARE(refusalOf({{1, all + 1}, 1, 5, 1}), "flips: " + std::to_string(all + 1) +
                                                     " is not allowed: must be 0.." + std::to_string(all) +
                                                     " (the index bits of the network)");
    QVERIFY(refusalOf({{-1}, 1, 5, 1}).starts_with("flips: -1 is not allowed: must be 0.."));
    QCOMPARE(refusalOf({{1}, 0, 5, 1}), "repeats: 0 is not allowed: must be 1..10000");
    QCOMPARE(refusalOf({{1}, 1, -1, 1}), "images: -1 is not allowed: must be 0 or more");
    LabelledImages wrong = emptyVectors(2, 3);
    wrong.pixels.resize(6);
    wrong.labels.resize(2);
    QVERIFY(refusalOf({{1}, 1, 5, 1}, wrong).find("2 images of 3 values") != std::string::npos);
    QVERIFY(refusalOf({{1}, 1, 0, 1}, {}).find("0 images") != std::string::npos);
}

void TestFaultStudy::canBeCancelled()
{
    ThreadPool pool(1);
    int calls = 0;
    QVERIFY_THROWS_EXCEPTION(RunError, studyFaults(network(), small::data().test, {{1}, 2, 0, 1}, pool,
                                                   [&](double) { return ++calls < 200; }));
    QCOMPARE(calls, 200);
    double last = 0.0;
    studyFaults(network(), small::data().test, {{0, 1}, 2, 0, 1}, pool, [&](double share) {
        [&] { QVERIFY(share >= last && share <= 1.0); }();
        last = share;
        return true;
    });
    QVERIFY(last > 0.99);
}

QTEST_GUILESS_MAIN(TestFaultStudy)
#include "tst_fault_study.moc"
