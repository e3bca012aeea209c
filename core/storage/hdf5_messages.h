#pragma once

#include "core/storage/hdf5_blocks.h"

#include <optional>

/// Messages of an object header, as far as hdf5_screen.cpp must know them; not for use elsewhere.
namespace ternbench::h5 {

/// What a datatype message says.
struct ElementType
{
    std::uint64_t size = 0;      ///< bytes of a value in the file
    bool variableText = false;   ///< a length and a place in a global heap
    std::uint64_t described = 0; ///< bytes of the message
};

/// Throws where it is anything but an integer, a float or a text in one of the usual forms.
ElementType elementType(const Block& message);

/// Number of values of a dataspace message. Throws where it is malformed or the number is beyond 2^48.
std::uint64_t valueCount(const Block& message);

void checkFillValue(const Block& message);

/// Where a contiguous dataset keeps its values; nothing where it is compact or has none.
struct Stored
{
    std::uint64_t address = 0, size = 0;
};
std::optional<Stored> storedAt(const Block& message);

/// An attribute's values in variable length: where each lies.
struct HeapText
{
    std::uint64_t size = 0, collection = 0, index = 0;
};
/// Throws where an attribute is malformed.
std::vector<HeapText> attributeTexts(const Block& message);

} // namespace ternbench::h5
