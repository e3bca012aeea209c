#include "datasets/generated.h"
#include "datasets/source.h"

#include <QTest>

#include <algorithm>
#include <limits>
#include <set>
#include <span>
#include <utility>
#include <vector>

using namespace ternbench;

namespace {

DataSpec generatedSpec()
{
    DataSpec spec;
    spec.kind = DataKind::Generated;
    return spec;
}

std::span<const std::uint8_t> image(const LabelledImages& images, int index)
{
    const auto inputs = static_cast<std::size_t>(images.inputs);
    return std::span(images.pixels).subspan(static_cast<std::size_t>(index) * inputs, inputs);
}

double squaredDistance(std::span<const std::uint8_t> image, std::span<const double> other)
{
    double sum = 0;
    for (std::size_t i = 0; i < image.size(); ++i)
        sum += (image[i] - other[i]) * (image[i] - other[i]);
    return sum;
}

/// A point in the space of images that stands for a class.
struct Prototype
{
    std::vector<double> values;
    int label = 0;
};

/// The share of test images whose nearest prototype is of another class.
double nearestError(const LabelledImages& test, const std::vector<Prototype>& prototypes)
{
    int wrong = 0;
    for (int i = 0; i < test.count; ++i) {
        int found = -1;
        double least = std::numeric_limits<double>::max();
        for (const Prototype& prototype : prototypes) {
            const double distance = squaredDistance(image(test, i), prototype.values);
            if (distance < least) {
                least = distance;
                found = prototype.label;
            }
        }
        wrong += found != test.labels[static_cast<std::size_t>(i)];
    }
    return wrong / static_cast<double>(test.count);
}

/// The mean image of each class: the nearest of them is a linear classifier.
std::vector<Prototype> classMeans(const LabelledImages& images, int classes)
{
    std::vector<Prototype> means;
    for (int label = 0; label < classes; ++label) {
        Prototype mean{std::vector<double>(static_cast<std::size_t>(images.inputs)), label};
        const auto count = static_cast<double>(std::ranges::count(images.labels, label));
        for (int i = 0; i < images.count; ++i)
            if (images.labels[static_cast<std::size_t>(i)] == label)
                for (std::size_t j = 0; j < mean.values.size(); ++j)
                    mean.values[j] += image(images, i)[j] / count;
        means.push_back(std::move(mean));
    }
    return means;
}

/// Every image for itself: the nearest of them needs no straight boundary.
std::vector<Prototype> eachImage(const LabelledImages& images)
{
    std::vector<Prototype> all;
    for (int i = 0; i < images.count; ++i)
        all.push_back(
            {{image(images, i).begin(), image(images, i).end()}, images.labels[static_cast<std::size_t>(i)]});
    return all;
}

} // namespace

class TestGenerated : public QObject
{
    Q_OBJECT

private slots:
    void hasTheShapeAskedFor();
    void isTheSameEverywhere();
    void dependsOnTheSeed();
    void firstImagesDoNotDependOnTheCount();
    void testImagesAreNotTrainingImages();
    void runsHoldEachClassOnce();
    void canBeLearntButNotByLinesAlone();
    void smallestAndLargest_data();
    void smallestAndLargest();
    void refuses_data();
    void refuses();
};

void TestGenerated::hasTheShapeAskedFor()
{
    DataSpec spec = generatedSpec();
    spec.generatedTrain = 70;
    spec.generatedTest = 30;
    spec.generatedSide = 12;
    spec.generatedClasses = 3;
    const Dataset data = loadDataset(spec);
    QCOMPARE(data.origin, std::string("generated"));
    QCOMPARE(data.inputs(), 144);
    QCOMPARE(data.classes(), 3);
    QCOMPARE(data.train.count, 70);
    QCOMPARE(data.train.inputs, 144);
    QCOMPARE(data.train.pixels.size(), std::size_t{70 * 144});
    QCOMPARE(data.train.labels.size(), std::size_t{70});
    QCOMPARE(data.test.pixels.size(), std::size_t{30 * 144});
}

void TestGenerated::isTheSameEverywhere()
{
    // Pinned: a change would make every stored result on generated data incomparable.
    const Dataset data = loadDataset(generatedSpec());
    qInfo("train %s, test %s", data.trainSha256.c_str(), data.testSha256.c_str());
    QCOMPARE(data.trainSha256,
             std::string("8e336b28fb86af4d519865d45ab8a38ca0d86242cd841817bc041cf5e7937924"));
    QCOMPARE(data.testSha256,
             std::string("236cfad66e1fcab10c47f6f94569030ef473eff98d7d0e94acfb7a69f1f60c84"));
}

void TestGenerated::dependsOnTheSeed()
{
    DataSpec spec = generatedSpec();
    spec.generatedTrain = spec.generatedTest = 100;
    std::set<std::string> digests;
    for (const std::uint64_t seed :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{2}, ~std::uint64_t{0}}) {
        spec.generatedSeed = seed;
        digests.insert(loadDataset(spec).trainSha256);
    }
    QCOMPARE(digests.size(), std::size_t{4});
}

void TestGenerated::firstImagesDoNotDependOnTheCount()
{
    DataSpec spec = generatedSpec();
    spec.generatedTrain = 35;
    const LabelledImages few = loadDataset(spec).train;
    spec.generatedTrain = 500;
    const LabelledImages first = generateTrainingImages(spec, 35);
    QCOMPARE(first.count, 35);
    QCOMPARE(first.inputs, spec.generatedSide * spec.generatedSide);
    QCOMPARE(first.height, spec.generatedSide);
    QCOMPARE(first.width, spec.generatedSide);
    QCOMPARE(first.channels, 1);
    QCOMPARE(first.pixels, few.pixels);
    QCOMPARE(first.labels, few.labels);
}

void TestGenerated::testImagesAreNotTrainingImages()
{
    const Dataset data = loadDataset(generatedSpec());
    std::set<std::vector<std::uint8_t>> seen;
    for (const LabelledImages* split : {&data.train, &data.test})
        for (int i = 0; i < split->count; ++i)
            seen.emplace(image(*split, i).begin(), image(*split, i).end());
    QCOMPARE(seen.size(), std::size_t{5000});
}

void TestGenerated::runsHoldEachClassOnce()
{
    const Dataset data = loadDataset(generatedSpec());
    std::set<std::vector<std::uint8_t>> orders;
    for (auto run = data.train.labels.begin(); run != data.train.labels.end(); run += 10) {
        std::vector<std::uint8_t> labels(run, run + 10);
        orders.insert(labels);
        std::ranges::sort(labels);
        QCOMPARE(labels, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
    }
    QVERIFY2(orders.size() > 390, "the order within a run must be random");
}

void TestGenerated::canBeLearntButNotByLinesAlone()
{
    DataSpec spec = generatedSpec();
    spec.testLimit = 200; // comparing every pair of images takes time
    const Dataset data = loadDataset(spec);
    const double linear = nearestError(data.test, classMeans(data.train, data.classes()));
    const double nearest = nearestError(data.test, eachImage(data.train));
    qInfo("error of nearest mean %.3f, of nearest image %.3f", linear, nearest);
    QVERIFY(linear > 0.10); // hidden layers have something to do
    QVERIFY(linear < 0.60); // chance is 0.90
    QVERIFY(nearest < 0.5 * linear);
}

void TestGenerated::smallestAndLargest_data()
{
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("classes");
    QTest::newRow("smallest images") << minGeneratedSide << 2;
    QTest::newRow("largest images") << maxGeneratedSide << 2;
    QTest::newRow("most classes") << 8 << maxGeneratedClasses;
}

void TestGenerated::smallestAndLargest()
{
    QFETCH(int, side);
    QFETCH(int, classes);
    DataSpec spec = generatedSpec();
    spec.generatedSide = side;
    spec.generatedClasses = classes;
    spec.generatedTrain = 256;
    spec.generatedTest = 1;
    const Dataset data = loadDataset(spec);
    QCOMPARE(data.train.inputs, side * side);
    QCOMPARE(data.classes(), classes);
    QCOMPARE(int{*std::ranges::max_element(data.train.labels)}, classes - 1);
    const auto [least, most] = std::ranges::minmax_element(data.train.pixels);
    QVERIFY2(*most - *least > 100, "the images must have contrast");
}

void TestGenerated::refuses_data()
{
    QTest::addColumn<int>("train");
    QTest::addColumn<int>("test");
    QTest::addColumn<int>("side");
    QTest::addColumn<int>("classes");
    QTest::addColumn<QString>("said");
    QTest::newRow("no training images")
        << 0 << 1 << 16 << 10 << "data.generated.train: 0 is not allowed: must be 1..1,000,000";
    QTest::newRow("negative test images") << 1 << -5 << 16 << 10 << "data.generated.test: -5 is not allowed";
    QTest::newRow("too many images") << 1'000'001 << 1 << 16 << 10
                                     << "data.generated.train: 1000001 is not allowed";
    QTest::newRow("side too small") << 1 << 1 << 3 << 10
                                    << "data.generated.side: 3 is not allowed: must be 4..128";
    QTest::newRow("side too large") << 1 << 1 << 129 << 10 << "data.generated.side: 129 is not allowed";
    QTest::newRow("one class") << 1 << 1 << 16 << 1
                               << "data.generated.classes: 1 is not allowed: must be 2..256";
    QTest::newRow("too many classes") << 1 << 1 << 16 << 257 << "data.generated.classes: 257 is not allowed";
}

void TestGenerated::refuses()
{
    QFETCH(int, train);
    QFETCH(int, test);
    QFETCH(int, side);
    QFETCH(int, classes);
    QFETCH(QString, said);
    DataSpec spec = generatedSpec();
    spec.generatedTrain = train;
    spec.generatedTest = test;
    spec.generatedSide = side;
    spec.generatedClasses = classes;
    const DatasetSummary summary = describeDataset(spec);
    QVERIFY(!summary.found);
    QVERIFY2(QString::fromStdString(summary.message).startsWith(said), summary.message.c_str());
}

QTEST_GUILESS_MAIN(TestGenerated)
#include "tst_generated.moc"
