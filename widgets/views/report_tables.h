#pragma once

#include "core/hardware/report.h"
#include "widgets/views/plain_table_model.h"

namespace ternbench {

/// The codings of a layer or of all: name, bytes, bits a weight, whether it is a code for these weights or a
/// bound, and the assumption.
PlainTable codingTable(const LayerCodings& codings);

/// One row a figure, one column a datapath, and the basis of the coded one's ("estimated", "simulated"). Part
/// -1 is the total, which the figures of whole datapaths and synthesized cells belong to.
PlainTable figuresTable(const HardwareReport& report, int part);

/// One row a part and the total: cycles with their basis, utilisation, operations, energy.
PlainTable partsTable(const HardwareReport& report, Datapath datapath);

/// What the evidence is: "Simulated: 100 images (make verilator). Synthesized: 3 modules (make synth).", or
/// that there is none.
QString evidenceText(const HardwareReport& report);

} // namespace ternbench
