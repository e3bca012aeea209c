#include "datasets/cifar10.h"

#include "core/error.h"
#include "datasets/byte_reader.h"
#include "datasets/text.h"

#include <algorithm>
#include <span>
#include <string>
#include <system_error>

namespace ternbench {
namespace {

using text::counted;
using text::withThousands;

constexpr const char* innerFolder = "cifar-10-batches-bin"; // as the published archive unpacks
constexpr std::size_t plane = std::size_t{cifar10Side} * cifar10Side;
constexpr std::uint64_t mostRecords = std::uint64_t{1} << 18; // of a file: 768 MiB

constexpr const char* howToGet =
    "give the folder of CIFAR-10's binary version, which holds data_batch_1.bin to "
    "data_batch_5.bin and test_batch.bin";

std::filesystem::path require(const std::filesystem::path& folder, const std::string& name)
{
    std::error_code error; // a folder that may not be looked into counts as one without the file
    const std::filesystem::path path = folder / name;
    if (std::filesystem::is_regular_file(path, error))
        return path;
    const bool python = std::filesystem::exists(folder / name.substr(0, name.size() - 4), error) ||
                        std::filesystem::exists(folder / "cifar-10-batches-py", error);
    throw InputError("data.folder: there is no " + name + " in " + folder.string() +
                     (python ? ", which holds the Python version; " : "; ") + howToGet);
}

/// Number of records, from the size alone.
int recordsOf(const std::filesystem::path& file)
{
    const ByteReader reader(file);
    std::error_code error;
    const std::uint64_t size = std::filesystem::file_size(file, error);
    if (error)
        reader.fail("cannot be read: " + error.message());
    if (size > 0 && reader.isCompressed()) // no label begins so
        reader.fail("is compressed with gzip, or begins as if it were; CIFAR-10 files are read unpacked");
    if (size == 0 || size % cifar10RecordBytes != 0)
        reader.fail("has " + counted(size, "byte") + "; a multiple of " + withThousands(cifar10RecordBytes) +
                    " is needed (a label and 32 x 32 x 3 values for each image): the file is " +
                    (size == 0 ? "empty" : "truncated or no CIFAR-10 file"));
    if (size / cifar10RecordBytes > mostRecords)
        reader.fail("holds " + withThousands(size / cifar10RecordBytes) + " images; at most " +
                    withThousands(mostRecords) + " are allowed");
    return static_cast<int>(size / cifar10RecordBytes);
}

/// From planes to pixels: `values` is (3, 32, 32), the result (32, 32, 3).
void appendImage(std::span<const std::uint8_t> values, std::vector<std::uint8_t>& pixels)
{
    const std::size_t first = pixels.size();
    pixels.resize(first + cifar10Inputs);
    std::uint8_t* target = pixels.data() + first;
    for (std::size_t at = 0; at < plane; ++at)
        for (std::size_t channel = 0; channel < cifar10Channels; ++channel)
            *target++ = values[channel * plane + at];
}

/// The first `count` of a file's images.
void appendFile(const std::filesystem::path& file, int count, LabelledImages& images)
{
    ByteReader reader(file);
    std::array<std::uint8_t, cifar10RecordBytes> record{};
    for (int i = 0; i < count; ++i) {
        if (reader.read(record.data(), record.size()) != record.size())
            reader.fail("ends inside image " + withThousands(static_cast<std::uint64_t>(i)) +
                        " (counted from 0), which takes " + withThousands(cifar10RecordBytes) +
                        " bytes: the file is truncated");
        if (record[0] >= cifar10Classes)
            reader.fail("image " + withThousands(static_cast<std::uint64_t>(i)) +
                        " (counted from 0) has label " + std::to_string(record[0]) + "; 0..9 is allowed");
        images.labels.push_back(record[0]);
        appendImage(std::span(record).subspan(1), images.pixels);
    }
    images.count += count;
}

LabelledImages readFiles(std::span<const std::filesystem::path> files, int most)
{
    LabelledImages images = emptyImages(0, cifar10Side, cifar10Side, cifar10Channels);
    std::vector<int> counts;
    int total = 0;
    for (const std::filesystem::path& file : files) {
        counts.push_back(std::min(recordsOf(file), most - total));
        total += counts.back();
    }
    images.pixels.reserve(static_cast<std::size_t>(total) * cifar10Inputs);
    images.labels.reserve(static_cast<std::size_t>(total));
    for (std::size_t i = 0; i < files.size(); ++i)
        appendFile(files[i], counts[i], images);
    return images;
}

constexpr int all = 6 * static_cast<int>(mostRecords);

} // namespace

Cifar10Files findCifar10(const DataSpec& spec)
{
    if (spec.folder.empty())
        throw InputError(std::string("data.folder: is empty; ") + howToGet);
    Cifar10Files files;
    files.folder = spec.folder;
    std::error_code error;
    if (!std::filesystem::is_directory(files.folder, error))
        throw InputError("data.folder: there is no folder " + files.folder.string() + "; " + howToGet);
    if (std::filesystem::is_directory(files.folder / innerFolder, error))
        files.folder /= innerFolder;
    for (std::size_t i = 0; i < files.train.size(); ++i)
        files.train[i] = require(files.folder, "data_batch_" + std::to_string(i + 1) + ".bin");
    files.test = require(files.folder, "test_batch.bin");
    return files;
}

Cifar10Counts countCifar10(const Cifar10Files& files)
{
    Cifar10Counts counts;
    for (const std::filesystem::path& file : files.train)
        counts.train += recordsOf(file);
    counts.test = recordsOf(files.test);
    return counts;
}

Dataset readCifar10(const DataSpec& spec)
{
    const Cifar10Files files = findCifar10(spec);
    Dataset dataset;
    dataset.name = "CIFAR-10";
    dataset.origin = files.folder.string();
    dataset.height = dataset.width = cifar10Side;
    dataset.channels = cifar10Channels;
    dataset.classNames = {"airplane", "automobile", "bird",  "cat",  "deer",
                          "dog",      "frog",       "horse", "ship", "truck"};
    dataset.train = readFiles(files.train, all);
    dataset.test = readFiles({&files.test, 1}, all);
    return dataset;
}

LabelledImages readCifar10Samples(const DataSpec& spec, int count)
{
    return readFiles(findCifar10(spec).train, std::max(count, 0));
}

} // namespace ternbench
