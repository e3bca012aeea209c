#include "widgets/editor/layer_kind_text.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <array>

namespace ternbench {

namespace {

struct KindWord
{
    LayerKind kind;
    const char* word;
};

constexpr std::array<KindWord, 4> kindWords{{{LayerKind::Linear, "linear"},
                                             {LayerKind::Conv2d, "conv"},
                                             {LayerKind::MaxPool, "max"},
                                             {LayerKind::AveragePool, "average"}}};

QString wordOf(LayerKind kind)
{
    for (const KindWord& each : kindWords)
        if (each.kind == kind)
            return QLatin1String(each.word);
    return {};
}

Window usualWindow(LayerKind kind, int kernel)
{
    return kind == LayerKind::Conv2d ? Window{kernel, 1, kernel / 2} : Window{kernel, kernel, 0};
}

Parsed<LayerSpec> refused(const QString& text)
{
    return {std::nullopt,
            QCoreApplication::translate(
                "LayerKindText",
                "‘%1’ is not a layer: type linear, conv 3x3, max 2x2 or average 2x2; windows may have "
                "“stride 2”, convolutions “pad 0” and “flat” (groups along the flattened fan-in)")
                .arg(text.trimmed())};
}

} // namespace

Parsed<LayerSpec> parseLayerKind(const QString& text)
{
    static const QRegularExpression pattern(
        QStringLiteral("^(linear|conv|max|average)(?:\\s+(\\d{1,6})(?:\\s*[x×]\\s*(\\d{1,6}))?)?"
                       "(?:\\s+stride\\s+(\\d{1,6}))?(?:\\s+pad\\s+(\\d{1,6}))?(\\s+flat)?$"));
    const QRegularExpressionMatch match = pattern.match(text.trimmed().toLower());
    if (!match.hasMatch())
        return refused(text);
    LayerSpec layer;
    for (const KindWord& each : kindWords)
        if (match.captured(1) == QLatin1String(each.word))
            layer.kind = each.kind;
    const bool isSquare = match.captured(3).isEmpty() || match.captured(3) == match.captured(2);
    const bool hasWindow = layer.kind != LayerKind::Linear;
    const bool isConvolution = layer.kind == LayerKind::Conv2d;
    const bool has = !match.captured(2).isEmpty() || !match.captured(4).isEmpty();
    if (!isSquare || (has && !hasWindow) ||
        ((!match.captured(5).isEmpty() || !match.captured(6).isEmpty()) && !isConvolution))
        return refused(text);
    if (!hasWindow)
        return {layer, {}};
    const int kernel = match.captured(2).isEmpty() ? (isConvolution ? 3 : 2) : match.captured(2).toInt();
    layer.window = usualWindow(layer.kind, kernel);
    if (!match.captured(4).isEmpty())
        layer.window.stride = match.captured(4).toInt();
    if (!match.captured(5).isEmpty())
        layer.window.padding = match.captured(5).toInt();
    layer.groupAxis = match.captured(6).isEmpty() ? GroupAxis::Channels : GroupAxis::Flattened;
    return {layer, {}};
}

QString layerKindText(const LayerSpec& layer)
{
    QString text = wordOf(layer.kind);
    if (layer.kind == LayerKind::Linear)
        return text;
    const Window& window = layer.window;
    const Window usual = usualWindow(layer.kind, window.kernel);
    text += QStringLiteral(" %1x%1").arg(window.kernel);
    if (window.stride != usual.stride)
        text += QStringLiteral(" stride %1").arg(window.stride);
    if (window.padding != usual.padding)
        text += QStringLiteral(" pad %1").arg(window.padding);
    if (layer.kind == LayerKind::Conv2d && layer.groupAxis == GroupAxis::Flattened)
        text += QStringLiteral(" flat");
    return text;
}

QStringList layerKindTexts()
{
    return {QStringLiteral("linear"), QStringLiteral("conv 3x3"), QStringLiteral("conv 3x3 flat"),
            QStringLiteral("max 2x2"), QStringLiteral("average 2x2")};
}

} // namespace ternbench
