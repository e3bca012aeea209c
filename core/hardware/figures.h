#pragma once

#include "core/hardware/cost_model.h"

#include <span>
#include <string_view>

/// The figures of a part of an inference as one list, so that every writer of a report shows the same ones
/// under the same names and units.
namespace ternbench {

struct PartFigure
{
    std::string_view key;   ///< for files and programs
    std::string_view title; ///< for people
    std::string_view unit;  ///< "bit", "cycle", "pJ", ...; "1" for a share
    bool whole = true;      ///< an integer
    std::string_view meaning;
    double (*value)(const PartCost& part) = nullptr; ///< whole ones are exact: they lie below 2^53
};
std::span<const PartFigure> partFigures();

/// Whether the part has such a figure: the input and the argmax have no accumulator, the total no width of
/// activations.
bool hasFigure(const PartFigure& figure, const PartCost& part);

/// The same for what a datapath as a whole has.
struct DatapathFigure
{
    std::string_view key, title, unit;
    bool whole = true;
    std::string_view meaning;
    double (*value)(const DatapathCost& cost, const DesignPoint& design) = nullptr;
};
std::span<const DatapathFigure> datapathFigures();

} // namespace ternbench
