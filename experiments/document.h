#pragma once

#include "experiments/experiment.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

/// The experiment document: JSON, schema-versioned. Unknown keys, wrong types and impossible values are
/// errors that name the path (`layers[2].code.K`), the value and what is allowed.
namespace ternbench {

/// 2: convolution and pooling, augmentation. 3: training.rate.restart, with a choice more, took the place of
/// the flag restart_at_coding; growth of stages, retraining, requantization, scale and grouping.
inline constexpr int experimentFormatVersion = 3;

/// Throws InputError with every problem found, one a line.
Experiment experimentFromJson(std::string_view text);

/// Indented JSON with every value written out; experimentFromJson() gives the same experiment back.
std::string toJson(const Experiment& experiment);

/// Applies "path=value" overrides in turn (value is JSON, or a bare string) to the document `text`.
/// Throws InputError that names the path where it does not exist or the value has the wrong type.
std::string withOverrides(std::string_view text, const std::vector<std::string>& overrides);

/// Throws InputError that names the file and every problem. With overrides (see withOverrides()) the values
/// of the document are checked after they were applied.
Experiment loadExperiment(const std::filesystem::path& file, const std::vector<std::string>& overrides = {});

/// The same with values that are not allowed (see validate()) left in place: for an editor that shows them.
/// Throws InputError where the file is no experiment document or a value is of another type.
Experiment readExperiment(const std::filesystem::path& file);

/// Atomic: a failure leaves an existing file as it was. Throws InputError (cannot be written).
void saveExperiment(const Experiment& experiment, const std::filesystem::path& file);

} // namespace ternbench
