#pragma once

#include <QString>

#include <cstdint>

namespace ternbench {

/// "3 s", "2 min 10 s", "1 h 5 min", "2 d 3 h": two units at most, rounded to the nearest second. Negative,
/// infinite or not-a-number: "unknown".
QString durationText(double seconds);

/// "2 min 10 s left", "less than a second left", "time left unknown".
QString timeLeftText(double seconds);

/// "950 samples/s", "12.3 k samples/s"; empty for nothing measured yet (0).
QString throughputText(double samplesPerSecond);

/// "1,234,567".
QString countText(std::int64_t count);

/// Bytes with the exact number and, from 1 KiB on, a rounded one: "713 bytes", "81,920 bytes (80.0 KiB)".
QString bytesText(std::uint64_t bytes);

} // namespace ternbench
