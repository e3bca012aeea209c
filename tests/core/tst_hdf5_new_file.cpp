#include "core/data/sha256.h"
#include "core/error.h"
#include "core/storage/hdf5.h"
#include "core/storage/hdf5_new_file.h"
#include "tests/core/file_size_limit.h"
#include "tests/refusal_text.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <array>
#include <filesystem>
#include <functional>
#include <numeric>

using namespace ternbench;
using test::FileSizeLimit;
using test::refusalOf;
namespace fs = std::filesystem;

namespace {

QByteArray contentOf(const fs::path& file)
{
    QFile source(QString::fromStdString(file.string()));
    return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

std::vector<float> ramp(std::size_t count)
{
    std::vector<float> values(count);
    std::iota(values.begin(), values.end(), 1.0f);
    return values;
}

/// Values and attributes in several groups, some of them written, read back and written to again.
void fill(const h5::File& file)
{
    const std::vector<float> values = ramp(5000);
    for (const char* name : {"a", "b", "c"}) {
        const h5::Group group = file.root().createGroup(name);
        group.write("values", values);
        group.setAttribute("mean", 2500.5);
        group.setAttributeOf("values", "digest", group.digestOfDataset("values"));
    }
}

std::span<const std::byte> bytesOf(std::string_view text)
{
    return std::as_bytes(std::span(text));
}

/// The first `count` bytes; 0 as '.'.
std::string textOf(h5::NewFile& file, std::size_t count)
{
    std::string text(count, '?');
    file.read(0, std::as_writable_bytes(std::span(text)));
    std::ranges::replace(text, '\0', '.');
    return text;
}

} // namespace

class TestHdf5NewFile : public QObject
{
    Q_OBJECT

private slots:
    void whatIsWrittenComesBack();
    void twoFilesAtOnceAreApart();
    void aFullDiskAtAnyPlaceLeavesTheOldFile();
    void anAbandonedFileLeavesTheOldFile();
    void afterAFailedWriteItGoesOnInMemory();
    void aFileThatCannotGrowGoesOnInMemory();
    void aTemporaryFileLeftByAnotherIsPassedOver();
    void bytesBeyondTheEndAreZero();
    void aLargeDatasetIsHashedWhole();

private:
    fs::path path(const char* name) const { return fs::path(m_folder.path().toStdString()) / name; }
    /// Names of all files, to see that nothing temporary is left.
    std::vector<std::string> names() const
    {
        std::vector<std::string> result;
        for (const auto& entry : fs::directory_iterator(m_folder.path().toStdString()))
            result.push_back(entry.path().filename().string());
        std::ranges::sort(result);
        return result;
    }

    QTemporaryDir m_folder;
};

void TestHdf5NewFile::whatIsWrittenComesBack()
{
    h5::File file = h5::File::create(path("x.h5"));
    QVERIFY(!fs::exists(path("x.h5"))); // not before it is complete
    fill(file);
    file.close();
    QCOMPARE(names(), std::vector<std::string>{"x.h5"});
    const h5::File back = h5::File::open(path("x.h5"));
    for (const char* name : {"a", "b", "c"}) {
        const h5::Group group = back.root().openGroup(name);
        QCOMPARE(group.readList<float>("values"), ramp(5000));
        QCOMPARE(group.doubleAttribute("mean"), 2500.5);
        QCOMPARE(group.stringAttributeOf("values", "digest").value_or(""), group.digestOfDataset("values"));
    }
}

void TestHdf5NewFile::twoFilesAtOnceAreApart()
{
    h5::File one = h5::File::create(path("one.h5"));
    h5::File two = h5::File::create(path("two.h5"));
    one.root().writeScalar("number", std::int32_t{1});
    two.root().writeScalar("number", std::int32_t{2});
    two.close();
    one.close();
    QCOMPARE(h5::File::open(path("one.h5")).root().readScalar<std::int32_t>("number"), 1);
    QCOMPARE(h5::File::open(path("two.h5")).root().readScalar<std::int32_t>("number"), 2);
}

void TestHdf5NewFile::aFullDiskAtAnyPlaceLeavesTheOldFile()
{
    const fs::path file = path("full.h5");
    h5::File first = h5::File::create(file);
    fill(first);
    first.close();
    const QByteArray before = contentOf(file);
    const std::vector<std::string> there = names();
    const auto write = [&] {
        h5::File target = h5::File::create(file);
        fill(target);
        target.close();
    };
    QVERIFY(before.size() > 60'000);
    for (qsizetype limit = 0; limit < before.size(); limit += 1 + limit / 5) {
        const std::string message = refusalOf([&] {
            const FileSizeLimit small{rlim_t(limit)};
            write();
        });
        QCOMPARE(message, file.string() + ": cannot be written: File too large");
        QVERIFY(contentOf(file) == before);
        QCOMPARE(names(), there);
    }
    {
        const FileSizeLimit enough{rlim_t(before.size())};
        write();
    }
    QVERIFY(contentOf(file) == before);
}

void TestHdf5NewFile::anAbandonedFileLeavesTheOldFile()
{
    const fs::path file = path("kept.h5");
    writeFileAtomically(file, "old");
    {
        const h5::File target = h5::File::create(file);
        fill(target);
    }
    QCOMPARE(contentOf(file), QByteArray("old"));
    for (const std::string& name : names())
        QVERIFY2(name.find(".tmp-") == std::string::npos, name.c_str());
}

void TestHdf5NewFile::afterAFailedWriteItGoesOnInMemory()
{
    h5::NewFile file(path("memory.h5"));
    file.write(0, bytesOf("abcdef"));
    {
        const FileSizeLimit small{8};
        file.write(6, bytesOf("ghijkl")); // two bytes still go to the disk
    }
    QCOMPARE(file.end(), std::uint64_t{12});
    QCOMPARE(textOf(file, 14), std::string("abcdefghijkl.."));
    file.write(2, bytesOf("CD"));
    file.resize(5);
    QCOMPARE(textOf(file, 6), std::string("abCDe."));
    file.resize(7);
    QCOMPARE(textOf(file, 7), std::string("abCDe.."));
    QVERIFY(refusalOf([&] { file.commit(); }).find("File too large") != std::string::npos);
    QVERIFY(!fs::exists(path("memory.h5")));
}

void TestHdf5NewFile::aFileThatCannotGrowGoesOnInMemory()
{
    h5::NewFile file(path("grown.h5"));
    file.write(0, bytesOf("abc"));
    {
        const FileSizeLimit small{8};
        file.resize(20);
    }
    QCOMPARE(file.end(), std::uint64_t{20});
    QCOMPARE(textOf(file, 5), std::string("abc.."));
    QVERIFY(refusalOf([&] { file.commit(); }).find("File too large") != std::string::npos);
}

void TestHdf5NewFile::aTemporaryFileLeftByAnotherIsPassedOver()
{
    // The next names of this process, as if one of its number had been killed while it wrote.
    const std::string next = temporarySibling(path("passed.h5")).string();
    const std::size_t number = std::stoul(next.substr(next.rfind('-') + 1));
    for (std::size_t i = 1; i <= 3; ++i) {
        const std::string taken = next.substr(0, next.rfind('-') + 1) + std::to_string(number + i);
        QFile file(QString::fromStdString(taken));
        QVERIFY(file.open(QIODevice::WriteOnly));
    }
    writeFileAtomically(path("passed.h5"), "content");
    QCOMPARE(contentOf(path("passed.h5")), QByteArray("content"));
    for (const std::string& name : names())
        if (name.find(".tmp-") != std::string::npos)
            fs::remove(path(name.c_str()));
}

void TestHdf5NewFile::bytesBeyondTheEndAreZero()
{
    h5::NewFile file(path("gap.h5"));
    file.write(3, bytesOf("d"));
    QCOMPARE(file.end(), std::uint64_t{4});
    QCOMPARE(textOf(file, 6), std::string("...d.."));
    file.resize(2);
    QCOMPARE(textOf(file, 6), std::string("......"));
    std::array<std::byte, 3> far{std::byte{1}, std::byte{1}, std::byte{1}};
    file.read(1000, far);
    QVERIFY(far == (std::array<std::byte, 3>{}));
}

void TestHdf5NewFile::aLargeDatasetIsHashedWhole()
{
    // 2.4 MB in entries of 8,000 bytes; and one entry that is larger than a piece.
    const std::vector<float> values = ramp(600'000);
    const auto expected = [&](const char* shape) {
        Sha256 sha;
        sha.update(bytesOf("1:4:0;")); // H5T_FLOAT, 4 bytes, no sign
        sha.update(bytesOf(shape));
        sha.update(std::as_bytes(std::span(values)));
        return sha.hex();
    };
    const h5::File file = h5::File::create(path("large.h5"));
    const h5::Group root = file.root();
    root.write<float>("rows", values, {300, 2000});
    root.write<float>("list", values, {600'000});
    root.write<float>("one", values, {1, 600, 1000});
    QCOMPARE(root.digestOfDataset("rows"), expected("300,2000,"));
    QCOMPARE(root.digestOfDataset("list"), expected("600000,"));
    QCOMPARE(root.digestOfDataset("one"), expected("1,600,1000,"));
}

QTEST_GUILESS_MAIN(TestHdf5NewFile)
#include "tst_hdf5_new_file.moc"
