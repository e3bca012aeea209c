#include "core/storage/atomic_file.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

using namespace ternbench;
namespace fs = std::filesystem;

namespace {

/// A process of no use but its number, until end().
class Bystander
{
public:
    Bystander() : m_process(::fork())
    {
        if (m_process == 0)
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        while (m_process == 0)
            ::pause();
    }
    ~Bystander() { end(); }
    Bystander(const Bystander&) = delete;
    Bystander& operator=(const Bystander&) = delete;

    void end()
    {
        if (m_ended)
            return;
        ::kill(m_process, SIGKILL);
        ::waitpid(m_process, nullptr, 0); // a zombie would still have its number
        m_ended = true;
    }
    std::string number() const { return std::to_string(m_process); }

private:
    pid_t m_process;
    bool m_ended = false;
};

void touch(const fs::path& file)
{
    std::ofstream(file) << "left";
}

} // namespace

/// What killed writers leave behind goes with the next write of the same file, and nothing else does.
class TestAtomicFile : public QObject
{
    Q_OBJECT

private slots:
    void whatDeadProcessesLeftIsRemoved();
    void otherNamesStay_data();
    void otherNamesStay();
    void whatALivingProcessWritesStays();
    void whatIsLockedStays();
    void oursIsLockedUntilItIsThere();
    void leftoversLieBesideTheTargetOfALink();

private:
    fs::path path(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    QTemporaryDir m_folder;
};

void TestAtomicFile::whatDeadProcessesLeftIsRemoved()
{
    Bystander first, second;
    const std::vector<std::string> left{"x.h5.tmp-" + first.number() + "-0",
                                        "x.h5.tmp-" + first.number() + "-17",
                                        "x.h5.tmp-" + second.number() + "-4294967295"};
    for (const std::string& name : left)
        touch(path(name));
    first.end();
    second.end();
    writeFileAtomically(path("x.h5"), "content");
    for (const std::string& name : left)
        QVERIFY2(!fs::exists(path(name)), name.c_str());
    QFile file(QString::fromStdString(path("x.h5").string()));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), QByteArray("content"));
}

void TestAtomicFile::otherNamesStay_data()
{
    QTest::addColumn<QString>("pattern");
    for (const char* pattern :
         {"y.h5.tmp-DEAD", "y.h5.tmp-DEAD-", "y.h5.tmp-DEAD-0.bak", "y.h5.tmp-DEAD-00", "y.h5.tmp-0DEAD-0",
          "y.h5.tmp--DEAD-0", "y.h5.tmp-DEAD--1", "y.h5.tmp-DEAD-0-0", "y.h5.tmp-0-0", "y.h5.tmp-x-0",
          "y.h5.tmp-99999999999999999999-0", "my.h5.tmp-DEAD-0", "y.h5.bak.tmp-DEAD-0", "y.h.tmp-DEAD-0"})
        QTest::newRow(pattern) << QString(pattern);
}

void TestAtomicFile::otherNamesStay()
{
    QFETCH(QString, pattern);
    Bystander dead;
    dead.end();
    const fs::path other =
        path(pattern.replace(QStringLiteral("DEAD"), QString::fromStdString(dead.number())).toStdString());
    touch(other);
    writeFileAtomically(path("y.h5"), "content");
    QVERIFY(fs::exists(other));
}

void TestAtomicFile::whatALivingProcessWritesStays()
{
    Bystander living;
    const std::vector<std::string> written{"z.h5.tmp-" + living.number() + "-0",
                                           "z.h5.tmp-" + std::to_string(::getpid()) + "-1000000",
                                           "z.h5.tmp-1-0"}; // alive, perhaps not ours to signal
    for (const std::string& name : written)
        touch(path(name));
    writeFileAtomically(path("z.h5"), "content");
    for (const std::string& name : written)
        QVERIFY2(fs::exists(path(name)), name.c_str());
    living.end();
    writeFileAtomically(path("z.h5"), "content");
    QVERIFY(!fs::exists(path(written.front())));
}

void TestAtomicFile::whatIsLockedStays()
{
    Bystander dead; // as a writer of another container looks, whose numbers are not ours
    dead.end();
    const fs::path written = path("v.h5.tmp-" + dead.number() + "-0");
    touch(written);
    const int descriptor = ::open(written.c_str(), O_RDONLY | O_CLOEXEC);
    QVERIFY(::flock(descriptor, LOCK_EX | LOCK_NB) == 0);
    writeFileAtomically(path("v.h5"), "content");
    QVERIFY(fs::exists(written));
    ::close(descriptor);
}

void TestAtomicFile::oursIsLockedUntilItIsThere()
{
    const auto isLocked = [](const fs::path& file) {
        const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
        const bool free = descriptor >= 0 && ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
        ::close(descriptor);
        return !free;
    };
    FileReplacement replacement(path("u.h5"));
    std::vector<fs::path> temporary;
    for (const auto& entry : fs::directory_iterator(path("")))
        if (entry.path().filename().string().starts_with("u.h5.tmp-"))
            temporary.push_back(entry.path());
    QCOMPARE(temporary.size(), std::size_t{1});
    QVERIFY(isLocked(temporary.front()));
    replacement.commit();
    QVERIFY(!isLocked(path("u.h5"))); // the HDF5 library would not read it
}

void TestAtomicFile::leftoversLieBesideTheTargetOfALink()
{
    Bystander dead;
    dead.end();
    fs::create_directory(path("elsewhere"));
    const fs::path target = path("elsewhere") / "w.h5", link = path("w.h5");
    touch(target);
    fs::create_symlink(target, link);
    const fs::path left = target.string() + ".tmp-" + dead.number() + "-0";
    touch(left);
    // Neither a folder nor what a link leads to is a temporary file of ours.
    const fs::path folder = target.string() + ".tmp-" + dead.number() + "-1",
                   linked = target.string() + ".tmp-" + dead.number() + "-2";
    fs::create_directory(folder);
    fs::create_symlink(target, linked);
    writeFileAtomically(link, "content");
    QVERIFY(!fs::exists(left));
    QVERIFY(fs::exists(folder));
    QVERIFY(fs::is_symlink(linked));
    QVERIFY(fs::is_symlink(link));
}

QTEST_GUILESS_MAIN(TestAtomicFile)
#include "tst_atomic_file.moc"
