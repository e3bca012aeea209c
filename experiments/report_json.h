#pragma once

#include "experiments/report_document.h"

#include <string>
#include <string_view>

namespace ternbench {

/// The whole report as JSON text: every figure as {value, unit, basis}. Format "ternbench.hardware_report".
std::string reportJson(const HardwareReport& report, const ReportSubject& subject);

/// Simulation and synthesis results:
///   {"simulation": {"command": "...", "images": 100, "parts": [{"part": "fc1", "cycles": 423}, ...]},
///    "synthesis": [{"module": "...", "cells": 512, "command": "..."}, ...]}
/// Either may be missing. Throws InputError that begins with `name` where the text is something else.
HardwareEvidence evidenceFromJson(const std::string& text, const std::string& name);

/// The text that evidenceFromJson() reads.
std::string evidenceToJson(const HardwareEvidence& evidence);

} // namespace ternbench
