#include "widgets/views/number_text.h"

#include <QLocale>

#include <array>
#include <cmath>

namespace ternbench {

namespace {

QString twoUnits(qint64 major, const char* majorUnit, qint64 minor, const char* minorUnit)
{
    const QString head = QStringLiteral("%1 %2").arg(major).arg(QLatin1String(majorUnit));
    return minor == 0 ? head : QStringLiteral("%1 %2 %3").arg(head).arg(minor).arg(QLatin1String(minorUnit));
}

} // namespace

QString durationText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0.0 || seconds > 1e12)
        return QStringLiteral("unknown");
    const qint64 s = std::llround(seconds);
    if (s < 60)
        return QStringLiteral("%1 s").arg(s);
    if (s < 3600)
        return twoUnits(s / 60, "min", s % 60, "s");
    if (s < 86400)
        return twoUnits(s / 3600, "h", s % 3600 / 60, "min");
    return twoUnits(s / 86400, "d", s % 86400 / 3600, "h");
}

QString timeLeftText(double seconds)
{
    if (!std::isfinite(seconds) || seconds < 0.0)
        return QStringLiteral("time left unknown");
    if (seconds < 1.0)
        return QStringLiteral("less than a second left");
    return durationText(seconds) + QStringLiteral(" left");
}

QString throughputText(double samplesPerSecond)
{
    if (!std::isfinite(samplesPerSecond) || samplesPerSecond <= 0.0)
        return {};
    if (samplesPerSecond < 1000.0)
        return QStringLiteral("%1 samples/s").arg(samplesPerSecond, 0, 'f', 0);
    return QStringLiteral("%1 k samples/s").arg(samplesPerSecond / 1000.0, 0, 'f', 1);
}

QString countText(std::int64_t count)
{
    static const QLocale english(QLocale::English, QLocale::UnitedStates);
    return english.toString(static_cast<qlonglong>(count));
}

QString bytesText(std::uint64_t bytes)
{
    const QString exact = countText(std::int64_t(bytes)) + QStringLiteral(" bytes");
    if (bytes < 1024)
        return exact;
    static constexpr std::array units{"KiB", "MiB", "GiB", "TiB"};
    double value = double(bytes) / 1024.0;
    std::size_t unit = 0;
    while (value >= 1024.0 && unit + 1 < units.size()) {
        value /= 1024.0;
        ++unit;
    }
    return QStringLiteral("%1 (%2 %3)").arg(exact).arg(value, 0, 'f', 1).arg(QLatin1String(units[unit]));
}

} // namespace ternbench
