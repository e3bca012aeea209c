#pragma once

#include "core/data/labelled_images.h"
#include "core/network/layer_state.h"
#include "core/network/network.h"
#include "core/network/spec.h"
#include "core/parallel/thread_pool.h"
#include "core/training/input_stage.h"
#include "core/training/snapshot.h"

#include <string>
#include <vector>

namespace ternbench {

struct StepResult
{
    float loss = 0.0f; ///< mean cross entropy of the mini-batch
    int errors = 0;    ///< images whose largest score is not their label's
};

struct EvaluationResult
{
    double loss = 0.0, error = 0.0;
};

/// Trains one network: the whole engine behind one thread's calls. Deterministic: the same specs, seed, data
/// and machine give the same bits for any number of threads, and for a run that goes on from a saved state.
/// The images must outlive the trainer.
class Trainer
{
public:
    /// The specs must be valid (experiments/validation.h). Throws InputError where data and network do not
    /// fit: fewer images than a mini-batch, labels beyond the score layer, codes that a tail group cannot
    /// hold.
    Trainer(const NetworkSpec& network, const QuantizerSpec& quantizer, const TrainingSpec& training,
            std::uint64_t seed, const LabelledImages& train, const LabelledImages& test, int threads);

    bool finished() const { return m_position.epoch >= totalEpochs(m_training); }
    bool epochDone() const { return m_position.batch == stepsPerEpoch(); }
    const TrainingPosition& position() const { return m_position; }
    int stepsPerEpoch() const { return m_stepsPerEpoch; }
    int stage() const { return stageOfEpoch(m_training, m_position.epoch); }
    double currentRate() const;
    int threads() const { return m_pool.threads(); }

    /// One mini-batch; the first of an epoch also enters its stage. Requires !finished() && !epochDone().
    /// Throws RunError that names layer and step when the numbers are no longer finite.
    StepResult step();

    /// After the last mini-batch of an epoch: settles the codes, tests, and describes every layer.
    EpochSnapshot finishEpoch(double seconds);

    /// Loss and error of the network as it stands on `images` (no dropout, running statistics).
    EvaluationResult evaluate(const LabelledImages& images);

    EngineState state() const;
    /// Goes on from a state of a trainer with the same specs. Throws InputError where shapes differ.
    void restore(const EngineState& state);
    const InputStage& input() const { return m_input; }
    const Network& network() const { return m_network; }
    /// Where the time of steps goes from now on; null: nowhere.
    void setProfile(StepProfile* profile) { m_network.setProfile(profile); }

private:
    void beginEpoch();
    void enterStage(const Stage& stage);
    void calibrate();
    void shuffle();
    /// `augmentation` may be null.
    void loadBatch(const LabelledImages& images, const int* order, int first, int count,
                   const AugmentationSpec* augmentation);
    void forward(int batch, const ForwardMode& mode);
    StepResult lossAndGradient(int batch, bool gradient);
    OptimizerStep optimizerStep() const;
    bool coded() const { return m_network.coded(); }

    QuantizerSpec m_quantizer;
    TrainingSpec m_training;
    std::uint64_t m_seed;
    const LabelledImages& m_train;
    const LabelledImages& m_test;
    int m_stepsPerEpoch;
    InputStage m_input;
    Network m_network;
    TrainingPosition m_position;
    std::vector<int> m_order; ///< of the epoch under way
    FloatBuffer m_x;          ///< (batch, inputs)
    std::vector<std::uint8_t> m_labels;
    std::vector<std::vector<std::uint8_t>> m_augmented; ///< per thread: bytes of one image
    ThreadPool m_pool;
};

} // namespace ternbench
