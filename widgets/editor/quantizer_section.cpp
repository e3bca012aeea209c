#include "widgets/editor/quantizer_section.h"

#include <QLabel>

namespace ternbench {

namespace {

QString methodText(QuantizerMethod method)
{
    switch (method) {
    case QuantizerMethod::Lloyd:
        return QuantizerSection::tr(
            "Threshold D/2 and scale D take turns until the pattern no longer changes.");
    case QuantizerMethod::Twn:
        return QuantizerSection::tr("Threshold 0.7·mean|w| (Li et al., arXiv:1605.04711).");
    case QuantizerMethod::Frozen:
        return QuantizerSection::tr("Lloyd at the start of a stage; the scale then stays as it is.");
    }
    return {};
}

QString normalizationText(WeightNormalization normalization)
{
    switch (normalization) {
    case WeightNormalization::None:
        return QuantizerSection::tr("Weights are coded as they are.");
    case WeightNormalization::Layer:
        return QuantizerSection::tr("w/σ of the layer: one scale for all its weights.");
    case WeightNormalization::Column:
        return QuantizerSection::tr("w/σ of each input's weights: strong inputs no longer take all places of "
                                    "a group. Folded into the "
                                    "previous layer's output scale on export.");
    case WeightNormalization::Row:
        return QuantizerSection::tr("w/σ of each output's weights. Folded into the output scale on export.");
    }
    return {};
}

} // namespace

QuantizerSection::QuantizerSection(QWidget* parent) : FormSection(tr("Coding"), parent)
{
    QuantizerSpec& quantizer = m_experiment.quantizer;
    addChoice<QuantizerMethod>(tr("&Quantizer"), QStringLiteral("quantizer.method"), tr("quantizer"),
                               &quantizer.method,
                               {{QuantizerMethod::Lloyd, tr("Lloyd iteration")},
                                {QuantizerMethod::Twn, tr("TWN threshold")},
                                {QuantizerMethod::Frozen, tr("Lloyd, frozen scale")}});
    m_methodNote = addNote(QStringLiteral("quantizer.method.note"));
    addChoice<ScaleBlock>(
        tr("S&cale"), QStringLiteral("quantizer.scale"), tr("scale of the weights"), &quantizer.scale,
        {{ScaleBlock::Layer, tr("One for the layer")}, {ScaleBlock::Row, tr("One for each row")}})
        ->control()
        ->setToolTip(
            tr("What has a positive scale D of its own; that of a row is folded into the row's output "
               "factor on export and costs nothing"));
    addChoice<InputGrouping>(tr("Gr&ouping"), QStringLiteral("quantizer.grouping"), tr("grouping of inputs"),
                             &quantizer.grouping,
                             {{InputGrouping::Consecutive, tr("Consecutive inputs")},
                              {InputGrouping::Balanced, tr("Balanced by strength")}})
        ->control()
        ->setToolTip(
            tr("Balanced: when coding begins, a permutation deals out the inputs by the strength of their "
               "weights, so that strong ones do not share a group; 4 bytes per input in the file"));
    addChoice<WeightNormalization>(tr("Wei&ghts"), QStringLiteral("quantizer.normalization"),
                                   tr("weight normalization"), &quantizer.normalization,
                                   {{WeightNormalization::None, tr("No normalization")},
                                    {WeightNormalization::Layer, tr("Normalized by layer")},
                                    {WeightNormalization::Column, tr("Normalized by column")},
                                    {WeightNormalization::Row, tr("Normalized by row")}});
    addChoice<WeightNormalization>(tr("First layer"), QStringLiteral("quantizer.first_layer"),
                                   tr("weight normalization of the first layer"), &quantizer.firstLayer,
                                   {{WeightNormalization::None, tr("No normalization")},
                                    {WeightNormalization::Layer, tr("Normalized by layer")},
                                    {WeightNormalization::Column, tr("Normalized by column")},
                                    {WeightNormalization::Row, tr("Normalized by row")}})
        ->control()
        ->setToolTip(tr("By column, each input needs a table of its own: 512 bytes more per input"));
    m_normalizationNote = addNote(QStringLiteral("quantizer.normalization.note"));
    addChoice<InputNormalization>(tr("&Inputs"), QStringLiteral("input.normalization"),
                                  tr("input normalization"), &m_experiment.network.inputNormalization,
                                  {{InputNormalization::Standardize, tr("Mean 0, deviation 1")},
                                   {InputNormalization::Unit, tr("Scaled to 0..1")}});
    addChoice<Requantization>(tr("Re&quantization"), QStringLiteral("requantization"), tr("requantization"),
                              &m_experiment.network.requantization,
                              {{Requantization::Multiplier, tr("16-bit multipliers")},
                               {Requantization::PowerOfTwo, tr("Powers of two")}})
        ->control()
        ->setToolTip(
            tr("What scales a row's sum to the next layer's integers. Powers of two need no multiplier in "
               "hardware; coded stages train with them"));
    connect(this, &Section::edited, this, &QuantizerSection::explain);
    explain();
}

void QuantizerSection::refresh()
{
    FormSection::refresh();
    explain();
}

void QuantizerSection::explain()
{
    m_methodNote->setText(methodText(m_experiment.quantizer.method));
    m_normalizationNote->setText(
        tr("%1 Ternbench's interpretation: the paper's abstract names weight distribution normalization, not "
           "its formula.")
            .arg(normalizationText(m_experiment.quantizer.normalization)));
}

} // namespace ternbench
