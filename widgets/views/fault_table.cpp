#include "widgets/views/fault_table.h"

#include "experiments/number_text.h"
#include "widgets/views/number_text.h"

#include <QCoreApplication>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ternbench::fault_table", text);
}

QString percentText(double share)
{
    return QString::fromStdString(percent(share));
}

QString meanText(const Spread& spread)
{
    return QString::number(spread.mean, 'f', 1);
}

QString spreadTip(const Spread& spread)
{
    return tr("%1 to %2").arg(spread.least).arg(spread.most);
}

} // namespace

PlainTable faultTable(const FaultCurve& curve)
{
    PlainTable table{{{tr("Bits flipped"), true, {}},
                      {tr("Draws"), true, {}},
                      {tr("Caught"), true, tr("some index lies beyond its table: a decoder can notice")},
                      {tr("Silent"), true, tr("no such index, yet a score of some image changed")},
                      {tr("Harmless"), true, tr("no score of any image changed")},
                      {tr("Class error"), true, tr("mean over the draws. %1").arg(faultPolicy())},
                      {tr("Least"), true, {}},
                      {tr("Most"), true, {}},
                      {tr("Illegal groups"), true, tr("groups with an index beyond the table, mean")},
                      {tr("Classes changed"), true, tr("images with another class, mean")}},
                     {}};
    for (const FaultPoint& point : curve.points)
        table.rows.push_back({{{countText(point.flips), {}, {}},
                               {countText(point.repeats), {}, {}},
                               {countText(point.caught), {}, {}},
                               {countText(point.silent), {}, {}},
                               {countText(point.harmless), {}, {}},
                               {percentText(point.classError.mean), {}, {}},
                               {percentText(point.classError.least), {}, {}},
                               {percentText(point.classError.most), {}, {}},
                               {meanText(point.illegalGroups), spreadTip(point.illegalGroups), {}},
                               {meanText(point.changedClasses), spreadTip(point.changedClasses), {}}},
                              false});
    return table;
}

QString faultSummary(const FaultCurve& curve)
{
    return tr("%1 index bits; flipped alone, %2 of them give an illegal index. %3 test images, seed %4: %5 "
              "class error without faults.")
        .arg(countText(std::int64_t(curve.indexBits)), percentText(curve.detectableShare()),
             countText(curve.images), QString::number(curve.seed), percentText(curve.soundClassError));
}

QString faultPolicy()
{
    return tr("Policy: %1.").arg(QString::fromUtf8(illegalIndexPolicy));
}

} // namespace ternbench
