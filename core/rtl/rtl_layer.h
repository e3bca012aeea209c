#pragma once

#include "core/hardware/cycles.h"
#include "core/integer/integer_network.h"
#include "core/rtl/memory_image.h"

#include <string>
#include <vector>

/// What the RTL's modules are told about a network, in their own terms.
namespace ternbench {

/// Bits of an address of `count` words, or of a number below `count`; at least 1.
int addressBits(std::int64_t count);

/// The integers that come out of the input table.
struct RtlInput
{
    int bytes = 1;     ///< per cycle
    int words = 1;     ///< ceil(inputs / bytes)
    int valueBits = 8; ///< the narrowest that holds every value of the table
    bool valueSigned = false;
};

/// A coded layer and the sizes of its hardware (parameters of sv/coded_layer.sv).
struct RtlLayer
{
    const IntegerLayer* layer = nullptr;
    int number = 0;
    std::string name;   ///< the layer's, safe in a file name and in a string of SystemVerilog
    std::string prefix; ///< "00_fc1_", of its files
    int lanes = 0, parallelRows = 0;
    int groups = 0, steps = 0, blocks = 0;
    int indexBits = 0, positionBits = 0;
    int activationBits = 0; ///< of its inputs
    bool activationSigned = false;
    int outputBits = 0; ///< 64 in the last layer: scores
    bool scores = false;
};

RtlInput rtlInput(const IntegerNetwork& network, const DesignPoint& design);

/// Of every layer, in order. The network must outlive the result.
std::vector<RtlLayer> rtlLayers(const IntegerNetwork& network, const DesignPoint& design);

/// Names of the modules that are synthesized alone, for a layer: "decoder_8_2", and "element_8_2_8_16" with
/// the bits of activations ("8s": signed) and accumulator. Layers of the same code share them.
std::string decoderModule(const RtlLayer& layer);
std::string elementModule(const RtlLayer& layer);
/// Of all layers, each once.
std::vector<std::string> synthesizedModules(const IntegerNetwork& network, const DesignPoint& design);

/// (blocks · steps) words of parallelRows · lanes indexes. Throws InputError where a group holds a pattern
/// that its code does not admit.
MemoryImage weightImage(const RtlLayer& layer);
/// (patterns) words of K slots { nonzero, negative, position }.
MemoryImage tableImage(const RtlLayer& layer);
/// (blocks) words of parallelRows values each.
MemoryImage multiplierImage(const RtlLayer& layer);
MemoryImage offsetImage(const RtlLayer& layer);
MemoryImage shiftImage(const RtlLayer& layer);

/// One image for each bank, or the only one where the inputs share a table.
std::vector<MemoryImage> inputTableImages(const IntegerNetwork& network, const RtlInput& input);

} // namespace ternbench
