#include "core/hardware/design_point.h"

#include <cmath>

namespace ternbench {

namespace {

std::string notAllowed(const std::string& field, const std::string& value, const std::string& allowed)
{
    return field + " = " + value + " is not allowed: must be " + allowed;
}

} // namespace

std::optional<std::string> designPointProblem(const DesignPoint& design)
{
    if (design.lanes < 1 || design.lanes > 64)
        return notAllowed("lanes", std::to_string(design.lanes), "1..64");
    if (design.parallelRows < 1 || design.parallelRows > 256)
        return notAllowed("rows", std::to_string(design.parallelRows), "1..256");
    if (design.lanes * design.parallelRows > maxGroupsPerCycle)
        return notAllowed("lanes * rows", std::to_string(design.lanes * design.parallelRows),
                          "at most " + std::to_string(maxGroupsPerCycle));
    if (!(design.clockMhz > 0.0) || !std::isfinite(design.clockMhz))
        return notAllowed("clock", std::to_string(design.clockMhz) + " MHz", "a positive number");
    if (design.onChipBytes < 1)
        return notAllowed("on-chip memory", std::to_string(design.onChipBytes) + " bytes", "at least 1");
    const int bits = design.offChipBitsPerCycle;
    if (bits < 8 || bits > 1024 || bits % 8 != 0)
        return notAllowed("off-chip bits per cycle", std::to_string(bits), "a multiple of 8 in 8..1024");
    return std::nullopt;
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
