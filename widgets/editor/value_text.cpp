#include "widgets/editor/value_text.h"

#include "experiments/names.h"

#include <QCoreApplication>
#include <QLocale>
#include <QRegularExpression>

#include <cmath>

namespace ternbench {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("ValueText", text);
}

template <class T>
Parsed<T> refused(const QString& reason, const QString& text)
{
    return {std::nullopt, reason.arg(text.trimmed())};
}

template <class T>
Parsed<T> missing()
{
    return {std::nullopt, tr("a number is missing")};
}

/// Tells a number that is too large from a text that is no number.
template <class T>
Parsed<T> refusedInteger(const QString& text)
{
    static const QRegularExpression digits(QStringLiteral("^[+-]?\\d+$"));
    static const QRegularExpression negative(QStringLiteral("^-\\d+$"));
    const QString trimmed = text.trimmed();
    if (trimmed.isEmpty())
        return missing<T>();
    if (!std::numeric_limits<T>::is_signed && negative.match(trimmed).hasMatch())
        return refused<T>(tr("‘%1’ is negative: must be 0 or more"), text);
    if (digits.match(trimmed).hasMatch())
        return refused<T>(tr("‘%1’ is too large"), text);
    bool real = false;
    trimmed.toDouble(&real);
    return refused<T>(real ? tr("‘%1’ is not a whole number") : tr("‘%1’ is not a number"), text);
}

std::optional<CodeFamily> familyOf(const QString& word)
{
    if (word.isEmpty() || QStringLiteral("at-most-k").startsWith(word))
        return CodeFamily::AtMostK;
    if (QStringLiteral("trimmed").startsWith(word))
        return CodeFamily::Trimmed;
    if (QStringLiteral("exactly-k").startsWith(word))
        return CodeFamily::ExactlyK;
    return std::nullopt;
}

} // namespace

Parsed<int> parseInteger(const QString& text)
{
    bool ok = false;
    const int value = text.trimmed().toInt(&ok);
    return ok ? Parsed<int>{value, {}} : refusedInteger<int>(text);
}

Parsed<std::uint64_t> parseUnsigned(const QString& text)
{
    bool ok = false;
    const QString trimmed = text.trimmed();
    const std::uint64_t value = trimmed.startsWith(QLatin1Char('-')) ? 0 : trimmed.toULongLong(&ok);
    return ok ? Parsed<std::uint64_t>{value, {}} : refusedInteger<std::uint64_t>(text);
}

Parsed<double> parseReal(const QString& text)
{
    bool ok = false;
    const QString trimmed = text.trimmed();
    const double value = trimmed.toDouble(&ok);
    if (ok && std::isfinite(value))
        return {value, {}};
    if (trimmed.isEmpty())
        return missing<double>();
    if (ok)
        return refused<double>(tr("‘%1’ is not a finite number"), text);
    if (trimmed.contains(QLatin1Char(',')))
        return refused<double>(tr("‘%1’ is not a number: write a decimal point"), text);
    return refused<double>(tr("‘%1’ is not a number"), text);
}

Parsed<Code> parseCode(const QString& text)
{
    const QString word = text.simplified().toLower();
    if (word == u"8-bit" || word == u"8 bit" || word == u"8bit" || word == u"int8")
        return {eightBitWeights, {}};
    if (word == u"float")
        return {floatWeights, {}};
    static const QRegularExpression pattern(
        QStringLiteral("^(?:\\(\\s*(\\d+)\\s*,\\s*(\\d+)\\s*\\)|(\\d+)\\s*,\\s*(\\d+))\\s*([a-z-]*)$"));
    const QRegularExpressionMatch match = pattern.match(text.trimmed().toLower());
    const auto family = match.hasMatch() ? familyOf(match.captured(5)) : std::nullopt;
    if (!family)
        return refused<Code>(tr("‘%1’ is not a code: type (N,K), for example (8,2), 8,2 trimmed or 4,3 "
                                "exactly; or 8-bit or float"),
                             text);
    const int first = match.captured(1).isEmpty() ? 3 : 1;
    bool groupSizeFits = false, maxNonZerosFits = false;
    Code code;
    code.groupSize = match.captured(first).toInt(&groupSizeFits);
    code.maxNonZeros = match.captured(first + 1).toInt(&maxNonZerosFits);
    code.family = *family;
    if (!groupSizeFits || !maxNonZerosFits)
        return refused<Code>(tr("‘%1’ is too large"), text);
    return {code, {}};
}

Parsed<Stage> parseStage(const QString& text)
{
    const QString word = text.trimmed().toLower();
    Stage stage;
    if (word == QLatin1String("float") || word == QLatin1String("final")) {
        stage.kind = word == QLatin1String("float") ? Stage::Kind::Float : Stage::Kind::Final;
        return {stage, {}};
    }
    const Parsed<Code> code = parseCode(text);
    if (!code.value)
        return refused<Stage>(tr("‘%1’ is not a stage: type float, final or a code such as (8,4)"), text);
    stage.kind = Stage::Kind::Code;
    stage.code = *code.value;
    return {stage, {}};
}

QStringList growthTexts()
{
    QStringList texts;
    for (const auto& [growth, name] : ChoiceNames<Growth>::table())
        texts << QLatin1String(name);
    return texts;
}

Parsed<Growth> parseGrowth(const QString& text)
{
    const QString word = text.trimmed().toLower();
    for (const auto& [growth, name] : ChoiceNames<Growth>::table())
        if (word == QLatin1String(name))
            return {growth, {}};
    return refused<Growth>(
        tr("‘%1’ is no growth: type %2").arg(QStringLiteral("%1"), growthTexts().join(QStringLiteral(", "))),
        text);
}

QString textOf(const std::optional<int>& value)
{
    return value ? textOf(*value) : QString();
}

QString textOf(int value)
{
    return QString::number(value);
}

QString textOf(std::uint64_t value)
{
    return QString::number(value);
}

QString textOf(double value)
{
    return QString::number(value, 'g', QLocale::FloatingPointShortest);
}

QString textOf(const Code& code)
{
    return QString::fromStdString(toString(code));
}

QString codeTextOf(const Stage& stage)
{
    Stage atOnce = stage;
    atOnce.growth = Growth::AtOnce;
    return QString::fromStdString(stageLabel(atOnce));
}

QString bitsPerWeightText(const Code& code)
{
    return codeProblem(code) ? QStringLiteral("–") : QString::number(bitsPerWeight(code), 'f', 3);
}

} // namespace ternbench
