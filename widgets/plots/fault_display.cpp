#include "widgets/plots/fault_display.h"

#include <QCoreApplication>
#include <QLocale>

#include <algorithm>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::fault_display", text);
}

double drawShare(int draws, const FaultPoint& point)
{
    return 100.0 * double(draws) / double(std::max(point.repeats, 1));
}

QString percentText(double share)
{
    return QString::number(100.0 * share, 'f', 2);
}

} // namespace

FaultCurves faultCurves(const FaultCurve& curve)
{
    FaultCurves curves;
    for (const FaultPoint& point : curve.points) {
        if (point.flips < 1)
            continue;
        curves.flips.push_back(double(point.flips));
        curves.meanError.push_back(100.0 * point.classError.mean);
        curves.leastError.push_back(100.0 * point.classError.least);
        curves.mostError.push_back(100.0 * point.classError.most);
        curves.caught.push_back(drawShare(point.caught, point));
        curves.silent.push_back(drawShare(point.silent, point));
        curves.harmless.push_back(drawShare(point.harmless, point));
    }
    return curves;
}

QString faultText(const FaultPoint& point)
{
    return tr("%1 bits flipped, %2 draws\nclass error %3 % (%4 to %5)\ncaught %6, silent %7, harmless %8")
        .arg(QLocale(QLocale::English).toString(qlonglong(point.flips)))
        .arg(point.repeats)
        .arg(percentText(point.classError.mean), percentText(point.classError.least),
             percentText(point.classError.most))
        .arg(point.caught)
        .arg(point.silent)
        .arg(point.harmless);
}

} // namespace ternbench
