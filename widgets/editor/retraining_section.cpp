#include "widgets/editor/retraining_section.h"

#include <QLabel>

namespace ternbench {

RetrainingSection::RetrainingSection(QWidget* parent) : FormSection(tr("Retraining"), parent)
{
    RetrainingSpec& retraining = m_experiment.training.retraining;
    addNote(QStringLiteral("training.retraining.note"))
        ->setText(tr("Added to the training of coded stages; 0 leaves it out."));
    addOption(tr("Coded dropout"), "training.coded_dropout", tr("dropout factor in coded stages"),
              &m_experiment.training.codedDropout,
              tr("Factor on each layer's dropout in coded stages, 0..1"));
    addOption(
        tr("&Distillation"), "training.retraining.distillation.weight", tr("weight of distillation"),
        &retraining.distillation.weight,
        tr("Share of the loss that follows the float network, as it is when coding begins, instead of the "
           "labels, 0..1 (Hinton et al., arXiv:1503.02531). It sees the same images as the network."));
    addOption(
        tr("Temperature"), "training.retraining.distillation.temperature", tr("temperature of distillation"),
        &retraining.distillation.temperature,
        tr("Scores are divided by it before both softmaxes: the higher, the more the wrong classes tell"))
        ->setRelevance([&retraining] { return retraining.distillation.weight != 0.0; });
    addOption(tr("Weight deca&y"), "training.retraining.weight_decay", tr("weight decay"),
              &retraining.weightDecay,
              tr("Before each step the shadow weights shrink by learning rate times this: decoupled "
                 "(Loshchilov & Hutter, arXiv:1711.05101)"));
    addOption(tr("Label smoothing"), "training.retraining.label_smoothing", tr("label smoothing"),
              &retraining.labelSmoothing,
              tr("Share of a label's probability given to all classes alike, 0..1 (Szegedy et al., "
                 "arXiv:1512.00567)"));
    addOption(tr("Residual"), "training.retraining.residual.weight", tr("weight of the residual"),
              &retraining.residual.weight,
              tr("Products of training use coded weights plus this share of the shadow weights, which falls "
                 "linearly to 0: an annealing residual as in Sherry (arXiv:2601.07892). Tests never use it: "
                 "their error means little before it is 0."));
    addOption(tr("Residual until"), "training.retraining.residual.until", tr("end of the residual"),
              &retraining.residual.until, tr("Share of the coded mini-batches after which it is 0"))
        ->setRelevance([&retraining] { return retraining.residual.weight != 0.0; });
}

NumberField* RetrainingSection::addOption(const QString& label, const char* path, const QString& what,
                                          double* target, const QString& help)
{
    NumberField* field = addNumber(label, QLatin1String(path), what, target);
    field->control()->setToolTip(help);
    return field;
}

} // namespace ternbench
