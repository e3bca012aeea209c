#include "widgets/editor/training_section.h"

namespace ternbench {

TrainingSection::TrainingSection(QWidget* parent) : FormSection(tr("Training"), parent)
{
    addNumber(tr("&Batch size"), QStringLiteral("training.batch_size"), tr("batch size"),
              &m_experiment.training.batchSize)
        ->setUnit(tr("images"));
    addOptimizer();
    addRate();
    addAugmentation();
}

void TrainingSection::addOptimizer()
{
    OptimizerSpec& optimizer = m_experiment.training.optimizer;
    const auto isAdam = [&optimizer] { return optimizer.method == OptimizerMethod::Adam; };
    addChoice<OptimizerMethod>(
        tr("O&ptimizer"), QStringLiteral("training.optimizer.method"), tr("optimizer"), &optimizer.method,
        {{OptimizerMethod::Adam, tr("Adam")}, {OptimizerMethod::Sgd, tr("SGD with momentum")}});
    addNumber(tr("&Learning rate"), QStringLiteral("training.optimizer.learning_rate"), tr("learning rate"),
              &optimizer.learningRate);
    addNumber(tr("Beta &1"), QStringLiteral("training.optimizer.beta1"), tr("beta 1"), &optimizer.beta1)
        ->setRelevance(isAdam);
    addNumber(tr("Beta &2"), QStringLiteral("training.optimizer.beta2"), tr("beta 2"), &optimizer.beta2)
        ->setRelevance(isAdam);
    addNumber(tr("Epsilon"), QStringLiteral("training.optimizer.epsilon"), tr("epsilon"), &optimizer.epsilon)
        ->setRelevance(isAdam);
    addNumber(tr("Momentum"), QStringLiteral("training.optimizer.momentum"), tr("momentum"),
              &optimizer.momentum)
        ->setRelevance([isAdam] { return !isAdam(); });
}

void TrainingSection::addRate()
{
    RateSpec& rate = m_experiment.training.rate;
    const auto under = [&rate](RateSchedule schedule) {
        return [&rate, schedule] { return rate.schedule == schedule; };
    };
    addChoice<RateSchedule>(tr("Rate sched&ule"), QStringLiteral("training.rate.schedule"),
                            tr("rate schedule"), &rate.schedule,
                            {{RateSchedule::Constant, tr("Constant")},
                             {RateSchedule::Step, tr("Steps")},
                             {RateSchedule::Cosine, tr("Cosine")}});
    NumberField* last = addNumber(tr("Final fraction"), QStringLiteral("training.rate.final_fraction"),
                                  tr("final fraction of the rate"), &rate.finalFraction);
    last->setRelevance(under(RateSchedule::Cosine));
    last->control()->setToolTip(tr("Last learning rate over the first"));
    NumberField* every = addNumber(tr("Step every"), QStringLiteral("training.rate.step_epochs"),
                                   tr("epochs between rate steps"), &rate.stepEpochs);
    every->setUnit(tr("epochs"));
    every->setRelevance(under(RateSchedule::Step));
    NumberField* factor = addNumber(tr("Step factor"), QStringLiteral("training.rate.step_factor"),
                                    tr("factor of a rate step"), &rate.stepFactor);
    factor->setRelevance(under(RateSchedule::Step));
    ChoiceField* restart = addChoice<RateRestart>(tr("Res&tart"), QStringLiteral("training.rate.restart"),
                                                  tr("restart of the rate"), &rate.restart,
                                                  {{RateRestart::Never, tr("Never")},
                                                   {RateRestart::AtCoding, tr("Where coding begins")},
                                                   {RateRestart::EveryStage, tr("At every stage")}});
    restart->control()->setToolTip(
        tr("Where the course of the rate begins anew: a network under a new code needs large steps again "
           "(warm restarts, Loshchilov & Hutter, arXiv:1608.03983)"));
    restart->setRelevance([&rate] { return rate.schedule != RateSchedule::Constant; });
}

void TrainingSection::addAugmentation()
{
    AugmentationSpec& augmentation = m_experiment.training.augmentation;
    NumberField* shift = addNumber(tr("Shift"), QStringLiteral("training.augmentation.shift"),
                                   tr("shift of training images"), &augmentation.shift);
    shift->setUnit(tr("pixels; 0: none"));
    shift->control()->setToolTip(
        tr("Each training image is moved along both axes by up to so many pixels, anew in every epoch: a "
           "random crop of the image with a black border"));
    auto* flip = addField(tr("Flip"), tr("flip of training images"),
                          new CheckField(QStringLiteral("training.augmentation.flip"), tr("left to right"),
                                         &augmentation.flip));
    flip->control()->setToolTip(
        tr("Each training image is mirrored with probability 1/2, anew in every epoch"));
    NumberField* seed = addNumber(tr("Seed of these"), QStringLiteral("training.augmentation.seed"),
                                  tr("seed of the augmentation"), &augmentation.seed);
    seed->control()->setToolTip(
        tr("Of shifts and flips alone: weights and the order of images follow the experiment's seed"));
    seed->setRelevance([&augmentation] { return augmentation.changes(); });
}

} // namespace ternbench
