#include "experiments/layer_validation.h"

#include "core/network/shape.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>

namespace ternbench {

namespace {

bool isLayerName(const std::string& name)
{
    const auto allowed = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
               c == '-';
    };
    return !name.empty() && name.size() <= 32 && std::all_of(name.begin(), name.end(), allowed);
}

/// `firstWithName` maps the names of the layers before to their indexes.
void checkLayerName(Checker& check, const std::string& path, const std::string& name, std::size_t index,
                    std::map<std::string, std::size_t>& firstWithName)
{
    if (!isLayerName(name))
        check.notAllowed(path, isUtf8(name) ? inQuotes(name) : "the name",
                         "1..32 characters out of A-Z a-z 0-9 _ -");
    // These name parts of a packed file in the report of a verification, or of an inference in that on
    // hardware.
    for (const char* reserved :
         {"input", "layers", "ledger", "verification", "report", "file", "argmax", "total"})
        if (name == reserved)
            check.notAllowed(path, inQuotes(name),
                             "another name: it means a part of a packed file or of an inference");
    const auto [first, isNew] = firstWithName.emplace(name, index);
    if (!isNew)
        check.notAllowed(path, inQuotes(name),
                         "unique: " + entry("layers", first->second) + " has that name");
}

void checkRole(Checker& check, const std::string& path, const LayerSpec& layer, bool last,
               std::optional<std::int64_t> classes)
{
    if (last && layer.activation != Activation::None)
        check.notAllowed(path + ".activation", "\"relu\"",
                         "\"none\" in the last layer, which gives the class scores");
    if (!last && layer.activation != Activation::Relu)
        check.notAllowed(path + ".activation", "\"none\"", "\"relu\" in a hidden layer");
    if (last && layer.dropout != 0.0)
        check.notAllowed(path + ".dropout", realText(layer.dropout), "0 in the last layer");
    if (last && classes && layer.outputs < *classes && limits::outputs.contains(layer.outputs))
        check.notAllowed(path + ".outputs", std::to_string(layer.outputs),
                         "at least " + std::to_string(*classes) +
                             " in the last layer: one for each class of the data");
}

void checkTailGroup(Checker& check, const std::string& path, const LayerSpec& layer, const TensorShape& input)
{
    if (codeProblem(layer.code))
        return;
    if (const auto problem = tailProblem(layer.code, groupingOf(layer, input)))
        check.notAllowed(path + ".code.K", std::to_string(layer.code.maxNonZeros), *problem);
}

/// An average is a sum times 1/area: a shift where that is a power of two, else a multiplication.
void checkAveraging(Checker& check, const std::string& path, const LayerSpec& layer,
                    Requantization requantization)
{
    const int kernel = layer.window.kernel;
    if (layer.kind != LayerKind::AveragePool || requantization != Requantization::PowerOfTwo ||
        !limits::kernel.contains(kernel) || std::has_single_bit(unsigned(kernel)))
        return;
    std::string allowed = "1";
    for (std::int64_t power = 2; limits::kernel.contains(power); power *= 2)
        allowed += (2 * power > limits::kernel.most ? " or " : ", ") + std::to_string(power);
    check.notAllowed(path + ".kernel", std::to_string(kernel),
                     allowed + " with requantization \"power-of-two\": an average of " +
                         std::to_string(kernel * kernel) + " values needs a multiplier");
}

void checkWindow(Checker& check, const std::string& path, const LayerSpec& layer)
{
    check.range(path + ".kernel", layer.window.kernel, limits::kernel);
    check.range(path + ".stride", layer.window.stride, limits::stride);
    if (layer.kind == LayerKind::Conv2d && limits::kernel.contains(layer.window.kernel))
        check.range(path + ".padding", layer.window.padding, IntRange{0, layer.window.kernel - 1});
}

void checkValues(Checker& check, const std::string& path, const LayerSpec& layer)
{
    if (layer.kind != LayerKind::Linear)
        checkWindow(check, path, layer);
    if (!layer.hasWeights())
        return;
    check.range(path + ".outputs", layer.outputs, limits::outputs);
    check.code(path + ".code", layer.code);
    check.range(path + ".activation_bits", layer.activationBits, limits::activationBits);
    check.range(path + ".clip", layer.clip, limits::clip);
    check.range(path + ".dropout", layer.dropout, limits::dropout);
}

/// Follows the shape of an image through the layers, as far as it is known and possible.
class ShapeWalk
{
public:
    ShapeWalk(Checker& check, std::optional<TensorShape> input) : m_check(check), m_shape(input) {}

    void pass(const std::string& path, const LayerSpec& layer)
    {
        if (m_vector && layer.kind != LayerKind::Linear)
            m_shape.reset(); // out of order, which checkOrder() tells
        m_vector |= layer.kind == LayerKind::Linear;
        m_inputs.emplace_back();
        if (m_shape && hasPossibleShape(layer)) {
            if (const auto problem = shapeProblem(layer, *m_shape)) {
                const std::size_t colon = problem->find(": ");
                m_check.problems.push_back(
                    {path + "." + problem->substr(0, colon), problem->substr(colon + 2)});
                m_shape.reset();
            } else
                fit(path, layer);
        } else if (layer.kind == LayerKind::Linear && hasPossibleShape(layer))
            m_shape = TensorShape{1, 1, layer.outputs};
        else
            m_shape.reset();
    }

    double weights() const { return m_weights; }
    std::vector<KnownInput> takeInputs() { return std::move(m_inputs); }

private:
    void fit(const std::string& path, const LayerSpec& layer)
    {
        m_inputs.back() = m_shape;
        if (layer.hasWeights()) {
            checkTailGroup(m_check, path, layer, *m_shape);
            m_weights += double(fanInOf(layer, *m_shape)) * double(layer.outputs);
        }
        const TensorShape next = outputShape(layer, *m_shape);
        if (double(next.height) * next.width * next.channels > double(limits::activations)) {
            m_check.notAllowed(path + ".outputs", std::to_string(layer.outputs),
                               "fewer: at most " + std::to_string(limits::activations) +
                                   " activations of an image between two layers");
            m_shape.reset();
            return;
        }
        m_shape = next;
    }

    Checker& m_check;
    std::optional<TensorShape> m_shape;
    bool m_vector = false; // behind a linear layer
    std::vector<KnownInput> m_inputs;
    double m_weights = 0.0; // not an integer: impossible widths must not overflow
};

void checkOrder(Checker& check, const std::vector<LayerSpec>& layers)
{
    const auto kind = [](const LayerSpec& layer) { return inQuotes(layerKindName(layer.kind)); };
    if (layers.size() > 1 && !layers.front().hasWeights())
        check.notAllowed("layers[0].kind", kind(layers.front()),
                         "\"linear\" or \"conv2d\": pooling works on the outputs of a layer with weights");
    if (layers.back().kind != LayerKind::Linear)
        check.notAllowed(entry("layers", layers.size() - 1) + ".kind", kind(layers.back()),
                         "\"linear\" in the last layer, which gives the class scores");
    bool vector = false;
    for (std::size_t i = 0; i + 1 < layers.size(); ++i) {
        if (vector && layers[i].kind != LayerKind::Linear)
            check.notAllowed(entry("layers", i) + ".kind", kind(layers[i]),
                             "\"linear\" behind a linear layer, whose outputs are no image");
        vector |= layers[i].kind == LayerKind::Linear;
    }
}

} // namespace

bool hasPossibleShape(const LayerSpec& layer)
{
    const Window& window = layer.window;
    return (!layer.hasWeights() || limits::outputs.contains(layer.outputs)) &&
           (layer.kind == LayerKind::Linear ||
            (limits::kernel.contains(window.kernel) && limits::stride.contains(window.stride) &&
             window.padding >= 0 && window.padding < window.kernel));
}

std::vector<KnownInput> checkLayers(Checker& check, const NetworkSpec& network, const KnownData& data)
{
    const std::vector<LayerSpec>& layers = network.layers;
    if (!limits::layers.contains(std::int64_t(layers.size()))) {
        check.notAllowed("layers", std::to_string(layers.size()) + " entries", toString(limits::layers));
        return {};
    }
    checkOrder(check, layers);
    std::map<std::string, std::size_t> firstWithName;
    ShapeWalk shapes(check, data.shape);
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const LayerSpec& layer = layers[i];
        const std::string path = entry("layers", i);
        checkLayerName(check, path + ".name", layer.name, i, firstWithName);
        checkValues(check, path, layer);
        checkAveraging(check, path, layer, network.requantization);
        shapes.pass(path, layer);
        if (layer.hasWeights())
            checkRole(check, path, layer, i + 1 == layers.size(), data.classes);
    }
    if (shapes.weights() > double(limits::weights))
        check.notAllowed("layers", realText(shapes.weights()) + " weights in all",
                         "at most " + std::to_string(limits::weights));
    return shapes.takeInputs();
}

} // namespace ternbench
