#include "datasets/idx_folder.h"

#include "core/error.h"
#include "datasets/naming.h"
#include "datasets/text.h"

#include <algorithm>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace ternbench {
namespace {

using text::counted;
using text::withThousands;

// A stored 255 stands for "no class" in many label files, so it is not taken for a 256th one.
constexpr int maxLabel = 254;

std::string howToGet(DataKind kind)
{
    if (kind == DataKind::FashionMnist)
        return "install it with `apt install dataset-fashion-mnist`, or give the folder that holds its files";
    return "give the folder that holds train-images-idx3-ubyte, train-labels-idx1-ubyte, "
           "t10k-images-idx3-ubyte and t10k-labels-idx1-ubyte, plain or .gz";
}

std::filesystem::path folderOf(const DataSpec& spec)
{
    if (!spec.folder.empty())
        return spec.folder;
    if (spec.kind == DataKind::FashionMnist)
        return fashionMnistFolder;
    throw InputError("data.folder: is empty; " + howToGet(spec.kind));
}

bool isFile(const std::filesystem::path& path)
{
    std::error_code error; // a folder that may not be looked into counts as one without the file
    return std::filesystem::is_regular_file(path, error);
}

std::filesystem::path findFile(const std::filesystem::path& folder, const std::string& stem,
                               const std::vector<std::string>& suffixes, DataKind kind)
{
    for (const char* compression : {"", ".gz"})
        for (const char* separator : {"-", "."})
            for (const std::string& suffix : suffixes) {
                std::filesystem::path path = folder / (stem + separator + suffix + compression);
                if (isFile(path))
                    return path;
            }
    throw InputError("data.folder: there is no " + stem + "-" + suffixes.front() + " or " + stem + "-" +
                     suffixes.front() + ".gz in " + folder.string() + "; " + howToGet(kind));
}

void checkCounts(const std::filesystem::path& imageFile, int images, const std::filesystem::path& labelFile,
                 int labels)
{
    if (images != labels)
        throw InputError(imageFile.string() + " holds " +
                         counted(static_cast<std::uint64_t>(images), "image") + " but " + labelFile.string() +
                         " holds " + counted(static_cast<std::uint64_t>(labels), "label") +
                         ": there must be as many");
}

std::string sizeText(const IdxImageShape& shape)
{
    std::string text = std::to_string(shape.height) + " x " + std::to_string(shape.width);
    if (shape.channels != 1)
        text += " x " + std::to_string(shape.channels);
    return text;
}

void checkSizes(const IdxFolder& files, const IdxImageShape& train, const IdxImageShape& test)
{
    if (sizeText(train) != sizeText(test))
        throw InputError(files.testImages.string() + " holds images of " + sizeText(test) + " but " +
                         files.trainImages.string() + " of " + sizeText(train) + ": they must have one size");
}

void checkLabels(const std::filesystem::path& file, const std::vector<std::uint8_t>& labels, int most)
{
    const auto bad = std::ranges::find_if(labels, [most](std::uint8_t label) { return label > most; });
    if (bad != labels.end())
        throw InputError(file.string() + ": label " +
                         withThousands(static_cast<std::uint64_t>(std::distance(labels.begin(), bad))) +
                         " (counted from 0) is " + std::to_string(*bad) + "; 0.." + std::to_string(most) +
                         " is allowed");
}

int mostLabel(DataKind kind)
{
    return kind == DataKind::FashionMnist ? fashionMnistClasses - 1 : maxLabel;
}

LabelledImages labelled(IdxImages&& images, std::vector<std::uint8_t>&& labels)
{
    const IdxImageShape& shape = images.shape;
    LabelledImages result = emptyImages(shape.count, shape.height, shape.width, shape.channels);
    result.pixels = std::move(images.pixels);
    result.labels = std::move(labels);
    return result;
}

LabelledImages readSplit(const std::filesystem::path& imageFile, const std::filesystem::path& labelFile,
                         DataKind kind)
{
    std::vector<std::uint8_t> labels = readIdxLabels(labelFile);
    checkLabels(labelFile, labels, mostLabel(kind));
    return labelled(readIdxImages(imageFile), std::move(labels));
}

std::vector<std::string> classNamesOf(DataKind kind, const LabelledImages& train, const LabelledImages& test)
{
    if (kind == DataKind::FashionMnist)
        return {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};
    return numberedClasses(train, test);
}

} // namespace

IdxFolder findIdxFolder(const DataSpec& spec)
{
    const std::filesystem::path folder = folderOf(spec);
    std::error_code error;
    if (!std::filesystem::is_directory(folder, error))
        throw InputError("data.folder: there is no folder " + folder.string() + "; " + howToGet(spec.kind));
    const std::vector<std::string> images{"idx3-ubyte", "idx4-ubyte"};
    const std::vector<std::string> labels{"idx1-ubyte"};
    IdxFolder files;
    files.folder = folder;
    files.trainImages = findFile(folder, "train-images", images, spec.kind);
    files.trainLabels = findFile(folder, "train-labels", labels, spec.kind);
    files.testImages = findFile(folder, "t10k-images", images, spec.kind);
    files.testLabels = findFile(folder, "t10k-labels", labels, spec.kind);
    return files;
}

IdxFolderShape readIdxFolderShape(const IdxFolder& files)
{
    IdxFolderShape shape;
    shape.train = readIdxImageShape(files.trainImages);
    shape.test = readIdxImageShape(files.testImages);
    checkSizes(files, shape.train, shape.test);
    checkCounts(files.trainImages, shape.train.count, files.trainLabels,
                readIdxLabelCount(files.trainLabels));
    checkCounts(files.testImages, shape.test.count, files.testLabels, readIdxLabelCount(files.testLabels));
    return shape;
}

Dataset readIdxFolder(const DataSpec& spec)
{
    const IdxFolder files = findIdxFolder(spec);
    const IdxFolderShape shape = readIdxFolderShape(files);
    Dataset dataset;
    dataset.name = spec.kind == DataKind::FashionMnist ? "Fashion-MNIST" : lastName(files.folder);
    dataset.origin = files.folder.string();
    dataset.height = shape.train.height;
    dataset.width = shape.train.width;
    dataset.channels = shape.train.channels;
    dataset.train = readSplit(files.trainImages, files.trainLabels, spec.kind);
    dataset.test = readSplit(files.testImages, files.testLabels, spec.kind);
    dataset.classNames = classNamesOf(spec.kind, dataset.train, dataset.test);
    return dataset;
}

LabelledImages readIdxSamples(const DataSpec& spec, int count)
{
    const IdxFolder files = findIdxFolder(spec);
    readIdxFolderShape(files);
    std::vector<std::uint8_t> labels = readFirstIdxLabels(files.trainLabels, count);
    checkLabels(files.trainLabels, labels, mostLabel(spec.kind));
    return labelled(readFirstIdxImages(files.trainImages, count), std::move(labels));
}

} // namespace ternbench
