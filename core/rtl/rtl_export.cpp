#include "core/rtl/rtl_export.h"

#include "core/data/sha256.h"
#include "core/error.h"
#include "core/integer/reference_model.h"
#include "core/rtl/rtl_documents.h"
#include "core/rtl/rtl_manifest.h"
#include "core/rtl/rtl_sources.h"
#include "core/storage/atomic_file.h"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <map>
#include <span>
#include <system_error>

namespace ternbench {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void refuse(const fs::path& folder, const std::string& why)
{
    throw InputError((folder.empty() ? std::string("\"\"") : folder.string()) + ": " + why);
}

/// A folder that is removed with its content unless it got its final name.
class TemporaryFolder
{
public:
    explicit TemporaryFolder(const fs::path& final) : m_final(final), m_path(temporarySibling(final))
    {
        std::error_code error;
        if (!fs::create_directory(m_path, error))
            refuse(final, "cannot be written: " + error.message());
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        if (!m_renamed)
            fs::remove_all(m_path, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    void write(const std::string& name, std::string_view content)
    {
        const fs::path file = m_path / name;
        std::error_code ignored; // writing tells
        fs::create_directories(file.parent_path(), ignored);
        std::ofstream stream(file, std::ios::binary);
        stream << content;
        stream.close();
        if (!stream)
            refuse(m_final, name + " cannot be written: " + std::generic_category().message(errno));
        m_digests[name] = sha256Hex(std::as_bytes(std::span(content)));
    }

    const std::map<std::string, std::string>& digests() const { return m_digests; } ///< by path

    /// Takes the place of `final` if that is not there or empty: the system's rename() sees to it.
    void rename()
    {
        std::error_code error;
        fs::rename(m_path, m_final, error);
        if (error)
            refuse(m_final, "cannot be written: " + error.message());
        m_renamed = true;
    }

private:
    fs::path m_final, m_path;
    std::map<std::string, std::string> m_digests;
    bool m_renamed = false;
};

std::string titleOf(const IntegerNetwork& network)
{
    std::string sizes = std::to_string(network.input.inputs);
    std::string codes;
    for (const IntegerLayer& layer : network.layers) {
        sizes += "-" + std::to_string(layer.rows);
        codes += (codes.empty() ? "" : ", ") + toString(layer.code);
    }
    return "Network " + sizes + " with codes " + codes;
}

void addMemories(RtlProject& project, const IntegerNetwork& network)
{
    for (const RtlLayer& layer : project.layers) {
        const std::string path = "memory/" + layer.prefix;
        project.images.emplace(path + "weights.hex", weightImage(layer));
        project.images.emplace(path + "table.hex", tableImage(layer));
        project.images.emplace(path + "multipliers.hex", multiplierImage(layer));
        project.images.emplace(path + "offsets.hex", offsetImage(layer));
        project.images.emplace(path + "shifts.hex", shiftImage(layer));
    }
    const auto banks = inputTableImages(network, project.input);
    for (std::size_t bank = 0; bank < banks.size(); ++bank) {
        const std::string digits = std::to_string(1000 + bank).substr(1);
        project.images.emplace("memory/input_table_" + digits + ".hex", banks[bank]);
    }
}

/// What the test bench compares, by the reference model.
void addGolden(RtlProject& project, const IntegerNetwork& network, const LabelledImages& images)
{
    MemoryImage pixels(8);
    for (const std::uint8_t pixel : images.pixels)
        pixels.addValue(pixel);
    MemoryImage classes(addressBits(network.layers.back().rows));
    std::vector<MemoryImage> outputs;
    for (const RtlLayer& layer : project.layers)
        outputs.emplace_back(layer.outputBits);
    for (int image = 0; image < images.count; ++image) {
        const auto inputs = std::size_t(images.inputs);
        const IntegerOutputs golden =
            runReference(network, std::span(images.pixels).subspan(std::size_t(image) * inputs, inputs));
        for (std::size_t l = 0; l < golden.hidden.size(); ++l)
            for (const std::int32_t value : golden.hidden[l])
                outputs[l].addValue(value);
        for (const std::int64_t score : golden.scores)
            outputs.back().addValue(score);
        classes.addValue(classOf(golden.scores));
    }
    project.images.emplace("golden/images.hex", std::move(pixels));
    project.images.emplace("golden/classes.hex", std::move(classes));
    for (std::size_t l = 0; l < outputs.size(); ++l)
        project.images.emplace("golden/" + project.layers[l].prefix + "outputs.hex", std::move(outputs[l]));
}

RtlProject makeProject(const IntegerNetwork& network, const DesignPoint& design, const LabelledImages& images)
{
    RtlProject project;
    project.title = titleOf(network);
    project.design = design;
    project.input = rtlInput(network, design);
    project.perInputTable = network.input.perInput;
    project.inputs = network.input.inputs;
    project.layers = rtlLayers(network, design);
    project.cycles = cyclesOf(network, design);
    project.totalCycles = totalOf(project.cycles, design).cycles;
    project.testImages = images.count;
    addMemories(project, network);
    addGolden(project, network, images);
    return project;
}

} // namespace

void requireExportable(const IntegerNetwork& network, const DesignPoint& design)
{
    if (const auto problem = designPointProblem(design))
        throw InputError(*problem);
    if (network.layers.empty())
        throw InputError("the network has no layer");
    for (const IntegerLayer& layer : network.layers) {
        if (const std::string reason = notInRtl(layer); !reason.empty())
            throw InputError(
                "layer '" + layer.name + "' " + reason +
                ": it is written for fully-connected networks with ternary groups of consecutive inputs");
        // What tools count is told by these names.
        if (layer.name == "input" || layer.name == "argmax" || layer.name == "total")
            throw InputError("layer '" + layer.name + "' has the name of another part of an inference");
    }
}

void requireNewFolder(const fs::path& folder)
{
    std::error_code error;
    const fs::file_status status = fs::status(folder, error);
    if (folder.empty() || (error && status.type() != fs::file_type::not_found))
        refuse(folder, folder.empty() ? "must name a folder" : "cannot be written: " + error.message());
    if (fs::exists(status) && !fs::is_directory(status))
        refuse(folder, "exists and is no folder: choose another name");
    if (fs::is_directory(status) && !fs::is_empty(folder, error))
        refuse(folder, error ? "cannot be read: " + error.message()
                             : "exists and is not empty: choose another name or remove it");
    const fs::path absolute = fs::absolute(folder).lexically_normal();
    const fs::path parent = (absolute.has_filename() ? absolute : absolute.parent_path()).parent_path();
    if (::access(parent.c_str(), W_OK | X_OK) != 0)
        refuse(folder, "cannot be written: folder " + parent.string() + ": " +
                           std::generic_category().message(errno));
}

void exportRtl(const IntegerNetwork& network, const DesignPoint& design, const LabelledImages& images,
               const fs::path& folder)
{
    requireExportable(network, design);
    requireNewFolder(folder);
    if (images.count < 1 || images.inputs != network.input.inputs)
        throw InputError("test images: " + std::to_string(images.count) + " with " +
                         std::to_string(images.inputs) + " values each; must be at least 1, with " +
                         std::to_string(network.input.inputs));
    const RtlProject project = makeProject(network, design, images);

    const fs::path absolute = fs::absolute(folder).lexically_normal();
    TemporaryFolder target(absolute.has_filename() ? absolute : absolute.parent_path());
    for (const RtlSource& source : rtlSources())
        if (source.path.starts_with("sv/"))
            target.write(std::string(source.path), source.text);
    for (const auto& [path, image] : project.images)
        target.write(path, image.text());
    target.write("network_top.sv", topText(project));
    target.write("testbench.sv", testBenchText(project));
    for (const auto& [name, text] : synthesisTops(project))
        target.write("synth/" + name + ".sv", text);
    target.write("Makefile", makefileText(project));
    target.write("README.md", readmeText(project));
    target.write(identityFile, identityText(identityOf(network, design)));
    target.write(sumsFile, sumsText(target.digests()));
    target.rename();
}

} // namespace ternbench
