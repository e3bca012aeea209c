#include "datasets/cifar10.h"
#include "tests/fuzz/dataset_seeds.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/refusal.h"
#include "tests/fuzz/target_list.h"
#include "tests/gzipped.h"

#include <algorithm>
#include <fstream>

namespace ternbench::fuzz {

namespace {

namespace fs = std::filesystem;

constexpr int soundImages = 2; ///< of each file that the input does not replace

void write(const fs::path& path, Bytes content)
{
    std::ofstream stream(path, std::ios::binary | std::ios::trunc);
    stream.write(reinterpret_cast<const char*>(content.data()), std::streamsize(content.size()));
    if (!stream.flush())
        throw Defect("a file of the set cannot be written");
}

/// The six files, of which one at a time holds something else.
class Set
{
public:
    Set()
    {
        m_spec.kind = DataKind::Cifar10;
        m_spec.folder = m_folder.path().string();
        for (std::size_t i = 0; i < m_names.size(); ++i)
            write(fileAt(i), bytesOf(m_sound));
    }

    void replace(std::size_t file, Bytes content)
    {
        write(fileAt(m_replaced), bytesOf(m_sound));
        m_replaced = file % m_names.size();
        write(fileAt(m_replaced), content);
    }
    const DataSpec& spec() const { return m_spec; }
    bool replacedTest() const { return m_replaced + 1 == m_names.size(); }

private:
    fs::path fileAt(std::size_t file) const { return m_folder.path() / m_names[file]; }

    static constexpr std::array<const char*, 6> m_names{"data_batch_1.bin", "data_batch_2.bin",
                                                        "data_batch_3.bin", "data_batch_4.bin",
                                                        "data_batch_5.bin", "test_batch.bin"};
    MemoryFolder m_folder;
    std::string m_sound = smallCifar10File(soundImages);
    std::size_t m_replaced = 0;
    DataSpec m_spec;
};

void checkImages(const LabelledImages& images, int count)
{
    if (images.count != count || images.labels.size() != std::size_t(count) ||
        images.pixels.size() != std::size_t(count) * cifar10Inputs)
        throw Defect("pixels and labels are not as many as the images of the files");
    if (std::ranges::any_of(images.labels, [](std::uint8_t label) { return label >= cifar10Classes; }))
        throw Defect("a label beyond the classes was taken");
}

} // namespace

void runCifar10(Bytes input)
{
    static Set set;
    const std::size_t file = input.empty() ? 0 : input.front();
    const Bytes content = input.empty() ? input : input.subspan(1);
    set.replace(file, content);
    const int found = int(content.size() / cifar10RecordBytes);
    const int train = set.replacedTest() ? 5 * soundImages : 4 * soundImages + found;
    const int test = set.replacedTest() ? found : soundImages;
    accepted([&] {
        const Cifar10Counts counts = countCifar10(findCifar10(set.spec()));
        if (counts.train != train || counts.test != test || content.size() % cifar10RecordBytes != 0)
            throw Defect("the files were taken for another number of images");
    });
    accepted([&] {
        const Dataset data = readCifar10(set.spec());
        if (content.front() >= cifar10Classes)
            throw Defect("another label than the file's first was taken");
        checkImages(data.train, train);
        checkImages(data.test, test);
    });
    accepted([&] { checkImages(readCifar10Samples(set.spec(), 3), 3); });
}

std::vector<std::string> cifar10Seeds()
{
    using namespace std::string_literals;
    const std::string one = smallCifar10File(1);
    std::string packed =
        test::gzipped(smallCifar10File(20)); // of the size of a few records, as if it were them
    packed.resize((packed.size() / cifar10RecordBytes + 1) * cifar10RecordBytes, '\0');
    return {"\0"s + one, "\3"s + smallCifar10File(3), "\5"s + one, "\1"s + one.substr(0, 100),
            "\2"s + packed};
}

} // namespace ternbench::fuzz
