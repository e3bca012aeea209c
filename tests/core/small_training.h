#pragma once

#include "core/training/trainer.h"
#include "datasets/source.h"

#include <algorithm>
#include <cstring>
#include <string>

/// A whole training in well under a second, for the suites that need a real one: generated images, layers of
/// more than one tile and of odd sizes, float and two coded stages.
namespace ternbench::small {

inline DataSpec dataSpec()
{
    DataSpec spec;
    spec.kind = DataKind::Generated;
    spec.generatedTrain = 500;
    spec.generatedTest = 150;
    spec.generatedSide = 11; // 121 inputs: a tail group of 1
    spec.generatedClasses = 6;
    return spec;
}

inline const Dataset& data()
{
    static const Dataset dataset = loadDataset(dataSpec());
    return dataset;
}

inline LayerSpec layer(const std::string& name, int outputs, const Code& code = {8, 2})
{
    LayerSpec spec;
    spec.name = name;
    spec.outputs = outputs;
    spec.code = code;
    spec.dropout = 0.1;
    return spec;
}

inline LayerSpec scores(int outputs = 6)
{
    LayerSpec spec = layer("out", outputs);
    spec.batchNorm = false;
    spec.activation = Activation::None;
    spec.dropout = 0.0;
    return spec;
}

/// 121-131-21-6: two tiles, tails of 1, 3 and 5 weights.
inline NetworkSpec network()
{
    NetworkSpec spec;
    spec.layers = {layer("fc1", 131), layer("fc2", 21, {8, 2, CodeFamily::Trimmed}), scores()};
    return spec;
}

inline TrainingSpec training()
{
    TrainingSpec spec;
    spec.batchSize = 50; // 10 mini-batches an epoch
    spec.optimizer.learningRate = 3e-3;
    spec.schedule = {
        {Stage::Kind::Float, {}, 2}, {Stage::Kind::Code, {8, 4}, 1}, {Stage::Kind::Final, {}, 2}};
    return spec;
}

/// All that retraining may be given at once, in the schedule's last stage growth, too.
inline void useEveryOption(NetworkSpec& network, QuantizerSpec& quantizer, TrainingSpec& training)
{
    network.requantization = Requantization::PowerOfTwo;
    quantizer = {QuantizerMethod::Lloyd, WeightNormalization::Column, WeightNormalization::Row,
                 ScaleBlock::Row, InputGrouping::Balanced};
    training.retraining = {{0.5, 4.0}, {0.2, 1.0}, 0.5, 0.05};
    training.rate.restart = RateRestart::EveryStage;
    training.schedule.back().growth = Growth::Exponential;
}

inline Trainer trainer(int threads = 1, const QuantizerSpec& quantizer = {})
{
    return Trainer(network(), quantizer, training(), 7, data().train, data().test, threads);
}

/// Trains `epochs` more epochs; the snapshot of the last.
inline EpochSnapshot trainEpochs(Trainer& trainer, int epochs)
{
    EpochSnapshot snapshot;
    for (int epoch = 0; epoch < epochs; ++epoch) {
        while (!trainer.epochDone())
            trainer.step();
        snapshot = trainer.finishEpoch(0.0);
    }
    return snapshot;
}

inline bool sameBits(double a, double b)
{
    return std::memcmp(&a, &b, sizeof a) == 0;
}

inline bool sameBits(const FloatBuffer& a, const FloatBuffer& b)
{
    return a.size() == b.size() &&
           (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

inline bool sameBits(const Parameter& a, const Parameter& b)
{
    return sameBits(a.values, b.values) && sameBits(a.first, b.first) && sameBits(a.second, b.second);
}

inline bool sameHeldGroups(const Coding& a, const Coding& b)
{
    if (!a.heldGroups || !b.heldGroups)
        return a.heldGroups.has_value() == b.heldGroups.has_value();
    return a.heldGroups->code == b.heldGroups->code && a.heldGroups->held == b.heldGroups->held &&
           a.heldGroups->count == b.heldGroups->count;
}

inline bool sameBits(const Coding& a, const Coding& b)
{
    return a.code == b.code && a.method == b.method && sameBits(a.normalizer.row, b.normalizer.row) &&
           sameBits(a.normalizer.column, b.normalizer.column) &&
           sameBits(a.normalizer.rowInverse, b.normalizer.rowInverse) &&
           sameBits(a.normalizer.columnInverse, b.normalizer.columnInverse) &&
           sameBits(a.threshold, b.threshold) && sameBits(a.scale, b.scale) && a.balanced == b.balanced &&
           a.rowThreshold == b.rowThreshold && a.rowScale == b.rowScale && sameHeldGroups(a, b);
}

/// The first thing that differs in any bit, as text; empty where all is the same. Wall time may differ.
inline std::string difference(const LayerState& a, const LayerState& b)
{
    if (a.name != b.name || a.rows != b.rows || a.fanIn != b.fanIn)
        return "shape";
    if (!sameBits(a.weights, b.weights))
        return "weights";
    if (!sameBits(a.gamma, b.gamma) || !sameBits(a.beta, b.beta))
        return "gamma or beta";
    if (!sameBits(a.runningMean, b.runningMean) || !sameBits(a.runningVariance, b.runningVariance))
        return "running statistics";
    if (a.coding.has_value() != b.coding.has_value() || (a.coding && !sameBits(*a.coding, *b.coding)))
        return "coding";
    if (!sameBits(a.clip, b.clip))
        return "clip";
    const bool same = a.epochPattern && b.epochPattern ? *a.epochPattern == *b.epochPattern
                                                       : !a.epochPattern && !b.epochPattern;
    return same ? "" : "pattern of the last epoch";
}

inline std::string difference(const EngineState& a, const EngineState& b)
{
    if (a.layers.size() != b.layers.size())
        return "number of layers";
    for (std::size_t l = 0; l < a.layers.size(); ++l)
        if (const std::string what = difference(a.layers[l], b.layers[l]); !what.empty())
            return a.layers[l].name + ": " + what;
    if (a.teacher.size() != b.teacher.size())
        return "number of the teacher's layers";
    for (std::size_t l = 0; l < a.teacher.size(); ++l)
        if (const std::string what = difference(a.teacher[l], b.teacher[l]); !what.empty())
            return "teacher's " + a.teacher[l].name + ": " + what;
    if (!sameBits(a.inputScale, b.inputScale))
        return "input scale";
    const TrainingPosition &p = a.position, &q = b.position;
    const bool same = p.epoch == q.epoch && p.batch == q.batch && p.step == q.step && p.errors == q.errors &&
                      p.images == q.images && sameBits(p.lossSum, q.lossSum);
    return same ? "" : "position";
}

} // namespace ternbench::small
