#pragma once

#include <QString>
#include <qcustomplot.h>

#include <vector>

/// Ticks at values that a reader can work with: whole epochs, 1-2-5 steps on logarithmic axes also where the
/// range covers less than a decade, counts as "20k".
namespace ternbench {

/// The smallest 1, 2 or 5 times a power of ten for which span/step <= maxTicks. Needs span > 0, maxTicks
/// >= 1.
double niceStep(double span, int maxTicks);

/// The same, never below 1: for epochs and pattern indexes.
double niceIntegerStep(double span, int maxTicks);

/// At most `maxTicks` values within [lower, upper], 0 < lower < upper, on a logarithmic axis: the densest of
/// every decade, 1-5, 1-2-5 and 1-2-3-5-7 steps that fits, decades skipped if there are too many, and plain
/// linear steps where even the densest gives fewer than three.
std::vector<double> logTicks(double lower, double upper, int maxTicks);

/// "950", "20k", "1.5M": counts up to 10^12 in at most five characters.
QString compactCount(double count);

enum class TickLabels { Plain, Count };

class IntegerTicker : public QCPAxisTicker
{
protected:
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double tickStep) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;
};

/// Linear axes. The labels keep the plain "0.05" form.
class LinearTicker : public QCPAxisTicker
{
public:
    explicit LinearTicker(TickLabels labels);

protected:
    double getTickStep(const QCPRange& range) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    TickLabels m_labels;
};

class LogTicker : public QCPAxisTicker
{
public:
    explicit LogTicker(TickLabels labels);

protected:
    QVector<double> createTickVector(double tickStep, const QCPRange& range) override;
    int getSubTickCount(double tickStep) override;
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    TickLabels m_labels;
};

/// Switches an axis between linear and logarithmic, with the fitting ticker. The range is the caller's.
void setAxisScale(QCPAxis& axis, bool logarithmic, TickLabels labels);

/// How many ticks the axis has room for at its present length and font.
int fittingTickCount(const QCPAxis& axis);

} // namespace ternbench
