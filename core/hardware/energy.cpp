#include "core/hardware/energy.h"

#include <array>

namespace ternbench {

namespace {

constexpr int accessBits = 64; ///< of the published memory accesses
constexpr double access8k = 10.0, access32k = 20.0, access1m = 100.0, accessOffChip = 1300.0;
constexpr std::uint64_t kilobyte = 1024;

constexpr std::array<EnergyConstant, 10> constants{{
    {"int_add_8", "8-bit integer addition", addition8Picojoules, "a decoder in logic, one a group"},
    {"int_add_32", "32-bit integer addition", addition32Picojoules,
     "additions, in proportion to the accumulator's width"},
    {"int_multiply_8", "8-bit integer multiplication", multiplication8Picojoules, "dense 8-bit weights"},
    {"int_multiply_32", "32-bit integer multiplication", multiplication32Picojoules,
     "requantization, in proportion to the product of the widths"},
    {"float_add_32", "32-bit float addition", floatAdditionPicojoules, "dense float32"},
    {"float_multiply_32", "32-bit float multiplication", floatMultiplicationPicojoules, "dense float32"},
    {"memory_8k", "64-bit access to an 8 kB memory", access8k, "memories of at most 8 kB, per bit"},
    {"memory_32k", "64-bit access to a 32 kB memory", access32k, "memories of at most 32 kB, per bit"},
    {"memory_1m", "64-bit access to a 1 MB memory", access1m, "larger memories, per bit"},
    {"off_chip", "64-bit access to DRAM (1.3 to 2.6 nJ)", accessOffChip, "off-chip transfers, per bit"},
}};

} // namespace

std::span<const EnergyConstant> energyConstants()
{
    return constants;
}

double additionPicojoules(int bits)
{
    return addition32Picojoules * bits / 32.0;
}

double multiplicationPicojoules(int a, int b)
{
    return multiplication32Picojoules * a * b / (32.0 * 32.0);
}

double memoryPicojoulesPerBit(std::uint64_t bytes)
{
    const double access = bytes <= 8 * kilobyte ? access8k : bytes <= 32 * kilobyte ? access32k : access1m;
    return access / accessBits;
}

double offChipPicojoulesPerBit()
{
    return accessOffChip / accessBits;
}

} // namespace ternbench
