#include "core/error.h"
#include "core/integer/fold.h"
#include "core/integer/reference_model.h"
#include "core/random.h"
#include "tests/core/small_packed.h"
#include "tests/refusal_text.h"

#include <QTest>

#include <cmath>
#include <numeric>

using namespace ternbench;

namespace {

/// A coded layer by hand: plain ternary, unit normalizers, threshold 0.5, D = 1, bias.
LayerState handLayer(const std::string& name, int rows, int fanIn, const FloatBuffer& weights)
{
    LayerState layer;
    layer.name = name;
    layer.rows = rows;
    layer.fanIn = fanIn;
    layer.weights.values = weights;
    layer.beta.values.assign(std::size_t(rows), 0.0f);
    Coding coding;
    coding.code = {2, 2};
    coding.normalizer.row.assign(std::size_t(rows), 1.0f);
    coding.normalizer.column.assign(std::size_t(fanIn), 1.0f);
    fillInverses(coding.normalizer);
    coding.threshold = 0.5f;
    coding.scale = 1.0;
    coding.rowSums.resize(std::size_t(rows));
    layer.coding = coding;
    return layer;
}

/// 2-2-2 on bytes taken as they are: q = byte; hidden steps of 4/255, so that A = 1/4.
struct HandNetwork
{
    NetworkSpec spec;
    EngineState state;
    InputStage input{InputNormalization::Unit, {}};

    HandNetwork()
    {
        spec.layers = {small::layer("h", 2), small::scores(2)};
        state.inputScale = 1.0 / 255.0;
        state.layers = {handLayer("h", 2, 2, {1.0f, -0.6f, 0.2f, 0.7f}),    // + -; 0 +
                        handLayer("out", 2, 2, {-0.9f, 0.8f, 0.6f, 0.5f})}; // - +; + 0 (0.5 is not above)
        state.layers[0].clip = 4.0;
        state.layers[0].beta.values = {float(2.0 / 255.0), 0.0f}; // half a step
    }
    IntegerNetwork folded() const
    {
        return fold(spec, state, input, vectorShape(state.layers.front().fanIn));
    }
};

/// One hidden row of fan-in 1 with t = +1 before a score layer that passes it on.
IntegerNetwork oneRow(std::int32_t multiplier, std::int64_t offset, std::uint8_t shift, int bits)
{
    IntegerNetwork network;
    network.input.inputs = 1;
    for (int byte = 0; byte < 256; ++byte)
        network.input.values.push_back(std::int16_t(byte - 128));
    IntegerLayer hidden;
    hidden.rows = hidden.fanIn = 1;
    hidden.weights = {1};
    hidden.multiplier = {multiplier};
    hidden.offset = {offset};
    hidden.shift = {shift};
    hidden.activationBits = bits;
    IntegerLayer last = hidden;
    last.multiplier = {1};
    last.offset = {0};
    last.shift = {0};
    network.layers = {hidden, last};
    return network;
}

int hiddenOf(const IntegerNetwork& network, int q)
{
    const std::uint8_t byte = std::uint8_t(q + 128);
    return runReference(network, std::span(&byte, 1)).hidden[0][0];
}

std::string refusalOf(const NetworkSpec& spec, const EngineState& state, const InputStage& input)
{
    return test::refusalOf([&] { fold(spec, state, input, vectorShape(state.layers.front().fanIn)); });
}

/// Bits of the narrowest two's complement integer for least..most, by trying them in turn.
int bitsFor(std::int64_t least, std::int64_t most)
{
    int bits = 1;
    while (least < -(std::int64_t{1} << (bits - 1)) || most > (std::int64_t{1} << (bits - 1)) - 1)
        ++bits;
    return bits;
}

} // namespace

class TestFold : public QObject
{
    Q_OBJECT

private slots:
    void byHand();
    void batchNormalizationAndNormalizers();
    void inputTableRoundsHalvesAwayFromZero();
    void requantizationRoundsHalvesUp();
    void activationsAreClamped_data();
    void activationsAreClamped();
    void scoresKeep64Bits();
    void tiesGoToTheLowestClass();
    void multipliersUseTheir16Bits();
    void refusesTooLargeFactors_data();
    void refusesTooLargeFactors();
    void refusesFloatLayers();
    void accumulatorBitsByBruteForce();
    void accumulatorBitsOfNetworks();
    void agreesWithTheFloatNetwork_data();
    void agreesWithTheFloatNetwork();
    void referenceRunsInOrderOnAnyThreads();
};

void TestFold::byHand()
{
    const IntegerNetwork network = HandNetwork().folded();
    QVERIFY(!network.input.perInput);
    for (int byte = 0; byte < 256; ++byte)
        QCOMPARE(int{network.input.at(std::uint8_t(byte), 0)}, byte);
    const IntegerLayer& hidden = network.layers[0];
    QCOMPARE(hidden.weights, (std::vector<std::int8_t>{1, -1, 0, 1}));
    // 1/4 = 16384·2^-16; the next finer shift would need 32768. Offsets: half a step (or nothing), and the
    // half that makes the floor a rounding.
    QCOMPARE(hidden.multiplier, (std::vector<std::int32_t>{16384, 16384}));
    QCOMPARE(hidden.shift, (std::vector<std::uint8_t>{16, 16}));
    QCOMPARE(hidden.offset, (std::vector<std::int64_t>{32768 + 32768, 32768}));
    QCOMPARE(network.layers[1].weights, (std::vector<std::int8_t>{-1, 1, 1, 0}));
    QCOMPARE(network.layers[1].offset, (std::vector<std::int64_t>{0, 0}));

    // acc = 10 - 5 = 5: 5/4 + 1/2 = 1.75 -> 2; acc = 5: 5/4 = 1.25 -> 1.
    const std::vector<std::uint8_t> image{10, 5};
    const IntegerOutputs outputs = runReference(network, image);
    QCOMPARE(outputs.hidden.size(), std::size_t{1});
    QCOMPARE(outputs.hidden[0], (std::vector<std::int32_t>{2, 1}));
    const std::int64_t m = network.layers[1].multiplier[0];
    QCOMPARE(outputs.scores, (std::vector<std::int64_t>{(-2 + 1) * m, 2 * m}));
    QCOMPARE(classOf(outputs.scores), 1);
}

void TestFold::batchNormalizationAndNormalizers()
{
    HandNetwork hand;
    LayerState& layer = hand.state.layers[0];
    layer.gamma.values = {-1.5f, 0.8f}; // negative: a larger sum gives a smaller output
    layer.beta.values = {1.7f, -0.3f};
    layer.runningMean = {0.2f, -0.9f};
    layer.runningVariance = {0.5f, 2.0f};
    layer.coding->scale = 0.7;
    layer.coding->normalizer.row = {1.3f, 0.6f};
    fillInverses(layer.coding->normalizer);
    layer.coding->threshold = 0.1f;
    Normalizer& next = hand.state.layers[1].coding->normalizer;
    next.column = {0.9f, 2.2f};
    fillInverses(next);
    const IntegerNetwork network = hand.folded();

    // The real-valued network, from its definition.
    for (int a = 0; a < 256; a += 5)
        for (int b = 0; b < 256; b += 7) {
            const std::vector<std::uint8_t> image{std::uint8_t(a), std::uint8_t(b)};
            const IntegerOutputs outputs = runReference(network, image);
            const int acc[2] = {a - b, a + b};
            for (std::size_t i = 0; i < 2; ++i) {
                const double z = 0.7 * double(layer.coding->normalizer.row[i]) * acc[i] / 255.0;
                const double y = double(layer.gamma.values[i]) * (z - double(layer.runningMean[i])) /
                                     std::sqrt(double(layer.runningVariance[i]) + batchNormEpsilon) +
                                 double(layer.beta.values[i]);
                const double q = std::clamp(y * double(next.column[i]) / (4.0 / 255.0), 0.0, 255.0);
                // The multiplier's relative error 2^-15 of |A·acc| < 2^9, and the rounding itself.
                QVERIFY(std::abs(q - outputs.hidden[0][i]) <= 0.5 + 0x1.0p-6);
            }
        }
    QVERIFY(network.layers[0].multiplier[0] < 0 && network.layers[0].multiplier[1] > 0);
}

void TestFold::inputTableRoundsHalvesAwayFromZero()
{
    HandNetwork hand;
    hand.state.layers[0].coding->normalizer.column = {0.5f, 1.0f}; // exact halves at odd bytes
    fillInverses(hand.state.layers[0].coding->normalizer);
    hand.input.zero = 100.0; // signed, as with standardized inputs
    hand.input.gain = 1.0;
    hand.input.lo = -40;
    hand.input.hi = 50;
    hand.state.inputScale = 1.0;
    const InputTable table = hand.folded().input;
    QVERIFY(table.perInput);
    QCOMPARE(int{table.at(101, 0)}, 1); //  0.5
    QCOMPARE(int{table.at(99, 0)}, -1); // -0.5
    QCOMPARE(int{table.at(103, 0)}, 2); //  1.5
    QCOMPARE(int{table.at(97, 0)}, -2); // -1.5
    QCOMPARE(int{table.at(102, 0)}, 1);
    QCOMPARE(int{table.at(101, 1)}, 1);
    QCOMPARE(int{table.at(0, 0)}, -40); // clamped
    QCOMPARE(int{table.at(255, 1)}, 50);
}

void TestFold::requantizationRoundsHalvesUp()
{
    const IntegerNetwork network = oneRow(1, 2, 2, 8); // q/4, with the half
    QCOMPARE(hiddenOf(network, 4), 1);
    QCOMPARE(hiddenOf(network, 5), 1); // 1.25
    QCOMPARE(hiddenOf(network, 6), 2); // 1.5
    QCOMPARE(hiddenOf(network, 7), 2);
    QCOMPARE(hiddenOf(network, 1), 0);
    QCOMPARE(hiddenOf(network, 2), 1);               // 0.5
    QCOMPARE(hiddenOf(oneRow(-3, 64, 3, 8), 20), 0); // (-60 + 64) >> 3
    QCOMPARE(hiddenOf(oneRow(-3, 68, 3, 8), 20), 1);
    QCOMPARE(hiddenOf(oneRow(-3, 0, 0, 8), -20), 60);
}

void TestFold::activationsAreClamped_data()
{
    QTest::addColumn<int>("bits");
    for (int bits = 2; bits <= 8; ++bits)
        QTest::addRow("%d bits", bits) << bits;
}

void TestFold::activationsAreClamped()
{
    QFETCH(int, bits);
    const int top = (1 << bits) - 1;
    const IntegerNetwork network = oneRow(4, 0, 0, bits);
    QCOMPARE(hiddenOf(network, -1), 0);
    QCOMPARE(hiddenOf(network, -128), 0);
    QCOMPARE(hiddenOf(network, top / 4), top / 4 * 4);
    QCOMPARE(hiddenOf(network, top / 4 + 1), top);
    QCOMPARE(hiddenOf(network, 127), top);
}

void TestFold::scoresKeep64Bits()
{
    IntegerNetwork network = oneRow(1, 128, 0, 8);
    network.layers[1].multiplier = {-32767};
    network.layers[1].offset = {std::int64_t{1} << 59};
    network.layers[1].shift = {40}; // common, and not applied
    const std::uint8_t byte = 255;
    const IntegerOutputs outputs = runReference(network, std::span(&byte, 1));
    QCOMPARE(outputs.hidden[0][0], 255);
    QCOMPARE(outputs.scores[0], (std::int64_t{1} << 59) - 255 * 32767);
}

void TestFold::tiesGoToTheLowestClass()
{
    QCOMPARE(classOf(std::vector<std::int64_t>{3, 7, 7, 1}), 1);
    QCOMPARE(classOf(std::vector<std::int64_t>{0, 0, 0}), 0);
    QCOMPARE(classOf(std::vector<std::int64_t>{-5, -9, -2, -2}), 2);
}

void TestFold::multipliersUseTheir16Bits()
{
    const IntegerNetwork network =
        fold(small::network(), small::codedState(), small::inputStage(), vectorShape(121));
    for (const IntegerLayer& layer : network.layers) {
        const bool last = &layer == &network.layers.back();
        std::int32_t largest = 0;
        for (std::size_t i = 0; i < layer.multiplier.size(); ++i) {
            largest = std::max(largest, std::abs(layer.multiplier[i]));
            // Half of the range or more, unless the shift is at its end: the relative error is below 2^-15.
            QVERIFY(last || std::abs(layer.multiplier[i]) >= 16383 || layer.shift[i] == 40);
            QVERIFY(!last || layer.shift[i] == layer.shift[0]);
        }
        QVERIFY(largest >= 16383 && largest <= 32767);
    }
}

void TestFold::refusesTooLargeFactors_data()
{
    QTest::addColumn<int>("layer");
    QTest::addColumn<double>("scale");
    QTest::addColumn<bool>("allowed");
    // A = scale/4 in the hidden layer, scale·4/255 for the scores
    QTest::newRow("hidden, largest allowed") << 0 << 4.0 * 32767 << true;
    QTest::newRow("hidden, too large") << 0 << 4.0 * 32768 << false;
    QTest::newRow("scores, too large") << 1 << 255.0 * 32768 / 4 << false;
    QTest::newRow("infinite") << 0 << std::numeric_limits<double>::infinity() << false;
    QTest::newRow("not a number") << 1 << std::nan("") << false;
}

void TestFold::refusesTooLargeFactors()
{
    QFETCH(int, layer);
    QFETCH(double, scale);
    QFETCH(bool, allowed);
    HandNetwork hand;
    hand.state.layers[std::size_t(layer)].coding->scale = scale;
    const std::string message = refusalOf(hand.spec, hand.state, hand.input);
    QCOMPARE(message.empty(), allowed);
    const std::string start = layer == 0 ? "layer 'h': row 0" : "layer 'out': row 0";
    QVERIFY2(allowed || message.starts_with(start), message.c_str());
}

void TestFold::refusesFloatLayers()
{
    HandNetwork hand;
    hand.state.layers[1].coding.reset();
    const std::string message = refusalOf(hand.spec, hand.state, hand.input);
    QVERIFY2(message.starts_with("layer 'out' is still float"), message.c_str());
}

void TestFold::accumulatorBitsByBruteForce()
{
    constexpr int fanIn = 6;
    Random random(1, 400);
    for (int trial = 0; trial < 200; ++trial) {
        IntegerLayer layer;
        layer.rows = 2;
        layer.fanIn = fanIn;
        std::vector<std::int32_t> lo(fanIn), hi(fanIn);
        const int spread = 1 << random.below(9); // 1: bits at the smallest widths too
        for (std::size_t j = 0; j < fanIn; ++j) {
            lo[j] = int(random.below(std::uint32_t(spread))) - spread / 2;
            hi[j] = lo[j] + int(random.below(std::uint32_t(spread)));
        }
        for (int i = 0; i < 2 * fanIn; ++i)
            layer.weights.push_back(std::int8_t(int(random.below(3)) - 1));
        // Every sum of extremes, and of part of them: inputs come one after the other in hardware.
        int words = 1;
        for (int j = 0; j < fanIn; ++j)
            words *= 3;
        int bits = 1;
        for (std::size_t row = 0; row < 2; ++row)
            for (int word = 0; word < words; ++word) {
                std::int64_t sum = 0;
                for (std::size_t j = 0, rest = std::size_t(word); j < fanIn; ++j, rest /= 3)
                    sum += layer.weights[row * fanIn + j] * (rest % 3 == 0   ? 0
                                                             : rest % 3 == 1 ? lo[j]
                                                                             : hi[j]);
                bits = std::max(bits, bitsFor(sum, sum));
            }
        QCOMPARE(accumulatorBitsFor(layer, lo, hi), bits);
    }
}

void TestFold::accumulatorBitsOfNetworks()
{
    const IntegerNetwork hand = HandNetwork().folded();
    QCOMPARE(hand.layers[0].accumulatorBits, 9); // -255..255
    QCOMPARE(hand.layers[1].accumulatorBits, 9);
    const IntegerNetwork network =
        fold(small::network(), small::codedState(), small::inputStage(), vectorShape(121));
    // No image overflows what is promised; the widest sum of the test set is not far below it.
    const IntegerLayer& layer = network.layers[1];
    std::int64_t least = 0, most = 0;
    ThreadPool pool(1);
    runReferenceOver(network, small::data().test, pool, [&](int, const IntegerOutputs& outputs) {
        for (std::size_t row = 0; row < std::size_t(layer.rows); ++row) {
            std::int64_t acc = 0;
            for (std::size_t j = 0; j < outputs.hidden[0].size(); ++j)
                acc += layer.weights[row * outputs.hidden[0].size() + j] * outputs.hidden[0][j];
            least = std::min(least, acc);
            most = std::max(most, acc);
        }
    });
    QVERIFY(bitsFor(least, most) <= layer.accumulatorBits);
    QVERIFY(bitsFor(least, most) >= layer.accumulatorBits - 4);
}

void TestFold::agreesWithTheFloatNetwork_data()
{
    QTest::addColumn<WeightNormalization>("normalization");
    QTest::newRow("none") << WeightNormalization::None;
    QTest::newRow("layer") << WeightNormalization::Layer;
    QTest::newRow("column") << WeightNormalization::Column;
    QTest::newRow("row") << WeightNormalization::Row;
}

void TestFold::agreesWithTheFloatNetwork()
{
    QFETCH(WeightNormalization, normalization);
    Trainer trainer = small::trainer(1, {QuantizerMethod::Lloyd, normalization, normalization});
    small::trainEpochs(trainer, 5);
    const EngineState state = trainer.state();
    const IntegerNetwork network = fold(small::network(), state, trainer.input(), vectorShape(121));

    const LabelledImages& test = small::data().test;
    constexpr int batch = 50; // so many images are in the trainer's buffers at a time
    std::int64_t compared = 0, equal = 0, near = 0;
    int integerErrors = 0;
    for (int first = 0; first < test.count; first += batch) {
        LabelledImages images = emptyImages(batch, test.height, test.width, test.channels);
        const auto from = test.pixels.begin() + std::ptrdiff_t(first) * test.inputs;
        images.pixels.assign(from, from + batch * test.inputs);
        images.labels.assign(test.labels.begin() + first, test.labels.begin() + first + batch);
        trainer.evaluate(images);
        for (int b = 0; b < batch; ++b) {
            const auto inputs = std::size_t(test.inputs);
            const IntegerOutputs outputs =
                runReference(network, std::span(images.pixels).subspan(std::size_t(b) * inputs, inputs));
            integerErrors += classOf(outputs.scores) != images.labels[std::size_t(b)] ? 1 : 0;
            for (std::size_t l = 0; l < outputs.hidden.size(); ++l) {
                const std::size_t rows = outputs.hidden[l].size();
                for (std::size_t i = 0; i < rows; ++i) {
                    const double step = state.layers[l].clip / 255.0 /
                                        double(state.layers[l + 1].coding->normalizer.column[i]);
                    const double q =
                        double(trainer.network().layers()[l]->output()[std::size_t(b) * rows + i]) / step;
                    const double difference = std::abs(q - outputs.hidden[l][i]);
                    ++compared;
                    equal += difference < 0.25 ? 1 : 0;
                    near += difference < 1.25 ? 1 : 0;
                }
            }
        }
    }
    const double floatError = trainer.evaluate(test).error;
    qInfo("equal %.3f %%, within one step %.3f %%, errors %.0f and %d of %d",
          100.0 * double(equal) / double(compared), 100.0 * double(near) / double(compared),
          floatError * test.count, integerErrors, test.count);
    // The integer and the float path round alike unless a value lies within its error of a rounding border:
    // multipliers err by 2^-15 of up to 255 steps, 0.008 steps, on both sides of each border, 1.6 %. Where
    // it falls on the other side the next layer's sum moves by one of its hundred inputs' steps, which is
    // again about one step at most.
    QVERIFY(double(equal) > 0.97 * double(compared));
    QVERIFY(double(near) > 0.999 * double(compared));
    QVERIFY(std::abs(floatError * test.count - integerErrors) <= 2.0);
}

void TestFold::referenceRunsInOrderOnAnyThreads()
{
    const IntegerNetwork network =
        fold(small::network(), small::codedState(), small::inputStage(), vectorShape(121));
    LabelledImages many = small::data().train; // more than one portion of images
    std::vector<std::vector<std::int64_t>> scores;
    for (const int threads : {1, 3}) {
        ThreadPool pool(threads);
        int expected = 0;
        runReferenceOver(network, many, pool, [&](int image, const IntegerOutputs& outputs) {
            QCOMPARE(image, expected++);
            if (threads == 1)
                scores.push_back(outputs.scores);
            else
                QVERIFY(outputs.scores == scores[std::size_t(image)]);
        });
        QCOMPARE(expected, many.count);
    }
}

QTEST_GUILESS_MAIN(TestFold)
#include "tst_fold.moc"
