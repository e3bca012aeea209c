#pragma once

#include "core/code/code.h"
#include "core/code/grouping.h"
#include "core/network/retraining_spec.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What a user chooses about a network and its training: plain values, checked by validate() in
/// experiments/validation.h before the engine sees them. Everything the engine does follows from these
/// values, the seed and the data.
namespace ternbench {

enum class Activation { None, Relu };

enum class LayerKind {
    Linear, ///< fully connected; reads an image as one vector of (y, x, channel)
    Conv2d,
    MaxPool,
    AveragePool,
};

/// "linear", "conv2d", "max_pool", "average_pool": the names in documents and files.
std::string_view layerKindName(LayerKind kind);
std::optional<LayerKind> layerKindFromName(std::string_view name);
inline constexpr LayerKind layerKinds[] = {LayerKind::Linear, LayerKind::Conv2d, LayerKind::MaxPool,
                                           LayerKind::AveragePool};

/// A square window that moves over an image.
struct Window
{
    int kernel = 1; ///< side
    int stride = 1;
    int padding = 0; ///< zeros on each side of the image

    /// Places that it takes along a side of the image.
    int places(int side) const { return (side + 2 * padding - kernel) / stride + 1; }
    bool operator==(const Window&) const = default;
};

/// A layer as the hardware sees it: coded weights, then batch normalization (or a bias), then ReLU and
/// quantization of the outputs, then dropout (in training only). Pooling layers use name and window only.
struct LayerSpec
{
    LayerKind kind = LayerKind::Linear;
    std::string name = "fc1"; ///< unique in the network; letters, digits, '_' and '-'
    int outputs = 512;        ///< rows of the weight matrix: outputs, or output channels of a convolution
    Window window;            ///< of convolution and pooling
    GroupAxis groupAxis = GroupAxis::Channels; ///< of a convolution
    Code code; ///< the code of the layer's last stage; 8-bit weights or floats are so in all coded stages
    bool batchNorm = true;                    ///< without it the layer has a bias per output
    Activation activation = Activation::Relu; ///< None for the last layer, which gives the class scores
    int activationBits = 8;                   ///< B, 2..8: outputs are integers 0..2^B-1 in coded stages
    double clip = 0.0;    ///< upper end of the activation range; 0: learned from a running percentile
    double dropout = 0.2; ///< probability that an output is zeroed in training, [0,1)

    bool hasWeights() const { return kind == LayerKind::Linear || kind == LayerKind::Conv2d; }
    /// Has weights, but no integers for them: its network trains and counts in the ledger but is not packed.
    bool staysFloat() const { return hasWeights() && code.isFloat(); }
    bool operator==(const LayerSpec&) const = default;
};

enum class InputNormalization {
    Unit,        ///< stored bytes 0..255 become 0..1
    Standardize, ///< minus the mean, over the standard deviation of all training pixels
};

/// What scales a row's accumulator to the next layer's integers.
enum class Requantization {
    Multiplier, ///< a signed integer of 16 bits for each row
    PowerOfTwo, ///< ±2^e for each row: no multiplier anywhere, only shifts
};

struct NetworkSpec
{
    InputNormalization inputNormalization = InputNormalization::Standardize;
    Requantization requantization = Requantization::Multiplier;
    std::vector<LayerSpec> layers;

    bool operator==(const NetworkSpec&) const = default;
};

/// Weight distribution normalization before coding (Ternbench interpretation: the paper's abstract names
/// the idea, not the formula). All of it is folded on export.
enum class WeightNormalization {
    None,
    Layer,  ///< w / sigma of the layer
    Column, ///< w_ij / sigma_j: the scale of input j, folded into the previous layer's output scale
    Row,    ///< w_ij / sigma_i: folded into the output scale
};

enum class QuantizerMethod {
    Lloyd,  ///< threshold D/2 and scale D alternate until the pattern no longer changes
    Twn,    ///< threshold 0.7·mean|w| (Li et al., arXiv:1605.04711)
    Frozen, ///< Lloyd where a code begins; the scale then stays, also in later stages of the same code
};

/// What has a positive scale D of its own.
enum class ScaleBlock {
    Layer, ///< all weights of a layer share one
    Row,   ///< each output (channel) has its own; folded into the row's output factor
};

/// Which inputs share a group of a ternary code.
enum class InputGrouping {
    Consecutive, ///< N inputs that follow each other
    Balanced,    ///< by a fixed permutation that spreads strong inputs over the groups, stored with the layer
};

struct QuantizerSpec
{
    QuantizerMethod method = QuantizerMethod::Lloyd;
    WeightNormalization normalization = WeightNormalization::Column;
    /// Of the first layer: its column scales would need a table of their own for each input (512 bytes each
    /// in the packed file, more than the weights), for no lower error where it was measured.
    WeightNormalization firstLayer = WeightNormalization::Row;
    ScaleBlock scale = ScaleBlock::Layer;
    InputGrouping grouping = InputGrouping::Consecutive;

    WeightNormalization normalizationOf(std::size_t layer) const
    {
        return layer == 0 ? firstLayer : normalization;
    }
    /// Whether a layer of this code has a balanced order of its inputs: groups of one need none.
    bool balances(const Code& code) const { return grouping == InputGrouping::Balanced && code.isTernary(); }
    bool operator==(const QuantizerSpec&) const = default;
};

enum class OptimizerMethod { Adam, Sgd };
enum class RateSchedule { Constant, Step, Cosine };

/// Where the course of the learning rate begins anew.
enum class RateRestart {
    Never,      ///< one course over the whole run
    AtCoding,   ///< one for the float stages, one for the coded ones
    EveryStage, ///< one for each stage
};

struct OptimizerSpec
{
    OptimizerMethod method = OptimizerMethod::Adam;
    double learningRate = 1e-3;
    double beta1 = 0.9;    ///< Adam: decay of the first moment
    double beta2 = 0.999;  ///< Adam: decay of the second moment
    double epsilon = 1e-8; ///< Adam
    double momentum = 0.9; ///< SGD

    bool operator==(const OptimizerSpec&) const = default;
};

struct RateSpec
{
    RateSchedule schedule = RateSchedule::Cosine;
    double finalFraction = 0.01; ///< cosine: last rate over first rate
    int stepEpochs = 5;          ///< step: epochs between two steps
    double stepFactor = 0.3;     ///< step: factor at each step
    RateRestart restart = RateRestart::AtCoding;

    bool operator==(const RateSpec&) const = default;
};

/// How a stage's code takes hold of the groups over its epochs: by which curve (core/training/growth.h) the
/// share of groups held to it grows from 0 to 1.
enum class Growth { AtOnce, Linear, Cubic, Exponential };

/// A stretch of epochs under one code.
struct Stage
{
    enum class Kind {
        Float, ///< no coding: plain float training
        Code, ///< every layer held to `code`, or to its own where that admits more non-zeros per weight or is
              ///< not ternary
        Final, ///< every layer held to its own code
    };
    Kind kind = Kind::Final;
    Code code;                      ///< for Kind::Code; ternary
    int epochs = 1;                 ///< at least 1
    Growth growth = Growth::AtOnce; ///< of a float stage: AtOnce

    bool operator==(const Stage&) const = default;
};

/// Random changes of the training images, drawn anew each epoch.
struct AugmentationSpec
{
    int shift = 0;     ///< up to so many pixels along each axis (a crop of the image with a black border)
    bool flip = false; ///< left to right, every second image
    std::uint64_t seed = 1;

    bool changes() const { return shift > 0 || flip; }
    bool operator==(const AugmentationSpec&) const = default;
};

struct TrainingSpec
{
    int batchSize = 128;
    AugmentationSpec augmentation;
    OptimizerSpec optimizer;
    RateSpec rate;
    /// Factor on each layer's dropout in coded stages, [0,1]: the code regularizes already.
    double codedDropout = 0.0;
    RetrainingSpec retraining;
    std::vector<Stage> schedule;

    bool operator==(const TrainingSpec&) const = default;
};

/// The code in force for a layer during a stage; nothing in a float stage.
std::optional<Code> codeInForce(const Stage& stage, const LayerSpec& layer);

int totalEpochs(const TrainingSpec& training);

/// First epoch (0, 1, ...) of a stage.
int firstEpochOf(const TrainingSpec& training, std::size_t stage);

/// Index of the stage that holds epoch 0,1,...; the last stage for anything past the end.
int stageOfEpoch(const TrainingSpec& training, int epoch);

/// "float", "(8,4)", "(8,4) cubic" or "final": how a stage is labelled in plots and tables. A final stage of
/// `layers` whose weights all have the same code is labelled with that code.
std::string stageLabel(const Stage& stage, const std::vector<LayerSpec>& layers = {});

/// "at-once", "linear", "cubic", "exponential": the names in documents and labels.
std::string_view growthName(Growth growth);

} // namespace ternbench
