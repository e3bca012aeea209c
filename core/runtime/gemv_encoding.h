#pragma once

#include "core/runtime/sub_vectors.h"

#include <cstdint>

/// The byte that selects a sum among 64 up to sign: bit 7 set (else the sum is 0), bit 6 the sign, bits 0-5
/// the entry of patternsOf(kind). Shared by the kernels that look sums up in one table.
namespace ternbench::entry_code {

inline constexpr std::uint8_t nonZero = 0x80;
inline constexpr std::uint8_t negative = 0x40;

/// The byte of widthOf(kind) weights in {-1,0,1}, which the kind must admit.
std::uint8_t encode(SubVectorKind kind, const std::int8_t* weights);

} // namespace ternbench::entry_code
