#include "core/integer/reference_model.h"

#include <QTest>

#include <algorithm>

using namespace ternbench;

// What the reference computes is tst_fold's, layer kinds are tst_convolution_network's. Here are the limits
// of its arithmetic.
class TestReferenceModel : public QObject
{
    Q_OBJECT

private slots:
    void sumsMayLeave32Bits();
};

void TestReferenceModel::sumsMayLeave32Bits()
{
    // The reference may sum in 32 bits up to the fan-in of 512, where 512·32768·128 is 2^31.
    for (const int fanIn : {1, 131, 511, 512, 513, 1000, 150'000})
        for (const int q : {32767, -32768, -32767, 255}) {
            IntegerLayer layer;
            layer.rows = 2;
            layer.fanIn = fanIn;
            layer.weights.assign(2 * std::size_t(fanIn), 127);
            std::fill_n(layer.weights.begin(), fanIn, std::int8_t(-128));
            layer.multiplier = {1, 1};
            layer.offset = {0, 0};
            layer.shift = {0, 0};
            const IntegerNetwork network{{fanIn, false, std::vector<std::int16_t>(256, std::int16_t(q))},
                                         {layer}};
            const std::vector<std::uint8_t> bytes(std::size_t(fanIn), 7);
            const std::int64_t each = std::int64_t{fanIn} * q;
            QCOMPARE(runReference(network, bytes).scores,
                     (std::vector<std::int64_t>{-128 * each, 127 * each}));
        }
}

QTEST_GUILESS_MAIN(TestReferenceModel)
#include "tst_reference_model.moc"
