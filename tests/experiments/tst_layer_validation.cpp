#include "tests/experiments/validation_rows.h"

#include <algorithm>
#include <limits>

using namespace ternbench;
using namespace ternbench::test;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

LayerSpec windowed(LayerKind kind, const char* name, const Window& window, int outputs = 1)
{
    LayerSpec spec;
    spec.kind = kind;
    spec.name = name;
    spec.window = window;
    spec.outputs = outputs;
    return spec;
}

/// 28x28x1 - 28x28x8 - 14x14x8 - 12x12x16 - 6x6x16 - 32 - 10
Experiment convolutional()
{
    Experiment experiment = defaultExperiment();
    std::vector<LayerSpec>& layers = experiment.network.layers;
    LayerSpec hidden = layers.front();
    hidden.outputs = 32;
    layers = {windowed(LayerKind::Conv2d, "conv1", {3, 1, 1}, 8),
              windowed(LayerKind::MaxPool, "pool1", {2, 2, 0}),
              windowed(LayerKind::Conv2d, "conv2", {3, 1, 0}, 16),
              windowed(LayerKind::AveragePool, "pool2", {2, 2, 0}),
              hidden,
              layers.back()};
    layers.front().groupAxis = GroupAxis::Flattened;
    return experiment;
}

} // namespace

/// What validate() says of layers: their values, and whether they fit each other and the data.
class TestLayerValidation : public QObject
{
    Q_OBJECT

private slots:
    void impossibleLayerIsNamed_data();
    void impossibleLayerIsNamed() { checkProblemRow(defaultExperiment()); }
    void possibleConvolutionHasNoProblem_data();
    void possibleConvolutionHasNoProblem();
    void impossibleConvolutionIsNamed_data();
    void impossibleConvolutionIsNamed() { checkProblemRow(convolutional()); }
    void reservedNames_data();
    void reservedNames();
    void shapeOfTheFilesCounts();
};

void TestLayerValidation::impossibleLayerIsNamed_data()
{
    addProblemColumns();
    const auto& row = addProblemRow;
    row(
        "no layer", [](Experiment& e) { e.network.layers.clear(); }, "layers",
        "0 entries is not allowed: must be 1..64");
    row(
        "65 layers", [](Experiment& e) { e.network.layers.resize(65); }, "layers",
        "65 entries is not allowed: must be 1..64");
    row(
        "name with a blank", [](Experiment& e) { layer(e, 1).name = "f c"; }, "layers[1].name",
        "\"f c\" is not allowed: must be 1..32 characters out of");
    row(
        "layer name empty", [](Experiment& e) { layer(e, 1).name.clear(); }, "layers[1].name",
        "\"\" is not allowed");
    row(
        "layer name long", [](Experiment& e) { layer(e, 1).name.assign(33, 'x'); }, "layers[1].name",
        "1..32 characters");
    row(
        "layer name twice", [](Experiment& e) { layer(e, 2).name = "fc1"; }, "layers[2].name",
        "\"fc1\" is not allowed: must be unique: layers[0]");
    row(
        "no outputs", [](Experiment& e) { layer(e, 1).outputs = 0; }, "layers[1].outputs",
        "0 is not allowed: must be 1..65536");
    row(
        "too many outputs", [](Experiment& e) { layer(e, 1).outputs = 65537; }, "layers[1].outputs",
        "65537 is not allowed");
    row(
        "N of 0", [](Experiment& e) { layer(e, 1).code.groupSize = 0; }, "layers[1].code.N",
        "0 is not allowed: must be 1..32");
    row(
        "K of 0", [](Experiment& e) { layer(e, 1).code.maxNonZeros = 0; }, "layers[1].code.K",
        "0 is not allowed: must be 1..8");
    row(
        "K above N", [](Experiment& e) { layer(e, 1).code.maxNonZeros = 9; }, "layers[1].code.K",
        "9 is not allowed: must be 1..8");
    row(
        "table too large",
        [](Experiment& e) {
            layer(e, 1).code = {32, 16, CodeFamily::AtMostK};
        },
        "layers[1].code.K", "16 is not allowed");
    row(
        "8-bit weights in groups",
        [](Experiment& e) {
            layer(e, 1).code = {4, 1, CodeFamily::EightBit};
        },
        "layers[1].code.N", "4 is not allowed: must be 1 of 8-bit weights");
    row(
        "1 bit", [](Experiment& e) { layer(e, 1).activationBits = 1; }, "layers[1].activation_bits",
        "must be 2..8");
    row(
        "9 bits", [](Experiment& e) { layer(e, 1).activationBits = 9; }, "layers[1].activation_bits",
        "must be 2..8");
    row(
        "negative clip", [](Experiment& e) { layer(e, 1).clip = -0.5; }, "layers[1].clip",
        "-0.5 is not allowed: must be at least 0");
    row(
        "infinite clip", [](Experiment& e) { layer(e, 1).clip = infinite; }, "layers[1].clip",
        "inf is not allowed");
    row(
        "dropout of 1", [](Experiment& e) { layer(e, 1).dropout = 1.0; }, "layers[1].dropout",
        "1 is not allowed: must be at least 0, below 1");
    row(
        "dropout not a number", [](Experiment& e) { layer(e, 1).dropout = notANumber; }, "layers[1].dropout",
        "nan is not allowed");
    row(
        "dropout in the last layer", [](Experiment& e) { layer(e, 3).dropout = 0.5; }, "layers[3].dropout",
        "0.5 is not allowed: must be 0 in the last layer");
    row(
        "ReLU in the last layer", [](Experiment& e) { layer(e, 3).activation = Activation::Relu; },
        "layers[3].activation", "\"relu\" is not allowed: must be \"none\"");
    row(
        "no ReLU in a hidden layer", [](Experiment& e) { layer(e, 1).activation = Activation::None; },
        "layers[1].activation", "\"none\" is not allowed: must be \"relu\"");
    row(
        "too few outputs for Fashion-MNIST", [](Experiment& e) { layer(e, 3).outputs = 9; },
        "layers[3].outputs", "9 is not allowed: must be at least 10");
    row(
        "too few outputs for generated data",
        [](Experiment& e) {
            useGenerated(e);
            e.data.generatedClasses = 11;
        },
        "layers[3].outputs", "10 is not allowed: must be at least 11");
    row(
        "too many weights", [](Experiment& e) { layer(e, 0).outputs = layer(e, 1).outputs = 65536; },
        "layers", "weights in all is not allowed: must be at most 2147483648");
    row(
        "exactly-K beyond the tail",
        [](Experiment& e) {
            layer(e, 0).code = {5, 5, CodeFamily::ExactlyK};
        },
        "layers[0].code.K",
        "5 is not allowed: must be at most 4 for exactly-k: groups along 784 inputs leave a last group of 4");
}

void TestLayerValidation::possibleConvolutionHasNoProblem_data()
{
    QTest::addColumn<Change>("change");
    const auto row = [](const char* name, const Change& change) { QTest::newRow(name) << change; };
    row("small network", [](Experiment&) {});
    row("widest windows", [](Experiment& e) {
        layer(e, 0).window = {28, 64, 27};
        layer(e, 1).window = {1, 64, 0};
        layer(e, 2).window = {1, 1, 0};
        layer(e, 3).window = {1, 1, 0};
    });
    row("kernel as large as its input", [](Experiment& e) {
        layer(e, 2).window.kernel = 14;
        layer(e, 3).window.kernel = 1;
    });
    row("pooling has no weights to be wrong", [](Experiment& e) {
        layer(e, 1).outputs = 0;
        layer(e, 1).code = {0, 0};
        layer(e, 1).activationBits = 0;
        layer(e, 1).dropout = 2.0;
        layer(e, 1).activation = Activation::None;
    });
    row("multiplier for any average", [](Experiment& e) { layer(e, 3).window.kernel = 3; });
    row("powers of two", [](Experiment& e) {
        e.network.requantization = Requantization::PowerOfTwo;
        layer(e, 1).window.kernel = 3; // the largest of 9 needs no division
        layer(e, 3).window.kernel = 4;
    });
    row("exactly-K as long as the tail", [](Experiment& e) {
        layer(e, 2).code = {3, 2, CodeFamily::ExactlyK};
    });
}

void TestLayerValidation::possibleConvolutionHasNoProblem()
{
    QFETCH(Change, change);
    Experiment experiment = convolutional();
    change(experiment);
    const auto problems = validate(experiment);
    QVERIFY2(problems.empty(), toString(problems).c_str());
}

void TestLayerValidation::impossibleConvolutionIsNamed_data()
{
    addProblemColumns();
    const auto& row = addProblemRow;
    row(
        "kernel of 0", [](Experiment& e) { layer(e, 0).window.kernel = 0; }, "layers[0].kernel",
        "0 is not allowed: must be 1..64");
    row(
        "kernel of 65", [](Experiment& e) { layer(e, 2).window.kernel = 65; }, "layers[2].kernel",
        "65 is not allowed: must be 1..64");
    row(
        "pool of 0", [](Experiment& e) { layer(e, 1).window.kernel = 0; }, "layers[1].kernel",
        "0 is not allowed: must be 1..64");
    row(
        "stride of 0", [](Experiment& e) { layer(e, 0).window.stride = 0; }, "layers[0].stride",
        "0 is not allowed: must be 1..64");
    row(
        "pool's stride of 65", [](Experiment& e) { layer(e, 3).window.stride = 65; }, "layers[3].stride",
        "65 is not allowed: must be 1..64");
    row(
        "negative padding", [](Experiment& e) { layer(e, 0).window.padding = -1; }, "layers[0].padding",
        "-1 is not allowed: must be 0..2");
    row(
        "padding of a kernel", [](Experiment& e) { layer(e, 0).window.padding = 3; }, "layers[0].padding",
        "3 is not allowed: must be 0..2");
    row(
        "kernel beyond the image",
        [](Experiment& e) {
            layer(e, 0).window = {31, 1, 1};
        },
        "layers[0].kernel", "31 is not allowed for inputs of 28 x 28 x 1: must be 1..30");
    row(
        "kernel beyond what is pooled", [](Experiment& e) { layer(e, 2).window.kernel = 15; },
        "layers[2].kernel", "15 is not allowed for inputs of 14 x 14 x 8: must be 1..14");
    row(
        "pool beyond its input", [](Experiment& e) { layer(e, 3).window.kernel = 16; }, "layers[3].kernel",
        "16 is not allowed for inputs of 12 x 12 x 16: must be 1..12");
    row(
        "no output channels", [](Experiment& e) { layer(e, 0).outputs = 0; }, "layers[0].outputs",
        "0 is not allowed: must be 1..65536");
    row(
        "too many activations", [](Experiment& e) { layer(e, 0).outputs = 65536; }, "layers[0].outputs",
        "65536 is not allowed: must be fewer: at most 16777216 activations");
    row(
        "pooling first", [](Experiment& e) { e.network.layers.erase(e.network.layers.begin()); },
        "layers[0].kind", "\"max_pool\" is not allowed: must be \"linear\" or \"conv2d\"");
    row(
        "convolution behind linear",
        [](Experiment& e) {
            const auto conv2 = e.network.layers.begin() + 2;
            std::rotate(conv2, conv2 + 1, conv2 + 3);
        },
        "layers[4].kind", "\"conv2d\" is not allowed: must be \"linear\" behind a linear layer");
    row(
        "pooling behind linear", [](Experiment& e) { std::swap(layer(e, 3), layer(e, 4)); }, "layers[4].kind",
        "\"average_pool\" is not allowed: must be \"linear\" behind a linear layer");
    row(
        "pooling last", [](Experiment& e) { e.network.layers.resize(4); }, "layers[3].kind",
        "\"average_pool\" is not allowed: must be \"linear\" in the last layer");
    row(
        "convolution last", [](Experiment& e) { layer(e, 5).kind = LayerKind::Conv2d; }, "layers[5].kind",
        "\"conv2d\" is not allowed: must be \"linear\" in the last layer");
    row(
        "pooling alone", [](Experiment& e) { e.network.layers = {layer(e, 1)}; }, "layers[0].kind",
        "\"max_pool\" is not allowed: must be \"linear\" in the last layer");
    row(
        "no ReLU in a convolution", [](Experiment& e) { layer(e, 0).activation = Activation::None; },
        "layers[0].activation", "\"none\" is not allowed: must be \"relu\"");
    row(
        "pool's name twice", [](Experiment& e) { layer(e, 3).name = "pool1"; }, "layers[3].name",
        "\"pool1\" is not allowed: must be unique: layers[1]");
    row(
        "exactly-K beyond the channels' tail",
        [](Experiment& e) {
            layer(e, 2).code = {3, 3, CodeFamily::ExactlyK};
        },
        "layers[2].code.K",
        "3 is not allowed: must be at most 2 for exactly-k: groups along 8 inputs leave a last group of 2");
    row(
        "exactly-K beyond the fan-in's tail",
        [](Experiment& e) {
            layer(e, 0).code = {4, 2, CodeFamily::ExactlyK};
        },
        "layers[0].code.K",
        "2 is not allowed: must be at most 1 for exactly-k: groups along 9 inputs leave a last group of 1");
    row(
        "stage's code beyond the channels' tail",
        [](Experiment& e) {
            layer(e, 0).code = floatWeights; // whatever the stage says
            e.training.schedule[1].code = {5, 4, CodeFamily::ExactlyK};
        },
        "schedule[1].code.K",
        "4 is not allowed for layers[4] (\"fc1\"): must be at most 1 for exactly-k: groups along 576 inputs");
    row(
        "average that no shift can take",
        [](Experiment& e) {
            e.network.requantization = Requantization::PowerOfTwo;
            layer(e, 3).window.kernel = 3;
        },
        "layers[3].kernel",
        "3 is not allowed: must be 1, 2, 4, 8, 16, 32 or 64 with requantization \"power-of-two\": an average "
        "of 9 values needs a multiplier");
}

void TestLayerValidation::reservedNames_data()
{
    QTest::addColumn<QString>("name");
    for (const char* name :
         {"input", "layers", "ledger", "verification", "report", "file", "argmax", "total"})
        QTest::newRow(name) << name;
}

void TestLayerValidation::reservedNames()
{
    QFETCH(QString, name);
    for (const std::size_t index : {0u, 1u}) {
        Experiment experiment = convolutional();
        layer(experiment, index).name = name.toStdString();
        const auto problems = validate(experiment);
        QCOMPARE(problems.size(), std::size_t{1});
        QCOMPARE(problems.front().path, "layers[" + std::to_string(index) + "].name");
        QVERIFY2(problems.front().message.starts_with('"' + name.toStdString() +
                                                      "\" is not allowed: must be another name"),
                 problems.front().message.c_str());
    }
}

void TestLayerValidation::shapeOfTheFilesCounts()
{
    Experiment experiment = convolutional();
    experiment.data.kind = DataKind::Hdf5;
    experiment.data.folder = "somewhere.h5";
    QVERIFY(validate(experiment).empty()); // nothing is known yet
    QVERIFY(validate(experiment, TensorShape{8, 9, 3}).empty());
    const auto problems = validate(experiment, TensorShape{4, 9, 3});
    QCOMPARE(toString(problems),
             std::string("layers[2].kernel: 3 is not allowed for inputs of 2 x 4 x 8: must be 1..2"));
    // A folder may hold other images than those that its kind is named after.
    QVERIFY(!validate(convolutional(), TensorShape{4, 9, 3}).empty());
}

QTEST_GUILESS_MAIN(TestLayerValidation)
#include "tst_layer_validation.moc"
