#pragma once

#include "core/runtime/sub_vectors.h"

#include <cstddef>
#include <cstdint>

/// What the kernels share that look up halves of a byte with VPSHUFB: each half selects one of 16 sums. An
/// octet is split by its non-zeros: the lower half byte is the first of them (of inputs 0..6) or none, the
/// upper half the second (of inputs 1..7) or none; a single one at input 7 is a second. A quad is split by
/// position: two weights each. A table is four times 16 bytes: low bytes and high bytes of the lower half's
/// sums, then the upper's.
namespace ternbench::shuffle_gemv {

inline constexpr std::size_t tableBytes = 64;

/// The byte of widthOf(kind) weights in {-1,0,1}, which the kind must admit.
std::uint8_t encode(SubVectorKind kind, const std::int8_t* weights);

/// Tables of `count` sub-vectors from their inputs q (count·width); tables (count·tableBytes). The same for
/// any `mostSum`.
void buildTables(SubVectorKind kind, int mostSum, const std::int16_t* q, int count, std::uint8_t* tables);

} // namespace ternbench::shuffle_gemv
