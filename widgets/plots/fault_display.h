#pragma once

#include "core/packed/fault_study.h"

#include <QString>

#include <vector>

/// What the faults plot draws, as plain numbers.
namespace ternbench {

/// The points of a fault study that have a place on a logarithmic axis: without the one of no flips, which is
/// drawn as a level. Shares and errors in percent.
struct FaultCurves
{
    std::vector<double> flips;
    std::vector<double> meanError, leastError, mostError;
    std::vector<double> caught, silent, harmless; ///< of the draws
};
FaultCurves faultCurves(const FaultCurve& curve);

/// For the read-out under the mouse; several lines.
QString faultText(const FaultPoint& point);

} // namespace ternbench
