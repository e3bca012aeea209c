#pragma once

#include "core/storage/run_record.h"

#include <filesystem>

/// The run file, `*.run.h5`. Layout:
///
///   /              @format "ternbench.run", @format_version, @generator, @experiment (JSON), @status,
///   @message /environment   attributes /history       epoch, stage, train_loss, train_error, test_loss,
///   test_error, learning_rate, seconds: one
///                  value an epoch (NXdata: signal test_error over epoch)
///   /batches       train_loss float32[step]
///   /layers/00_fc1 per epoch: N, K, family (0: float), scale, threshold, normalizer[epoch, 3], sparsity,
///                  share_at_limit, groups_at_limit, groups, index_flips, sign_flips, coding_error,
///                  coding_error_normalized, non_zeros_per_group[epoch, 33];
///                  histograms shadow, normalized, kept: <name>_counts[epoch, bins], <name>_edges[epoch,
///                  bins+1]; of the last epoch: pattern_usage[M], mask int8[rows, fan_in]
///   /checkpoint    everything needed to go on: position, weights, moments, normalization, coding
/// All of it is sealed (seal.h).
namespace ternbench {

/// 2: coded layers may have scales by row, a balanced order and held groups; a teacher; groups_frozen and
/// groups_held of each epoch. 3: sealed. Files of versions 1 and 2 lack these and are read as they are.
inline constexpr int runFormatVersion = 3;

/// Atomic: temporary sibling, flush, fsync, rename. Throws InputError where it cannot be written.
void writeRunFile(const RunRecord& record, const std::filesystem::path& file);

/// Throws InputError that names file and object where something is missing, damaged, or of a newer version.
RunRecord readRunFile(const std::filesystem::path& file);

/// "ternbench.run", "ternbench.packed", or empty where `file` is no file of ours. Does not throw.
std::string formatOf(const std::filesystem::path& file);

} // namespace ternbench
