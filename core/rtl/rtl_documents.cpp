#include "core/rtl/rtl_documents.h"

#include "core/rtl/rtl_sources.h"
#include "core/version.h"

#include <cstdio>

namespace ternbench {

namespace {

std::string text(std::int64_t value)
{
    return std::to_string(value);
}

std::string checksumText(const RtlProject& project, const std::string& path)
{
    char digits[16];
    std::snprintf(digits, sizeof digits, "32'h%08x", project.images.at(path).checksum());
    return digits;
}

std::string cycleLine(const LayerCycles& part)
{
    std::string formula;
    if (part.part == LayerCycles::Part::Layer)
        formula =
            text(part.rowBlocks) + " row blocks * " + text(part.steps) + " steps + " + text(layerLatency);
    else
        formula = part.part == LayerCycles::Part::Input
                      ? text(part.cycles - inputLatency) + " words + " + text(inputLatency)
                      : text(part.cycles - argmaxLatency) + " rows + " + text(argmaxLatency);
    return part.name + ": " + formula + " = " + text(part.cycles);
}

/// What the templates of every layer share.
RtlFields layerFields(const RtlProject& project, const RtlLayer& layer)
{
    const IntegerLayer& content = *layer.layer;
    RtlFields fields{
        {"L", text(layer.number)},
        {"NAME", layer.name},
        {"ROWS", text(content.rows)},
        {"FAN_IN", text(content.fanIn)},
        {"CODE", toString(content.code)},
        {"N", text(content.code.groupSize)},
        {"K", text(content.code.maxNonZeros)},
        {"K_MIN", text(content.code.minNonZeros())},
        {"PATTERNS", text(std::int64_t(patternCount(content.code)))},
        {"ACC_BITS", text(content.accumulatorBits)},
        {"GROUPS", text(layer.groups)},
        {"LANES", text(layer.lanes)},
        {"ROWS_AT_ONCE", text(layer.parallelRows)},
        {"STEPS", text(layer.steps)},
        {"BLOCKS", text(layer.blocks)},
        {"STEP_BITS", text(addressBits(layer.steps))},
        {"BLOCK_BITS", text(addressBits(layer.blocks))},
        {"ADDRESS_BITS", text(addressBits(std::int64_t(layer.blocks) * layer.steps))},
        {"INDEX_BITS", text(layer.indexBits)},
        {"POSITION_BITS", text(layer.positionBits)},
        {"ACTIVATION_BITS", text(layer.activationBits)},
        {"ACTIVATION_SIGNED", layer.activationSigned ? "1" : "0"},
        {"MULTIPLIER_BITS", text(multiplierBits)},
        {"POWERS_OF_TWO", usesPowersOfTwo(content) ? "1" : "0"},
        {"OUTPUT_BITS", text(layer.outputBits)},
        {"SCORES", layer.scores ? "1" : "0"},
        {"TABLE_IN_LOGIC", project.design.table == DesignPoint::Table::Logic ? "1" : "0"},
        {"FROM_DONE", layer.number == 0 ? "input_done" : "done_" + text(layer.number - 1)},
        {"GOLDEN", "golden/" + layer.prefix + "outputs.hex"},
    };
    for (const auto& [key, file] : {std::pair{"TABLE", "table"},
                                    {"WEIGHT", "weights"},
                                    {"MULTIPLIER", "multipliers"},
                                    {"OFFSET", "offsets"},
                                    {"SHIFT", "shifts"}}) {
        const std::string path = "memory/" + layer.prefix + file + ".hex";
        fields[std::string(key) + "_IMAGE"] = path;
        fields[std::string(key) + "_CHECKSUM"] = checksumText(project, path);
    }
    return fields;
}

/// Where a layer's inputs come from, and the widths of its signals.
void addWiring(RtlFields& fields, const RtlProject& project, const RtlLayer& layer)
{
    const bool first = layer.number == 0;
    const std::string before = text(layer.number - 1);
    const RtlLayer* source = first ? nullptr : &project.layers[std::size_t(layer.number - 1)];
    const int readWord = layer.lanes * layer.layer->code.groupSize;
    fields["WRITE_WORD"] = text(first ? project.input.bytes : source->parallelRows);
    fields["WRITE_BITS"] = text(addressBits(first ? project.input.words : source->blocks));
    fields["READ_WORD"] = text(readWord);
    fields["FROM_VALID"] = first ? "input_valid" : "valid_" + before;
    fields["FROM_WORD"] = first ? "input_word" : "block_" + before;
    fields["FROM_VALUES"] = first ? "input_values" : "values_" + before;
    fields["STEP_TOP"] = text(addressBits(layer.steps) - 1);
    fields["BLOCK_TOP"] = text(addressBits(layer.blocks) - 1);
    fields["ACTIVATIONS_TOP"] = text(readWord * layer.activationBits - 1);
    fields["VALUES_TOP"] = text(layer.parallelRows * layer.outputBits - 1);
}

RtlFields networkFields(const RtlProject& project)
{
    const int classes = project.layers.back().layer->rows;
    return {
        {"NETWORK", project.title},
        {"GENERATOR", programVersion()},
        {"BYTES", text(project.input.bytes)},
        {"INPUTS", text(project.inputs)},
        {"TOTAL_CYCLES", text(project.totalCycles)},
        {"CLASSES", text(classes)},
        {"CLASS_BITS", text(addressBits(classes))},
        {"CLASS_TOP", text(addressBits(classes) - 1)},
        {"IMAGES", text(project.testImages)},
        {"LANES", text(project.design.lanes)},
        {"ROWS_AT_ONCE", text(project.design.parallelRows)},
    };
}

/// One checksum for each bank, the last first, as a concatenation is written.
std::string inputChecksums(const RtlProject& project)
{
    std::string list;
    for (int bank = project.input.bytes; bank-- > 0;) {
        char path[40];
        std::snprintf(path, sizeof path, "memory/input_table_%03d.hex", project.perInputTable ? bank : 0);
        list += checksumText(project, path) + (bank > 0 ? ", " : "");
    }
    return list;
}

/// The text of one template for every layer.
std::string forEachLayer(const RtlProject& project, std::string_view path)
{
    std::string all;
    for (const RtlLayer& layer : project.layers) {
        RtlFields fields = layerFields(project, layer);
        addWiring(fields, project, layer);
        all += fillTemplate(path, fields);
    }
    return all;
}

/// The test bench's names of the pulses between the parts: part p lasts from pulse p to pulse p + 1.
std::vector<std::string> pulsesOf(const RtlProject& project)
{
    std::vector<std::string> pulses{"start", "dut.input_done"};
    for (const RtlLayer& layer : project.layers)
        pulses.push_back("dut.done_" + text(layer.number));
    pulses.emplace_back("done");
    return pulses;
}

/// The text of one template for every part of an inference.
std::string forEachPart(const RtlProject& project, std::string_view path)
{
    const std::vector<std::string> pulses = pulsesOf(project);
    std::string all;
    for (std::size_t p = 0; p < project.cycles.size(); ++p) {
        const LayerCycles& part = project.cycles[p];
        const bool layer = part.part == LayerCycles::Part::Layer;
        const bool input = part.part == LayerCycles::Part::Input;
        all += fillTemplate(path, {{"PART", layer ? project.layers[p - 1].name : part.name},
                                   {"PART_NUMBER", text(std::int64_t(p))},
                                   {"PART_CYCLES", text(part.cycles)},
                                   {"PART_START", pulses[p]},
                                   {"PART_DONE", pulses[p + 1]},
                                   {"PART_WAITING", input ? "data_ready && !data_valid" : "1'b0"}});
    }
    return all;
}

} // namespace

std::string topText(const RtlProject& project)
{
    RtlFields fields = networkFields(project);
    const RtlInput& input = project.input;
    for (const LayerCycles& part : project.cycles)
        fields["CYCLE_LINES"] += (fields["CYCLE_LINES"].empty() ? "//     " : "\n//     ") + cycleLine(part);
    for (const RtlLayer& layer : project.layers)
        fields["ERRORS"] += (layer.number == 0 ? "error_" : " | error_") + text(layer.number);
    fields["DATA_TOP"] = text(input.bytes * 8 - 1);
    fields["INPUT_WORDS"] = text(input.words);
    fields["INPUT_WORD_BITS"] = text(addressBits(input.words));
    fields["INPUT_WORD_TOP"] = text(addressBits(input.words) - 1);
    fields["INPUT_BITS"] = text(input.valueBits);
    fields["INPUT_VALUES_TOP"] = text(input.bytes * input.valueBits - 1);
    fields["PER_INPUT"] = project.perInputTable ? "1" : "0";
    fields["INPUT_CHECKSUMS"] = inputChecksums(project);
    fields["LAST"] = text(project.layers.back().number);
    fields["LAST_BLOCK_BITS"] = text(addressBits(project.layers.back().blocks));
    fields["LAYERS"] = forEachLayer(project, "templates/network_top_layer.sv.in");
    return fillTemplate("templates/network_top.sv.in", fields);
}

std::string testBenchText(const RtlProject& project)
{
    RtlFields fields = networkFields(project);
    fields["MONITORS"] = forEachLayer(project, "templates/testbench_monitor.sv.in");
    fields["SUMMARIES"] = forEachLayer(project, "templates/testbench_summary.sv.in");
    fields["PARTS"] = forEachPart(project, "templates/testbench_part.sv.in");
    fields["PART_SUMMARIES"] = forEachPart(project, "templates/testbench_part_summary.sv.in");
    return fillTemplate("templates/testbench.sv.in", fields);
}

std::string makefileText(const RtlProject& project)
{
    return fillTemplate("templates/Makefile.in", networkFields(project));
}

std::map<std::string, std::string> synthesisTops(const RtlProject& project)
{
    std::map<std::string, std::string> tops;
    for (const RtlLayer& layer : project.layers) {
        RtlFields fields = layerFields(project, layer);
        fields["TOP"] = decoderModule(layer);
        tops.emplace(fields["TOP"], fillTemplate("templates/synth_decoder.sv.in", fields));
        fields["TOP"] = elementModule(layer);
        tops.emplace(fields["TOP"], fillTemplate("templates/synth_element.sv.in", fields));
    }
    return tops;
}

std::string readmeText(const RtlProject& project)
{
    RtlFields fields = networkFields(project);
    for (const LayerCycles& part : project.cycles)
        fields["CYCLE_LINES"] += "    " + cycleLine(part) + "\n";
    for (const RtlLayer& layer : project.layers) {
        const IntegerLayer& content = *layer.layer;
        fields["LAYER_ROWS"] += "| " + text(layer.number) + " | " + layer.name + " | " + text(content.rows) +
                                " x " + text(content.fanIn) + " | " + toString(content.code) + " | " +
                                text(layer.indexBits) + " | " + text(layer.groups) + " | " +
                                text(layer.activationBits) + (layer.activationSigned ? " signed" : "") +
                                " | " + text(content.accumulatorBits) + " | " + text(layer.outputBits) +
                                " | " + text(layer.blocks) + " x " + text(layer.steps) + " |\n";
    }
    for (const auto& [path, image] : project.images)
        if (path.starts_with("memory/"))
            fields["MEMORY_ROWS"] +=
                "| `" + path + "` | " + text(image.words()) + " | " + text(image.wordBits()) + " |\n";
    fields["TABLE"] = tableName(project.design.table);
    fields["INPUT_WORDS"] = text(project.input.words);
    fields["INPUT_LATENCY"] = text(inputLatency);
    fields["LAYER_LATENCY"] = text(layerLatency);
    fields["ARGMAX_LATENCY"] = text(argmaxLatency);
    return fillTemplate("templates/README.md.in", fields);
}

} // namespace ternbench
