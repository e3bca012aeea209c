#include "core/hardware/design_point.h"

#include <cmath>

namespace ternbench {

namespace {

std::string notAllowed(const std::string& field, const std::string& value, const std::string& allowed)
{
    return field + " = " + value + " is not allowed: must be " + allowed;
}

} // namespace

std::vector<DesignProblem> designPointProblems(const DesignPoint& design)
{
    std::vector<DesignProblem> problems;
    const bool lanes = design.lanes >= 1 && design.lanes <= 64;
    const bool rows = design.parallelRows >= 1 && design.parallelRows <= 256;
    if (!lanes)
        problems.push_back({DesignField::Lanes, notAllowed("lanes", std::to_string(design.lanes), "1..64")});
    if (!rows)
        problems.push_back(
            {DesignField::ParallelRows, notAllowed("rows", std::to_string(design.parallelRows), "1..256")});
    if (lanes && rows && design.lanes * design.parallelRows > maxGroupsPerCycle)
        problems.push_back({DesignField::ParallelRows,
                            notAllowed("lanes * rows", std::to_string(design.lanes * design.parallelRows),
                                       "at most " + std::to_string(maxGroupsPerCycle))});
    if (!(design.clockMhz > 0.0) || !std::isfinite(design.clockMhz))
        problems.push_back({DesignField::Clock, notAllowed("clock", std::to_string(design.clockMhz) + " MHz",
                                                           "a positive number")});
    if (design.onChipBytes < 1)
        problems.push_back(
            {DesignField::OnChipBytes,
             notAllowed("on-chip memory", std::to_string(design.onChipBytes) + " bytes", "at least 1")});
    const int bits = design.offChipBitsPerCycle;
    if (bits < 8 || bits > 1024 || bits % 8 != 0)
        problems.push_back(
            {DesignField::OffChipBits,
             notAllowed("off-chip bits per cycle", std::to_string(bits), "a multiple of 8 in 8..1024")});
    if (const auto width = design.activationBits;
        width && (*width < leastActivationBits || *width > mostActivationBits))
        problems.push_back(
            {DesignField::ActivationBits,
             notAllowed("activation bits", std::to_string(*width),
                        std::to_string(leastActivationBits) + ".." + std::to_string(mostActivationBits) +
                            ", or left out for " + std::string(asTrained))});
    return problems;
}

std::optional<std::string> designPointProblem(const DesignPoint& design)
{
    const std::vector<DesignProblem> problems = designPointProblems(design);
    return problems.empty() ? std::nullopt : std::optional(problems.front().message);
}

std::string_view tableName(DesignPoint::Table table)
{
    return table == DesignPoint::Table::Rom ? "rom" : "logic";
}

std::optional<DesignPoint::Table> tableFromName(std::string_view name)
{
    for (const auto table : {DesignPoint::Table::Rom, DesignPoint::Table::Logic})
        if (tableName(table) == name)
            return table;
    return std::nullopt;
}

} // namespace ternbench
