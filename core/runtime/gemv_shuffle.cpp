#include "core/runtime/gemv_shuffle.h"

namespace ternbench::shuffle_gemv {

namespace {

/// 0 for none; 1 + 2·(input - offset) for +, one more for -.
int halfOfOctet(int input, int offset, std::int8_t weight)
{
    return 1 + 2 * (input - offset) + (weight < 0 ? 1 : 0);
}

int encodeOctet(const std::int8_t* weights)
{
    int lower = 0, upper = 0;
    for (int i = 0; i < 8; ++i) {
        if (weights[i] == 0)
            continue;
        if (lower == 0 && i < 7)
            lower = halfOfOctet(i, 0, weights[i]);
        else
            upper = halfOfOctet(i, 1, weights[i]);
    }
    return lower | upper << 4;
}

int digitOf(std::int8_t weight)
{
    return weight < 0 ? 2 : weight;
}

/// The 16 sums of one half.
void sumsOfOctetHalf(const std::int16_t* q, std::int16_t* sums)
{
    sums[0] = sums[15] = 0;
    for (int i = 0; i < 7; ++i) {
        sums[1 + 2 * i] = q[i];
        sums[2 + 2 * i] = std::int16_t(-q[i]);
    }
}

void sumsOfQuadHalf(const std::int16_t* q, std::int16_t* sums)
{
    const int first[3] = {0, q[0], -q[0]}, second[3] = {0, q[1], -q[1]};
    for (int i = 0; i < 16; ++i)
        sums[i] = i < 9 ? std::int16_t(first[i % 3] + second[i / 3]) : std::int16_t{0};
}

void splitBytes(const std::int16_t* sums, std::uint8_t* table)
{
    for (int i = 0; i < 16; ++i) {
        table[i] = std::uint8_t(sums[i] & 0xFF);
        table[16 + i] = std::uint8_t((sums[i] >> 8) & 0xFF);
    }
}

} // namespace

std::uint8_t encode(SubVectorKind kind, const std::int8_t* weights)
{
    if (kind == SubVectorKind::Octet)
        return std::uint8_t(encodeOctet(weights));
    const int lower = digitOf(weights[0]) + 3 * digitOf(weights[1]);
    const int upper = digitOf(weights[2]) + 3 * digitOf(weights[3]);
    return std::uint8_t(lower | upper << 4);
}

void buildTables(SubVectorKind kind, int /*mostSum*/, const std::int16_t* q, int count, std::uint8_t* tables)
{
    const int width = widthOf(kind);
    std::int16_t sums[16];
    for (int u = 0; u < count; ++u, q += width, tables += tableBytes) {
        const bool octet = kind == SubVectorKind::Octet;
        octet ? sumsOfOctetHalf(q, sums) : sumsOfQuadHalf(q, sums);
        splitBytes(sums, tables);
        octet ? sumsOfOctetHalf(q + 1, sums) : sumsOfQuadHalf(q + 2, sums);
        splitBytes(sums, tables + 32);
    }
}

} // namespace ternbench::shuffle_gemv
