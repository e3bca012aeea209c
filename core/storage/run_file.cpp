#include "core/storage/run_file.h"

#include "core/error.h"
#include "core/storage/checkpoint.h"
#include "core/storage/hdf5.h"
#include "core/storage/run_history.h"

#include <array>
#include <string_view>

namespace ternbench {

namespace {

constexpr const char* formatName = "ternbench.run";
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

void checkHeader(const h5::Group& root)
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
    target.close();
}

RunRecord readRunFile(const std::filesystem::path& file)
{
    const h5::File source = h5::File::open(file);
    const h5::Group root = source.root();
    checkHeader(root);
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
