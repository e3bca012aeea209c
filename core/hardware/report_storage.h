#pragma once

#include "core/hardware/report.h"
#include "core/storage/hdf5.h"

#include <string>
#include <vector>

/// The hardware report in a packed file, for readers that know nothing of this program:
///
///   /report          @lanes, @rows, @table, @clock_mhz, @on_chip_bytes, @off_chip_bits_per_cycle;
///                    @activation_bits unless they are as trained; @assumptions, @energy_source;
///                    `operation`, `picojoules`: the constants of the energy estimate
///   /report/figures  `datapath` strings (coded, dense_ternary, dense_int8, dense_float32), `part` strings
///                    (input, each layer, argmax, total); for each figure of figures.h a dataset
///                    [datapath, part], or [datapath] for those of a datapath as a whole, int64 or double,
///                    with @units, @long_name and @basis ("estimated"; where the coded datapath's differ, one
///                    word for each of its parts)
///   /report/codings  `layer` strings (total last), `coding` strings, bits, bytes uint64 [layer, coding]
namespace ternbench {

void writeReport(const h5::Group& group, const HardwareReport& report);

/// The design point of a stored report. Throws InputError where it is damaged or impossible.
DesignPoint readReportDesign(const h5::Group& group);

/// What of a stored report differs from `report`, made anew from the same design point: one line each.
/// `units`: the numbers of arithmetic units as well, which older files count otherwise.
std::vector<std::string> compareReport(const h5::Group& group, const HardwareReport& report, bool units);

} // namespace ternbench
