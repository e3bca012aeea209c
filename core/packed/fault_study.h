#pragma once

#include "core/data/labelled_images.h"
#include "core/integer/integer_network.h"
#include "core/packed/golden.h"
#include "core/parallel/thread_pool.h"

#include <cstdint>
#include <vector>

/// What random bit errors in the packed indexes do, without any check but the table's own: a weight memory
/// has no SHA-256 in it. (A packed file has: `verify` finds each single flip.)
namespace ternbench {

struct FaultStudySpec
{
    /// Bits flipped at once, each a point of the curve; empty: defaultFlips().
    std::vector<std::int64_t> flips;
    int repeats = 10;  ///< independent draws for each point
    int images = 2000; ///< the first so many of the test set; 0: all
    std::uint64_t seed = 1;
};

inline constexpr int maxFaultRepeats = 10'000;
inline constexpr std::size_t maxFaultPoints = 1000;

/// 0, 1, 2, 5, 10, ... up to a tenth of the bits, the point from which no network is worth studying.
std::vector<std::int64_t> defaultFlips(std::uint64_t indexBits);

/// Over the repeats of a point.
struct Spread
{
    double mean = 0.0, least = 0.0, most = 0.0;
};

/// One point of the curve.
struct FaultPoint
{
    std::int64_t flips = 0;
    int repeats = 0;
    int caught = 0;        ///< draws in which at least one index lay beyond its table: a decoder can notice
    int silent = 0;        ///< draws not caught, in which a score of some image changed
    int harmless = 0;      ///< draws not caught, in which no score of any image changed
    Spread illegalGroups;  ///< groups with an index beyond the table
    Spread changedClasses; ///< images with another class than without faults
    /// Share of images classified wrongly, illegal groups decoded as zeros.
    Spread classError;
};

struct FaultCurve
{
    std::uint64_t indexBits = 0;      ///< bits that may be hit: those of the indexes, not of row padding
    std::uint64_t detectableBits = 0; ///< of these, bits whose single flip gives an illegal index: exact
    int images = 0;
    std::uint64_t seed = 0;
    double soundClassError = 0.0; ///< without faults
    std::vector<FaultPoint> points;

    double detectableShare() const { return indexBits ? double(detectableBits) / double(indexBits) : 0.0; }
};

/// The policy that the class errors rest on, in words.
inline constexpr const char* illegalIndexPolicy = "a group whose index lies beyond the table is decoded as "
                                                  "all zeros";

/// Injects, for each number of flips, `repeats` draws of as many distinct index bits, uniform over all
/// layers, and runs the integers over the images. Each draw is keyed by (seed, flips, repeat) alone: the same
/// for any number of threads and whatever else is in the list. Throws InputError that names the field for a
/// bad spec or images of another size, RunError when `progress` asks to stop.
FaultCurve studyFaults(const IntegerNetwork& network, const LabelledImages& images,
                       const FaultStudySpec& spec, ThreadPool& pool, const ShareObserver& progress = {});

} // namespace ternbench
