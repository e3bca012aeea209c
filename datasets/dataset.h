#pragma once

#include "core/data/labelled_images.h"
#include "datasets/byte_map.h"

#include <optional>
#include <string>
#include <vector>

namespace ternbench {

/// A classification data set in memory. The values of an image are in the order (height, width, channels).
struct Dataset
{
    std::string name;   ///< "Fashion-MNIST"
    std::string origin; ///< folder or file it was read from, or "generated"
    int height = 0, width = 0, channels = 1;
    std::vector<std::string> classNames; ///< one per class; its size is the number of classes
    LabelledImages train, test;
    std::optional<ByteMap> byteMap;      ///< where the file holds floats: how they became bytes
    std::string trainSha256, testSha256; ///< hex, over pixels then labels

    int classes() const { return static_cast<int>(classNames.size()); }
    int inputs() const { return height * width * channels; }
};

} // namespace ternbench
