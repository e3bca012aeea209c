#pragma once

#include "core/packed/packed_file.h"
#include "core/storage/run_record.h"
#include "experiments/experiment.h"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>

/// What `info` tells, as text for a person and as JSON for a program.
namespace ternbench {

std::string experimentText(const Experiment& experiment);
nlohmann::ordered_json experimentJson(const Experiment& experiment);

std::string runText(const RunRecord& record);
nlohmann::ordered_json runJson(const RunRecord& record);

/// `fileBytes`: of the file that it was read from.
std::string packedText(const PackedNetwork& packed, std::uint64_t fileBytes);
nlohmann::ordered_json packedJson(const PackedNetwork& packed, std::uint64_t fileBytes);

std::string environmentText(const Environment& environment);
nlohmann::ordered_json environmentJson(const Environment& environment);

} // namespace ternbench
