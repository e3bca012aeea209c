#include "core/storage/run_file.h"

#include "core/error.h"
#include "core/storage/checkpoint.h"
#include "core/storage/hdf5.h"
#include "core/storage/run_history.h"
#include "core/storage/seal.h"

#include <array>
#include <string_view>

namespace ternbench {

namespace {

constexpr const char* formatName = "ternbench.run";
constexpr int firstSealedVersion = 3;
constexpr std::array<std::string_view, 3> statusNames{"unfinished", "finished", "diverged"};

void writeEnvironment(const h5::Group& group, const Environment& environment)
{
    group.setAttribute("generator", environment.generator);
    group.setAttribute("cpu", environment.cpu);
    group.setAttribute("simd", environment.simd);
    group.setAttribute("blas", environment.blas);
    group.setAttribute("blas_kernels", environment.blasKernels);
    group.setAttribute("hdf5", environment.hdf5);
    group.setAttribute("threads", environment.threads);
    group.setAttribute("seed", std::int64_t(environment.seed)); // two's complement: every seed comes back
    group.setAttribute("train_sha256", environment.trainSha256);
    group.setAttribute("test_sha256", environment.testSha256);
}

Environment readEnvironment(const h5::Group& group)
{
    Environment environment;
    environment.generator = group.stringAttribute("generator");
    environment.cpu = group.stringAttribute("cpu");
    environment.simd = group.stringAttribute("simd");
    environment.blas = group.stringAttribute("blas");
    environment.blasKernels = group.stringAttribute("blas_kernels");
    environment.hdf5 = group.stringAttribute("hdf5");
    environment.threads = int(group.intAttribute("threads"));
    environment.seed = std::uint64_t(group.intAttribute("seed"));
    environment.trainSha256 = group.stringAttribute("train_sha256");
    environment.testSha256 = group.stringAttribute("test_sha256");
    return environment;
}

RunStatus statusFrom(const h5::Group& root)
{
    const std::string name = root.stringAttribute("status");
    for (std::size_t i = 0; i < statusNames.size(); ++i)
        if (statusNames[i] == name)
            return RunStatus(i);
    root.fail("@status", "'" + name + "' is not known: must be unfinished, finished or diverged");
}

/// Returns the version.
std::int64_t checkHeader(const h5::Group& root)
{
    if (!root.hasAttribute("format") || root.stringAttribute("format") != formatName)
        root.fail("@format", std::string("is not '") + formatName + "': this is no run file");
    const std::int64_t version = root.intAttribute("format_version");
    if (version > runFormatVersion)
        root.fail("@format_version", std::to_string(version) + " is newer than this program reads (" +
                                         std::to_string(runFormatVersion) + "): use a newer Ternbench");
    if (version < 1)
        root.fail("@format_version", std::to_string(version) + " is not allowed: must be 1.." +
                                         std::to_string(runFormatVersion));
    return version;
}

/// Damage that left everything readable: values changed.
void checkSeals(const h5::Group& root, const std::string& file)
{
    const std::vector<h5::BrokenSeal> broken = h5::brokenSeals(root);
    if (broken.empty())
        return;
    const std::string others =
        broken.size() == 1 ? "" : " (and " + std::to_string(broken.size() - 1) + " more)";
    const std::string& group = broken.front().group;
    throw InputError(file + ": " + (group == "/" ? "" : group) + "/" + broken.front().what + others +
                     ": the file was damaged or changed since it was written");
}

void writeContent(const RunRecord& record, const h5::Group& root)
{
    root.setAttribute("format", formatName);
    root.setAttribute("format_version", runFormatVersion);
    root.setAttribute("generator", record.environment.generator);
    root.setAttribute("experiment", record.experimentJson);
    root.setAttribute("status", std::string(statusNames[std::size_t(record.status)]));
    root.setAttribute("message", record.message);
    root.setAttribute("NX_class", "NXroot");
    root.setAttribute("default", "history");
    writeEnvironment(root.createGroup("environment"), record.environment);
    run_history::write(root, record.history);
    const h5::Group batches = root.createGroup("batches");
    batches.setAttribute("NX_class", "NXdata");
    batches.setAttribute("signal", "train_loss");
    batches.write("train_loss", record.batchLosses);
    batches.setAttributeOf("train_loss", "units", "nat");
    if (record.checkpoint)
        checkpoint::write(root.createGroup("checkpoint"), *record.checkpoint);
}

} // namespace

void writeRunFile(const RunRecord& record, const std::filesystem::path& file)
{
    h5::File target = h5::File::create(file);
    writeContent(record, target.root());
    h5::seal(target.root());
    target.close();
}

RunRecord readRunFile(const std::filesystem::path& file)
{
    const h5::File source = h5::File::open(file);
    const h5::Group root = source.root();
    const std::int64_t version = checkHeader(root);
    RunRecord record;
    record.experimentJson = root.stringAttribute("experiment");
    record.status = statusFrom(root);
    record.message = root.stringAttribute("message");
    record.environment = readEnvironment(root.openGroup("environment"));
    record.history = run_history::read(root);
    record.batchLosses = root.openGroup("batches").readList<float>("train_loss");
    if (root.has("checkpoint"))
        record.checkpoint =
            std::make_shared<const EngineState>(checkpoint::read(root.openGroup("checkpoint")));
    // Last, so that what is missing or of another type is named as that.
    if (version >= firstSealedVersion || h5::isSealed(root))
        checkSeals(root, file.string());
    return record;
}

std::string formatOf(const std::filesystem::path& file)
{
    try {
        const h5::File source = h5::File::open(file);
        return source.root().hasAttribute("format") ? source.root().stringAttribute("format") : std::string();
    } catch (const InputError&) {
        return {};
    }
}

} // namespace ternbench
