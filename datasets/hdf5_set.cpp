#include "datasets/hdf5_set.h"

#include "core/error.h"
#include "core/storage/hdf5.h"
#include "datasets/naming.h"
#include "datasets/text.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <system_error>
#include <utility>
#include <vector>

namespace ternbench {
namespace {

using h5::NumberArray;
using text::counted;
using text::withThousands;

constexpr std::uint64_t pieceValues = std::uint64_t{1} << 17; // 1 MiB of float64

constexpr const char* howToGive = "; give the HDF5 file that holds x_train, y_train, x_test and y_test";

h5::File openFile(const DataSpec& spec)
{
    std::error_code error; // what may not be looked at counts as missing
    if (spec.folder.empty())
        throw InputError(std::string("data.folder: is empty") + howToGive);
    if (std::filesystem::is_directory(spec.folder, error))
        throw InputError("data.folder: " + spec.folder + " is a folder" + howToGive);
    if (!std::filesystem::exists(spec.folder, error))
        throw InputError("data.folder: there is no file " + spec.folder + howToGive);
    return h5::File::open(spec.folder, h5::Maker::AnyProgram);
}

/// Training or test images, of which shapes and types have been looked at.
struct Part
{
    std::string x, y;
    NumberArray images, labels;
    int count = 0;

    bool floats() const { return images.kind == NumberArray::Kind::Float; }
};

struct Size
{
    int height = 1, width = 0, channels = 1;

    bool operator==(const Size&) const = default;
    int values() const { return height * width * channels; }
};

std::string describe(const Size& size)
{
    return std::to_string(size.height) + " x " + std::to_string(size.width) + " x " +
           std::to_string(size.channels);
}

Size sizeOf(const h5::Group& file, const Part& part)
{
    const h5::Shape& shape = part.images.shape;
    const auto refuse = [&](const std::string& what) {
        file.fail(part.x, "has shape " + h5::toString(shape) + "; " + what);
    };
    if (shape.size() < 2 || shape.size() > 4)
        refuse("(images, values), (images, height, width) or (images, height, width, channels) is needed");
    const bool flat = shape.size() == 2;
    const auto within = [](std::uint64_t value, int most) {
        return value >= 1 && value <= std::uint64_t(most);
    };
    if (flat && !within(shape[1], maxHdf5Values))
        refuse("1.." + withThousands(maxHdf5Values) + " values an image are allowed");
    if (!flat && (!within(shape[1], maxHdf5Side) || !within(shape[2], maxHdf5Side)))
        refuse("height and width of 1.." + withThousands(maxHdf5Side) + " are allowed");
    if (shape.size() == 4 && !within(shape[3], maxHdf5Channels))
        refuse("1.." + std::to_string(maxHdf5Channels) + " channels are allowed, in the last dimension");
    if (flat)
        return {1, int(shape[1]), 1};
    return {int(shape[1]), int(shape[2]), shape.size() == 4 ? int(shape[3]) : 1};
}

Part lookAt(const h5::Group& file, const std::string& name)
{
    Part part{"x_" + name, "y_" + name, {}, {}, 0};
    for (const std::string& each : {part.x, part.y})
        if (!file.has(each))
            file.fail(each, "there is no such dataset; x_train, y_train, x_test and y_test are needed");
    part.images = file.numbersOf(part.x);
    part.labels = file.numbersOf(part.y);
    const Size size = sizeOf(file, part);
    const std::uint64_t count = part.images.shape[0];
    if (count < 1 || count > std::numeric_limits<int>::max() ||
        count > maxHdf5Bytes / std::uint64_t(size.values()))
        file.fail(part.x, "holds " + counted(count, "image") + "; 1 or more are needed, of at most " +
                              withThousands(maxHdf5Bytes) + " values in all");
    part.count = int(count);
    const h5::Shape& labels = part.labels.shape;
    if (part.labels.kind == NumberArray::Kind::Float)
        file.fail(part.y, "is of type " + part.labels.typeName() + "; labels must be integers");
    if (labels.empty() || labels.size() > 2 || (labels.size() == 2 && labels[1] != 1))
        file.fail(part.y, "has shape " + h5::toString(labels) + "; one label for each image is needed, (" +
                              std::to_string(count) + ") or (" + std::to_string(count) + ", 1)");
    if (labels[0] != count)
        file.fail(part.y, "holds " + counted(labels[0], "label") + " but " + part.x + " holds " +
                              counted(count, "image") + ": there must be as many");
    return part;
}

struct Parts
{
    Part train, test;
    Size size;
};

Parts lookAt(const h5::Group& file)
{
    Parts parts{lookAt(file, "train"), lookAt(file, "test"), {}};
    parts.size = sizeOf(file, parts.train);
    if (const Size test = sizeOf(file, parts.test); test != parts.size)
        file.fail(parts.test.x, "holds images of " + describe(test) + " but x_train of " +
                                    describe(parts.size) + ": they must have one size");
    if (parts.train.floats() != parts.test.floats())
        file.fail(parts.test.x, "is of type " + parts.test.images.typeName() + " but x_train of " +
                                    parts.train.images.typeName() + ": both must be integers or both floats");
    return parts;
}

/// Calls use(first value's number, values) for the first `count` entries of a dataset, a piece at a time.
template <class T, class Use>
void forEachPiece(const h5::Group& file, const std::string& name, int count, int entryValues, const Use& use)
{
    const auto entry = std::uint64_t(entryValues), entries = std::uint64_t(count);
    const std::uint64_t atOnce = std::clamp<std::uint64_t>(pieceValues / entry, 1, entries);
    std::vector<T> values(atOnce * entry);
    for (std::uint64_t first = 0; first < entries; first += atOnce) {
        const std::span<T> piece = std::span(values).first(std::min(atOnce, entries - first) * entry);
        file.readEntries<T>(name, first, piece);
        use(first * entry, std::span<const T>(piece));
    }
}

/// "image 12 (counted from 0) holds".
std::string imageText(std::uint64_t value, int values)
{
    return "image " + withThousands(value / std::uint64_t(values)) + " (counted from 0) holds ";
}

void checkFinite(const h5::Group& file, const std::string& name, std::uint64_t first,
                 std::span<const double> values, int imageValues)
{
    const auto bad = std::ranges::find_if_not(values, [](double x) { return std::isfinite(x); });
    if (bad != values.end())
        file.fail(name, imageText(first + std::uint64_t(bad - values.begin()), imageValues) +
                            (std::isnan(*bad) ? "NaN" : "infinity") + "; every value must be finite");
}

ByteMap mapOf(const h5::Group& file, const Part& train, int imageValues)
{
    double least = std::numeric_limits<double>::max(), largest = std::numeric_limits<double>::lowest();
    forEachPiece<double>(file, train.x, train.count, imageValues,
                         [&](std::uint64_t first, std::span<const double> values) {
                             checkFinite(file, train.x, first, values, imageValues);
                             const auto [low, high] = std::ranges::minmax(values);
                             least = std::min(least, low);
                             largest = std::max(largest, high);
                         });
    const ByteMap map = byteMapOf(least, largest);
    if (!(map.maximum > map.minimum) || !std::isfinite(map.maximum - map.minimum))
        file.fail(train.x,
                  "holds values from " + text::shortest(least) + " to " + text::shortest(largest) +
                      ", which cannot be spread over 0..255: they must differ, by a finite difference");
    return map;
}

void readFloats(const h5::Group& file, const Part& part, const ByteMap& map, LabelledImages& images)
{
    forEachPiece<double>(file, part.x, images.count, images.inputs,
                         [&](std::uint64_t first, std::span<const double> values) {
                             checkFinite(file, part.x, first, values, images.inputs);
                             std::ranges::transform(values, images.pixels.begin() + std::ptrdiff_t(first),
                                                    [&](double x) { return map.byteOf(x); });
                         });
}

void readIntegers(const h5::Group& file, const Part& part, LabelledImages& images)
{
    if (part.images.kind == NumberArray::Kind::Unsigned && part.images.bits == 8)
        return file.readEntries<std::uint8_t>(part.x, 0, images.pixels);
    forEachPiece<std::int64_t>(file, part.x, images.count, images.inputs,
                               [&](std::uint64_t first, std::span<const std::int64_t> values) {
                                   for (std::size_t i = 0; i < values.size(); ++i) {
                                       if (values[i] < 0 || values[i] > 255)
                                           file.fail(part.x, imageText(first + i, images.inputs) +
                                                                 std::to_string(values[i]) +
                                                                 "; integers must be 0..255");
                                       images.pixels[first + i] = std::uint8_t(values[i]);
                                   }
                               });
}

void readLabels(const h5::Group& file, const Part& part, LabelledImages& images)
{
    forEachPiece<std::int64_t>(
        file, part.y, images.count, 1, [&](std::uint64_t first, std::span<const std::int64_t> values) {
            for (std::size_t i = 0; i < values.size(); ++i) {
                if (values[i] < 0 || values[i] > maxHdf5Label)
                    file.fail(part.y, "label " + withThousands(first + i) + " (counted from 0) is " +
                                          std::to_string(values[i]) + "; 0.." + std::to_string(maxHdf5Label) +
                                          " is allowed");
                images.labels[first + i] = std::uint8_t(values[i]);
            }
        });
}

/// The first `count` images.
LabelledImages readPart(const h5::Group& file, const Part& part, const Size& size,
                        const std::optional<ByteMap>& map, int count)
{
    LabelledImages images = emptyImages(count, size.height, size.width, size.channels);
    if (count == 0)
        return images;
    images.labels.resize(std::size_t(count));
    readLabels(file, part, images);
    images.pixels.resize(std::size_t(count) * std::size_t(images.inputs));
    if (map)
        readFloats(file, part, *map, images);
    else
        readIntegers(file, part, images);
    return images;
}

std::optional<ByteMap> mapFor(const h5::Group& file, const Parts& parts)
{
    if (!parts.train.floats())
        return std::nullopt;
    return mapOf(file, parts.train, parts.size.values());
}

} // namespace

Hdf5Shape readHdf5Shape(const DataSpec& spec)
{
    const h5::File file = openFile(spec);
    const Parts parts = lookAt(file.root());
    return {parts.train.count,
            parts.test.count,
            parts.size.height,
            parts.size.width,
            parts.size.channels,
            parts.train.floats(),
            parts.train.images.typeName()};
}

Dataset readHdf5Set(const DataSpec& spec)
{
    const h5::File file = openFile(spec);
    const h5::Group root = file.root();
    const Parts parts = lookAt(root);
    Dataset dataset;
    dataset.name = lastName(std::filesystem::path(spec.folder).replace_extension());
    dataset.origin = spec.folder;
    dataset.height = parts.size.height;
    dataset.width = parts.size.width;
    dataset.channels = parts.size.channels;
    dataset.byteMap = mapFor(root, parts);
    dataset.train = readPart(root, parts.train, parts.size, dataset.byteMap, parts.train.count);
    dataset.test = readPart(root, parts.test, parts.size, dataset.byteMap, parts.test.count);
    dataset.classNames = numberedClasses(dataset.train, dataset.test);
    return dataset;
}

LabelledImages readHdf5Samples(const DataSpec& spec, int count)
{
    const h5::File file = openFile(spec);
    const h5::Group root = file.root();
    const Parts parts = lookAt(root);
    return readPart(root, parts.train, parts.size, mapFor(root, parts),
                    std::clamp(count, 0, parts.train.count));
}

} // namespace ternbench
