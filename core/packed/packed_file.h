#pragma once

#include "core/hardware/design_point.h"
#include "core/integer/integer_network.h"
#include "core/packed/golden.h"
#include "core/packed/ledger.h"
#include "core/packed/packed_indexes.h"
#include "core/storage/hdf5.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

/// The packed network, `*.packed.h5`: meant to be read by strangers. Layout:
///
///   /                 @format "ternbench.packed", @format_version, @generator, @experiment (JSON)
///   /input            @shape, table int16[256] or [256, inputs]: stored byte -> q
///   /layers/00_name   attributes kind, activation_bits, accumulator_bits; with weights N, K, family, rows,
///                     fan_in, groups_per_row, index_bits, group_axis; datasets codes
///                     uint8[rows, bytes_per_row] (bit_packing.h), table int8[M, N], multiplier int32[rows],
///                     offset int64[rows], shift uint8[rows]. conv2d, max_pool and average_pool: kernel,
///                     stride, padding, in_shape, out_shape (height, width, channels). A fan-in is coded in
///                     the order (ky, kx, channel), a tail group at the end of each kernel position, with
///                     group axis "channels"; (channel, ky, kx) with "flattened"; a linear layer reads an
///                     image as (y, x, channel); with balanced grouping permutation int32[fan_in]: position p
///                     of that order holds input permutation[p]. average_pool: multiplier, offset and shift
///                     of the sum, [1]
///   /ledger           layer, item, note strings; bytes uint64
///   /verification     layer strings, compared, different uint64, golden_sha256 strings, images, class_errors
///   /report           the hardware report, where there is one (core/hardware/report_storage.h)
///
/// Every dataset carries @sha256 (of type, shape and bytes) and every group @attributes_sha256 (of its own
/// and its datasets' attributes), so that a changed bit is found and named even where no output depends on
/// it.
namespace ternbench {

/// What is written, and the newest that is read. Nothing ever moved, so that older ones need no migration:
///   1  linear layers only
///   2  convolution and pooling; a report of linear layers alone
///   3  a report of convolution and pooling, or with activation bits
///   4  layers with 8-bit weights; metadata in the ledger; a report's add/subtract units and multipliers are
///   those of all layers, no longer
///      of the widest one
inline constexpr int packedFormatVersion = 4;

struct PackedNetwork
{
    IntegerNetwork network;
    std::vector<PackedIndexes> indexes; ///< per layer, as read from a file; empty in a network just folded
    int formatVersion = packedFormatVersion; ///< of the file that was read
    std::string experimentJson;
    std::string generator;
    int height = 0, width = 0, channels = 1; ///< of an input image
    Ledger ledger;
    std::vector<std::uint64_t> compared, different; ///< per layer
    GoldenOutputs golden;
    std::optional<DesignPoint> design; ///< of the hardware report in the file; nothing: there is none
};

/// The ledger of a folded network, as a file of a format version holds it.
Ledger ledgerOf(const IntegerNetwork& network, int formatVersion = packedFormatVersion);

/// Atomic: temporary sibling, flush, fsync, rename. Throws InputError where it cannot be written.
void writePacked(const PackedNetwork& packed, const std::filesystem::path& file);

enum class PackedWeights {
    Expanded,   ///< a byte a weight, in IntegerLayer::weights: what the reference model needs
    IndexesOnly ///< PackedNetwork::indexes alone: what the packed runtime needs
};

/// A digest that does not match what it is of, or a figure of the hardware report that the network does not
/// give: one line, with the part ("input", a layer's name, "ledger", "verification", "report", "file") it
/// concerns.
struct PartProblem
{
    std::string part;
    std::string text;
};

/// One opening of a packed file: what is decoded and what its digests and report are compared with are the
/// same bytes, and its structure is screened once.
class PackedFile
{
public:
    /// Throws InputError where it is no packed file, damaged in its structure, or of a newer version.
    explicit PackedFile(const std::filesystem::path& file);

    /// Decodes; all indexes are checked either way. Throws InputError that names file and object where
    /// something is missing, of another type or shape, or an index lies beyond its table.
    PackedNetwork read(PackedWeights weights = PackedWeights::Expanded) const;

    std::string experimentJson() const;
    std::vector<std::string> layerNames() const; ///< in the file's order

    /// Digests that do not match what they are of.
    std::vector<PartProblem> brokenDigests() const;

    /// Figures of the stored hardware report that the network does not give; none where there is no report.
    std::vector<PartProblem> reportProblems(const PackedNetwork& packed) const;

private:
    h5::File m_source;
};

PackedNetwork readPacked(const std::filesystem::path& file, PackedWeights weights = PackedWeights::Expanded);

/// readPacked() for whoever builds on what is in the file: throws InputError also where a digest does not
/// match.
PackedNetwork readSoundPacked(const std::filesystem::path& file);

} // namespace ternbench
