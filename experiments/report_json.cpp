#include "experiments/report_json.h"

#include "core/error.h"
#include "core/hardware/energy.h"
#include "core/hardware/figures.h"
#include "experiments/json_syntax.h"

#include <nlohmann/json.hpp>

#include <set>

namespace ternbench {

namespace {

using nlohmann::ordered_json;

constexpr int formatVersion = 1;

ordered_json number(double value, bool whole)
{
    return whole ? ordered_json(std::int64_t(value)) : ordered_json(value);
}

ordered_json figure(double value, bool whole, std::string_view unit, Basis basis)
{
    return {{"value", number(value, whole)}, {"unit", unit}, {"basis", basisName(basis)}};
}

ordered_json partJson(const HardwareReport& report, const DatapathCost& cost, const PartCost& part)
{
    ordered_json figures = ordered_json::object();
    for (const PartFigure& f : partFigures())
        figures[std::string(f.key)] =
            figure(f.value(part), f.whole, f.unit, report.basisOf(cost.datapath, f.key, part.cycles.name));
    ordered_json json = {{"part", part.cycles.name}, {"figures", figures}};
    if (!part.accumulatorReason.empty())
        json["accumulator_reason"] = part.accumulatorReason;
    return json;
}

ordered_json datapathJson(const HardwareReport& report, const DatapathCost& cost)
{
    ordered_json figures = ordered_json::object();
    for (const DatapathFigure& f : datapathFigures())
        figures[std::string(f.key)] = figure(f.value(cost, report.design), f.whole, f.unit, Basis::Estimated);
    ordered_json parts = ordered_json::array();
    for (const PartCost& part : cost.parts)
        parts.push_back(partJson(report, cost, part));
    return {{"name", datapathName(cost.datapath)},
            {"figures", figures},
            {"parts", parts},
            {"total", partJson(report, cost, cost.total)}};
}

ordered_json designJson(const DesignPoint& design)
{
    return {
        {"lanes", design.lanes},
        {"rows", design.parallelRows},
        {"table", tableName(design.table)},
        {"clock_mhz", design.clockMhz},
        {"on_chip_bytes", design.onChipBytes},
        {"off_chip_bits_per_cycle", design.offChipBitsPerCycle},
        {"activation_bits", design.activationBits ? ordered_json(*design.activationBits) : ordered_json()}};
}

ordered_json energyJson()
{
    ordered_json constants = ordered_json::array();
    for (const EnergyConstant& constant : energyConstants())
        constants.push_back({{"key", constant.key},
                             {"operation", constant.operation},
                             {"picojoules", constant.picojoules},
                             {"use", constant.use}});
    return {{"source", energySource}, {"constants", constants}};
}

ordered_json codingsJson(const LayerCodings& layer)
{
    ordered_json sizes = ordered_json::object();
    for (const CodingSize& size : layer.sizes)
        sizes[std::string(codingKey(size.kind))] = {
            {"name", codingName(size.kind)}, {"bits", size.bits},
            {"bytes", size.bytes},           {"bits_per_weight", layer.bitsPerWeight(size.kind)},
            {"bound", size.bound},           {"representable", size.representable},
            {"assumption", size.assumption}};
    return {{"layer", layer.layer},
            {"weights", layer.weights},
            {"non_zeros", layer.nonZeros},
            {"codings", sizes}};
}

ordered_json codingsJson(const CodingComparison& codings)
{
    ordered_json layers = ordered_json::array();
    for (const LayerCodings& layer : codings.layers)
        layers.push_back(codingsJson(layer));
    return {{"layers", layers}, {"total", codingsJson(codings.total)}};
}

ordered_json ledgerJson(const Ledger& ledger)
{
    ordered_json entries = ordered_json::array();
    for (const LedgerEntry& entry : ledger.entries)
        entries.push_back(
            {{"layer", entry.layer}, {"item", entry.item}, {"bytes", entry.bytes}, {"note", entry.note}});
    return {{"weights", ledger.weights}, {"total_bytes", ledger.totalBytes}, {"entries", entries}};
}

ordered_json identityJson(const RtlIdentity& rtl)
{
    return {{"network_sha256", rtl.networkSha256},
            {"lanes", rtl.lanes},
            {"rows", rtl.parallelRows},
            {"table", tableName(rtl.table)},
            {"off_chip_bits_per_cycle", rtl.offChipBitsPerCycle}};
}

ordered_json evidenceJson(const HardwareEvidence& evidence)
{
    ordered_json parts = ordered_json::array(), synthesis = ordered_json::array();
    for (const auto& part : evidence.simulation.parts)
        parts.push_back({{"part", part.part}, {"cycles", part.cycles}});
    for (const SynthesisResult& result : evidence.synthesis)
        synthesis.push_back({{"module", result.module},
                             {"cells", result.cells},
                             {"command", result.command},
                             {"basis", basisName(Basis::Synthesized)}});
    return {{"rtl", evidence.empty() ? ordered_json() : identityJson(evidence.rtl)},
            {"simulation",
             {{"command", evidence.simulation.command},
              {"images", evidence.simulation.images},
              {"parts", parts}}},
            {"synthesis", synthesis}};
}

const nlohmann::json& member(const nlohmann::json& object, const char* key)
{
    const auto found = object.find(key); // the end of what is no object
    if (found == object.end())
        throw InputError("\"" + std::string(key) + "\" is missing");
    return *found;
}

std::string textAt(const nlohmann::json& object, const char* key)
{
    const nlohmann::json& value = member(object, key);
    if (!value.is_string())
        throw InputError(std::string(key) + ": " + shortText(value) + " is not allowed: must be a text");
    return value.get<std::string>();
}

const nlohmann::json& listAt(const nlohmann::json& object, const char* key)
{
    const nlohmann::json& value = member(object, key);
    if (!value.is_array())
        throw InputError(std::string(key) + ": " + shortText(value) + " is not allowed: must be a list");
    return value;
}

constexpr std::int64_t mostCounted = std::int64_t{1} << 53; ///< whole numbers that a double holds exactly

std::int64_t countAt(const nlohmann::json& object, const char* key, std::int64_t least,
                     std::int64_t most = mostCounted)
{
    const nlohmann::json& value = member(object, key);
    const bool whole = value.is_number_unsigned() && value.get<std::uint64_t>() <= std::uint64_t(most);
    if (!whole || value.get<std::int64_t>() < least)
        throw InputError(std::string(key) + ": " + shortText(value) +
                         " is not allowed: must be a whole number, " + std::to_string(least) + ".." +
                         std::to_string(most));
    return value.get<std::int64_t>();
}

RtlIdentity identityFrom(const nlohmann::json& json)
{
    constexpr std::int64_t most = std::int64_t{1} << 20;
    RtlIdentity rtl;
    rtl.networkSha256 = textAt(json, "network_sha256");
    rtl.lanes = int(countAt(json, "lanes", 1, most));
    rtl.parallelRows = int(countAt(json, "rows", 1, most));
    rtl.offChipBitsPerCycle = int(countAt(json, "off_chip_bits_per_cycle", 1, most));
    const auto table = tableFromName(textAt(json, "table"));
    if (!table)
        throw InputError("table: " + shortText(member(json, "table")) +
                         " is not allowed: must be rom or logic");
    rtl.table = *table;
    return rtl;
}

SimulationResult simulationFrom(const nlohmann::json& json)
{
    SimulationResult simulation;
    simulation.command = textAt(json, "command");
    std::set<std::string> seen;
    for (const auto& part : listAt(json, "parts")) {
        simulation.parts.push_back({textAt(part, "part"), countAt(part, "cycles", 1)});
        if (!seen.insert(simulation.parts.back().part).second)
            throw InputError("part: " + shortText(member(part, "part")) + " is there twice");
    }
    simulation.images = countAt(json, "images", simulation.parts.empty() ? 0 : 1);
    return simulation;
}

HardwareEvidence evidenceFrom(const nlohmann::json& json)
{
    HardwareEvidence evidence;
    if (json.contains("simulation"))
        evidence.simulation = simulationFrom(member(json, "simulation"));
    if (json.contains("synthesis"))
        for (const auto& result : listAt(json, "synthesis"))
            evidence.synthesis.push_back(
                {textAt(result, "module"), countAt(result, "cells", 1), textAt(result, "command")});
    if (!evidence.empty())
        evidence.rtl = identityFrom(member(json, "rtl"));
    return evidence;
}

} // namespace

std::string reportJson(const HardwareReport& report, const ReportSubject& subject)
{
    ordered_json datapaths = ordered_json::object();
    for (const DatapathCost& cost : report.datapaths)
        datapaths[std::string(datapathKey(cost.datapath))] = datapathJson(report, cost);
    const ordered_json json = {{"format", "ternbench.hardware_report"},
                               {"format_version", formatVersion},
                               {"file", subject.file.string()},
                               {"experiment", subject.name},
                               {"generator", subject.generator},
                               {"images", subject.images},
                               {"stored_class_errors", subject.classErrors},
                               {"file_bytes", subject.fileBytes},
                               {"design", designJson(report.design)},
                               {"datapaths", datapaths},
                               {"evidence", evidenceJson(report.evidence)},
                               {"disagreements", report.disagreements},
                               {"energy", energyJson()},
                               {"codings", codingsJson(report.codings)},
                               {"ledger", ledgerJson(report.ledger)},
                               {"assumptions", report.assumptions}};
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

HardwareEvidence evidenceFromJson(const std::string& text, const std::string& name)
{
    try {
        const auto json = parseStrictJson(text);
        if (!json.is_object())
            throw InputError("is no object of simulation and synthesis results");
        return evidenceFrom(json);
    } catch (const InputError& error) {
        throw InputError(name + ": " + error.what());
    } catch (const nlohmann::json::exception& error) {
        throw InputError(name + ": is no object of simulation and synthesis results: " + error.what());
    }
}

std::string evidenceToJson(const HardwareEvidence& evidence)
{
    return evidenceJson(evidence).dump(2, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

} // namespace ternbench
