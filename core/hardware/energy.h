#pragma once

#include <cstdint>
#include <span>
#include <string_view>

/// What an operation costs, in picojoules: the figures of M. Horowitz, "Computing's energy problem (and what
/// we can do about it)", ISSCC 2014, for 45 nm at 0.9 V, and how they are scaled to other widths (ours). The
/// paper itself was not at hand; the figures are as several works quote them, for example table 3 of
/// PMC8934428 (32-bit operations, the 8 kB memory).
namespace ternbench {

inline constexpr const char* energySource =
    "M. Horowitz, \"Computing's energy problem (and what we can do about it)\", ISSCC 2014, 45 nm, 0.9 V";

/// One published constant, and where the cost model uses it.
struct EnergyConstant
{
    std::string_view key;
    std::string_view operation;
    double picojoules = 0.0; ///< for one operation
    std::string_view use;
};

/// All that the model uses.
std::span<const EnergyConstant> energyConstants();

/// Addition or subtraction of integers of `bits`: the 32-bit adder's, in proportion to the width.
double additionPicojoules(int bits);
/// The product of integers of `a` and `b` bits: the 32x32 multiplier's, in proportion to a·b.
double multiplicationPicojoules(int a, int b);
/// One bit read from or written to a memory of `bytes`: that of the 64-bit access to the smallest of the 8
/// kB, 32 kB and 1 MB memories that holds as much (the last one's beyond 1 MB, which is too little).
double memoryPicojoulesPerBit(std::uint64_t bytes);
/// One bit from off-chip memory: the lower of the published 1.3 to 2.6 nJ for 64 bits.
double offChipPicojoulesPerBit();

inline constexpr double addition8Picojoules = 0.03;
inline constexpr double addition32Picojoules = 0.1;
inline constexpr double multiplication8Picojoules = 0.2;
inline constexpr double multiplication32Picojoules = 3.1;
inline constexpr double floatAdditionPicojoules = 0.9;
inline constexpr double floatMultiplicationPicojoules = 3.7;

} // namespace ternbench
