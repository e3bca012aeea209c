#include "tests/fuzz/dataset_seeds.h"

#include "core/storage/hdf5.h"
#include "datasets/cifar10.h"
#include "tests/fuzz/memory_file.h"

#include <hdf5.h>

#include <array>
#include <vector>

namespace ternbench::fuzz {

namespace {

h5::Handle halfFloat()
{
    h5::Handle type(H5Tcopy(H5T_IEEE_F32LE), H5Tclose);
    H5Tset_fields(type.id(), 15, 10, 5, 0, 10);
    H5Tset_size(type.id(), 2);
    H5Tset_ebias(type.id(), 15);
    return type;
}

/// Values 0, 1/255, 2/255, ... or, times 255, whole numbers.
void put(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& shape, double scale,
         int modulus)
{
    hsize_t count = 1;
    for (const hsize_t dimension : shape)
        count *= dimension;
    std::vector<double> values(count);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = scale * double(i % std::size_t(modulus));
    const h5::Handle space(H5Screate_simple(int(shape.size()), shape.data(), nullptr), H5Sclose);
    const h5::Handle dataset(H5Dcreate2(file, name, type, space.id(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                             H5Dclose);
    H5Dwrite(dataset.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
}

struct Form
{
    hid_t images, labels;
    std::vector<hsize_t> image, label; ///< shapes without the number of images
    double scale;
};

void putSet(hid_t file, const Form& form)
{
    const auto shapeOf = [](hsize_t count, const std::vector<hsize_t>& each) {
        std::vector<hsize_t> shape{count};
        shape.insert(shape.end(), each.begin(), each.end());
        return shape;
    };
    put(file, "x_train", form.images, shapeOf(4, form.image), form.scale, 251);
    put(file, "y_train", form.labels, shapeOf(4, form.label), 1.0, 3);
    put(file, "x_test", form.images, shapeOf(2, form.image), form.scale, 251);
    put(file, "y_test", form.labels, shapeOf(2, form.label), 1.0, 3);
}

h5::Handle newFile(const std::filesystem::path& path)
{
    return {H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose};
}

void writeBytes(const std::filesystem::path& path)
{
    putSet(newFile(path).id(), {H5T_STD_U8LE, H5T_STD_I64LE, {3, 2}, {}, 1.0});
}

void writeColours(const std::filesystem::path& path)
{
    putSet(newFile(path).id(), {H5T_IEEE_F32LE, H5T_STD_U8LE, {2, 3, 2}, {}, 1.0 / 255});
}

void writeBigEndian(const std::filesystem::path& path)
{
    putSet(newFile(path).id(), {H5T_IEEE_F64BE, H5T_STD_I16BE, {5}, {1}, 0.5});
}

void writeHalfFloats(const std::filesystem::path& path)
{
    const h5::Handle half = halfFloat();
    const h5::Handle file = newFile(path);
    putSet(file.id(), {half.id(), H5T_STD_I32LE, {4, 4}, {}, -1.0});
    put(file.id(), "more", H5T_STD_I8LE, {3}, 1.0, 3);
    const h5::Handle one(H5Screate(H5S_SCALAR), H5Sclose);
    const h5::Handle scale(H5Acreate2(file.id(), "scale", H5T_IEEE_F64LE, one.id(), H5P_DEFAULT, H5P_DEFAULT),
                           H5Aclose);
    const double value = 2.0;
    H5Awrite(scale.id(), H5T_NATIVE_DOUBLE, &value);
}

} // namespace

const std::string& smallSetFile(SetSeed seed)
{
    static const std::array files{contentOf(writeBytes), contentOf(writeColours), contentOf(writeBigEndian),
                                  contentOf(writeHalfFloats)};
    return files[std::size_t(seed)];
}

std::string smallCifar10File(int images)
{
    std::string bytes;
    for (int image = 0; image < images; ++image) {
        bytes.push_back(char(image % cifar10Classes));
        for (int value = 0; value < cifar10Inputs; ++value)
            bytes.push_back(char((value * 7 + image) % 251));
    }
    return bytes;
}

} // namespace ternbench::fuzz
