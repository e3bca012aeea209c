#include "experiments/validation.h"
#include "tests/datasets/hdf5_files.h"
#include "tests/experiments/small_run.h"

#include <QTemporaryDir>

using namespace ternbench;
using ternbench::testing::SmallSet;
namespace fs = std::filesystem;

// Moves and mirrors are refused where they would leave nothing of an image, or where there is no image.

class TestAugmentationLimits : public QObject
{
    Q_OBJECT

private slots:
    void knownImages_data();
    void knownImages();
    void imagesOfAnyShape_data();
    void imagesOfAnyShape();
    void aRunIsRefusedAtItsStart_data();
    void aRunIsRefusedAtItsStart();
};

void TestAugmentationLimits::knownImages_data()
{
    QTest::addColumn<DataSpec>("data");
    QTest::addColumn<int>("shift");
    QTest::addColumn<QString>("problems");
    DataSpec cifar10{DataKind::Cifar10, "somewhere"}, idx{DataKind::Idx, "somewhere"};
    DataSpec generated{DataKind::Generated, ""};
    generated.generatedSide = 16;
    const QString path = "training.augmentation.shift: ";
    QTest::newRow("Fashion-MNIST, most") << DataSpec{} << 27 << "";
    QTest::newRow("Fashion-MNIST, too much") << DataSpec{} << 28
                                             << path + "28 is not allowed: must be at most 27 for images of "
                                                       "28 x 28, or nothing of some would be left";
    QTest::newRow("CIFAR-10, most") << cifar10 << 31 << "";
    QTest::newRow("CIFAR-10, too much") << cifar10 << 32
                                        << path + "32 is not allowed: must be at most 31 for images of 32 x "
                                                  "32, or nothing of some would be left";
    QTest::newRow("generated, most") << generated << 15 << "";
    QTest::newRow("generated, too much") << generated << 16
                                         << path + "16 is not allowed: must be at most 15 for images of 16 x "
                                                   "16, or nothing of some would be left";
    QTest::newRow("files decide") << idx << 64 << "";
    QTest::newRow("beyond all images") << generated << 65 << path + "65 is not allowed: must be 0..64";
    QTest::newRow("negative") << generated << -1 << path + "-1 is not allowed: must be 0..64";
}

void TestAugmentationLimits::knownImages()
{
    QFETCH(DataSpec, data);
    QFETCH(int, shift);
    QFETCH(QString, problems);
    Experiment experiment = defaultExperiment();
    experiment.data = data;
    experiment.training.augmentation.shift = shift;
    experiment.training.augmentation.flip = true;
    QCOMPARE(QString::fromStdString(toString(validate(experiment))), problems);
}

void TestAugmentationLimits::imagesOfAnyShape_data()
{
    QTest::addColumn<TensorShape>("image");
    QTest::addColumn<int>("shift");
    QTest::addColumn<bool>("flip");
    QTest::addColumn<QString>("problems");
    const QString path = "training.augmentation.";
    const QString flat = " for data of 9 values without height and width";
    QTest::newRow("lying, most") << TensorShape{3, 8, 1} << 2 << true << "";
    QTest::newRow("lying, too much") << TensorShape{3, 8, 1} << 3 << true
                                     << path +
                                            "shift: 3 is not allowed: must be at most 2 for images of 3 x 8, "
                                            "or nothing of some would be left";
    QTest::newRow("standing, too much")
        << TensorShape{8, 3, 2} << 3 << false
        << path + "shift: 3 is not allowed: must be at most 2 for images of 8 "
                  "x 3, or nothing of some would be left";
    QTest::newRow("values unchanged") << TensorShape{1, 9, 1} << 0 << false << "";
    QTest::newRow("values moved") << TensorShape{1, 9, 1} << 1 << false
                                  << path + "shift: 1 is not allowed: must be 0" + flat;
    QTest::newRow("values mirrored") << TensorShape{1, 9, 1} << 0 << true
                                     << path + "flip: true is not allowed: must be false" + flat;
    QTest::newRow("both") << TensorShape{1, 9, 1} << 4 << true
                          << path + "shift: 4 is not allowed: must be 0" + flat + "\n" + path +
                                 "flip: true is not allowed: must be false" + flat;
    QTest::newRow("a line of colours") << TensorShape{1, 9, 3} << 0 << true << "";
}

void TestAugmentationLimits::imagesOfAnyShape()
{
    QFETCH(TensorShape, image);
    QFETCH(int, shift);
    QFETCH(bool, flip);
    QFETCH(QString, problems);
    Experiment experiment = defaultExperiment();
    experiment.training.augmentation.shift = shift;
    experiment.training.augmentation.flip = flip;
    QCOMPARE(QString::fromStdString(toString(validate(experiment, image))), problems);
}

void TestAugmentationLimits::aRunIsRefusedAtItsStart_data()
{
    QTest::addColumn<bool>("flat");
    QTest::addColumn<int>("shift");
    QTest::addColumn<bool>("flip");
    QTest::addColumn<QString>("refused");
    QTest::newRow("images, possible") << false << 1 << true << "";
    QTest::newRow("images, too much")
        << false << 2 << false << "training.augmentation.shift: 2 is not allowed";
    QTest::newRow("values, unchanged") << true << 0 << false << "";
    QTest::newRow("values mirrored") << true << 0 << true
                                     << "training.augmentation.flip: true is not allowed";
}

/// The shape of an HDF5 file's images is known once it is open.
void TestAugmentationLimits::aRunIsRefusedAtItsStart()
{
    QFETCH(bool, flat);
    QFETCH(int, shift);
    QFETCH(bool, flip);
    QFETCH(QString, refused);
    const QTemporaryDir folder;
    const SmallSet set(folder.filePath("set.h5").toStdString());
    if (flat)
        set.edit([](const h5::Handle& file) {
            testing::putValues(file, "x_train", H5T_STD_U8LE, {3, 4},
                               testing::valuesOf<std::uint8_t>(12, false));
            testing::putValues(file, "x_test", H5T_STD_U8LE, {2, 4},
                               testing::valuesOf<std::uint8_t>(8, true));
        });
    Experiment experiment = small::experiment();
    experiment.data = set.spec();
    experiment.training.batchSize = 3;
    experiment.training.augmentation.shift = shift;
    experiment.training.augmentation.flip = flip;
    RunOptions options;
    options.output = folder.filePath("out.run.h5").toStdString();
    small::Recorder recorder;
    TrainingRun run(experiment, options, recorder.observer());
    run.wait();
    const small::Told told = recorder.told();
    QCOMPARE(told.states.back(), refused.isEmpty() ? RunState::Finished : RunState::Failed);
    QCOMPARE(run.failure(), refused.isEmpty() ? TrainingRun::Failure::None : TrainingRun::Failure::BadInput);
    QVERIFY2(refused.isEmpty() || told.lastMessage.starts_with(refused.toStdString()),
             told.lastMessage.c_str());
    QCOMPARE(fs::exists(options.output), refused.isEmpty());
}

QTEST_GUILESS_MAIN(TestAugmentationLimits)
#include "tst_augmentation_limits.moc"
