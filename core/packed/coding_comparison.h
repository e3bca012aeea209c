#pragma once

#include "core/integer/integer_network.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ternbench {

/// The ways to store ternary weights that are set beside one another.
enum class CodingKind {
    Indexes,         ///< this project's (N,K) indexes, as stored
    IndexesAndTable, ///< the same with the table that decodes them
    Float32,
    EightBit,
    TwoBit,
    FiveTrits, ///< base 3, five weights a byte
    Tq1_0,     ///< llama.cpp's
    Tq2_0,     ///< llama.cpp's
    ThreeOfFour,
    Csr,
    Bitmap,
    RunLength,
    WeightEntropy, ///< bound, not a coding
    GroupEntropy,  ///< bound, not a coding
};

/// "(N,K) indexes", "llama.cpp TQ1_0": for people.
std::string_view codingName(CodingKind kind);
/// "indexes", "tq1_0": for files and programs.
std::string_view codingKey(CodingKind kind);

/// What one coding takes for one layer, or for all.
struct CodingSize
{
    CodingKind kind{};
    std::uint64_t bits = 0;  ///< exact; a bound is rounded up to a whole bit for each layer
    std::uint64_t bytes = 0; ///< `bits` of each layer, rounded up to whole bytes
    bool bound = false;      ///< an entropy, which no code of its class can beat; not a coding
    /// False where these very weights cannot be stored like that: the size is then that of other weights of
    /// the same shape.
    bool representable = true;
    std::string assumption; ///< one sentence
};

struct LayerCodings
{
    std::string layer; ///< empty for the total
    std::uint64_t weights = 0, nonZeros = 0;
    std::vector<CodingSize> sizes; ///< in the order of CodingKind

    const CodingSize& of(CodingKind kind) const { return sizes[std::size_t(kind)]; }
    double bitsPerWeight(CodingKind kind) const
    {
        return weights ? double(of(kind).bits) / double(weights) : 0.0;
    }
};

struct CodingComparison
{
    std::vector<LayerCodings> layers;
    LayerCodings total; ///< sums; a total is representable where each layer is
};

/// Sizes of the network's actual weights in each coding, layer by layer. Scales, offsets and shapes, which
/// each coding needs alike, are left out (but for the fp16 scales inside llama.cpp's blocks). Throws
/// InputError where a layer's weights do not fit its code.
CodingComparison compareCodings(const IntegerNetwork& network);

} // namespace ternbench
