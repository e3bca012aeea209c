#pragma once

#include "core/quantize/coding.h"

namespace ternbench {

/// From here on groups can be held to `tight` one by one; none is yet. Every pattern of `tight` must be one
/// of coding.code. Does nothing where the two are the same.
void beginGrowing(Coding& coding, const Code& tight, int rows);

/// Holds groups until `share` of them (rounded up) are held, and codes anew: those first that lose the least
/// energy by it, the sum of u^2 over the entries that they keep under coding.code and not under the tighter
/// code; the first ones of equals. A group once held stays so. When all are, the tighter code becomes
/// coding.code.
void growTo(Coding& coding, const CodedMatrix& matrix, double share, ThreadPool& pool);

} // namespace ternbench
