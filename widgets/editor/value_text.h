#pragma once

#include "core/code/code.h"
#include "core/network/spec.h"

#include <QString>
#include <QStringList>

#include <cstdint>
#include <optional>

/// Values as text and back: what a user may type into fields and cells. Only the form is judged here;
/// whether a value makes sense is validate()'s business (experiments/validation.h).
namespace ternbench {

/// What a text stands for, or why it stands for nothing.
template <class T>
struct Parsed
{
    std::optional<T> value;
    QString problem; ///< empty exactly when there is a value
};

Parsed<int> parseInteger(const QString& text);
Parsed<std::uint64_t> parseUnsigned(const QString& text);
/// A finite number, with a decimal point whatever the locale: documents have points too.
Parsed<double> parseReal(const QString& text);

/// "(8,2)", "8,2", "8,2 trimmed", "4,3 exactly"; families may be shortened ("8,2 t"). "8-bit", "float".
Parsed<Code> parseCode(const QString& text);
/// "float", "final" or a code; the epochs of the result are not set.
Parsed<Stage> parseStage(const QString& text);

/// "at-once", "linear", "cubic", "exponential".
Parsed<Growth> parseGrowth(const QString& text);
QStringList growthTexts();

QString textOf(int value);
/// Empty where there is none.
QString textOf(const std::optional<int>& value);
QString textOf(std::uint64_t value);
/// The shortest text that reads back as the same double.
QString textOf(double value);
QString textOf(const Code& code);
/// The code of a stage: "float", "final" or "(8,4)".
QString codeTextOf(const Stage& stage);

/// "1.375", or "–" where the code cannot be used and so has no width.
QString bitsPerWeightText(const Code& code);

} // namespace ternbench
