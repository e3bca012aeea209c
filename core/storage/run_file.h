#pragma once

#include "core/storage/run_record.h"

#include <filesystem>

/// The run file, `*.run.h5`. Layout:
///
///   /              @format "ternbench.run", @format_version, @generator, @experiment (JSON), @status
///                  "unfinished", "finished" or "diverged", @message
///   /environment   @generator, @cpu, @simd, @blas, @blas_kernels, @hdf5, @threads, @seed, @train_sha256,
///                  @test_sha256
///   /history       one value an epoch (NXdata: signal test_error over epoch): epoch, stage int64;
///                  train_loss, train_error, test_loss, test_error, learning_rate, seconds float64
///   /batches       train_loss float32[step]
///   /layers/00_fc1 for each layer with weights: @rows, @fan_in, @kernel (side; 0: linear);
///                  one value an epoch:
///                  N, K, family int32: all 0 where the weights are float, else family as in CodeFamily;
///                  scale, threshold, normalizer_low, normalizer_median, normalizer_high, sparsity,
///                  coding_error, coding_error_normalized float64;
///                  groups, groups_at_limit, index_flips, sign_flips, groups_frozen, groups_held uint64;
///                  non_zeros_per_group uint64[epoch, 33];
///                  histograms shadow, normalized, kept: <name>_counts uint64[epoch, bins],
///                  <name>_edges float64[epoch, bins + 1];
///                  of the last epoch: pattern_usage uint32[M], empty for float and tables above 65,536;
///                  mask int8[rows, fan_in], not there for float; how its rows are grouped:
///                  @segment, and group_order int32[fan_in] where it is not that of memory (grouping.h)
///   /checkpoint    everything needed to go on: position, weights, moments, normalization, coding
/// All of it is sealed (seal.h).
namespace ternbench {

/// 2: coded layers may have scales by row, a balanced order and held groups; a teacher; groups_frozen and
/// groups_held of each epoch. 3: sealed. Files of versions 1 and 2 lack these and are read as they are.
/// Within 3 @kernel, @segment and group_order were added: without them a layer counts as linear, and how its
/// weights are grouped as unknown.
inline constexpr int runFormatVersion = 3;

/// Atomic: temporary sibling, flush, fsync, rename. Throws InputError where it cannot be written.
void writeRunFile(const RunRecord& record, const std::filesystem::path& file);

/// Throws InputError that names file and object where something is missing, damaged, or of a newer version.
RunRecord readRunFile(const std::filesystem::path& file);

/// "ternbench.run", "ternbench.packed", or empty where `file` is no file of ours. Does not throw.
std::string formatOf(const std::filesystem::path& file);

} // namespace ternbench
