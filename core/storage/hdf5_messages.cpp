#include "core/storage/hdf5_messages.h"

#include <algorithm>
#include <array>

namespace ternbench::h5 {

namespace {

constexpr std::uint64_t maxValues = std::uint64_t{1} << 48;
constexpr std::uint64_t maxTextWidth = std::uint64_t{1} << 24;

std::uint64_t padded(std::uint64_t size)
{
    return (size + 7) / 8 * 8;
}

/// The library gives up on types of other versions, and crashes where they are an attribute's.
void checkVersion(const Block& message)
{
    const std::uint64_t version = message.u8(0) >> 4;
    message.require(version >= 1 && version <= 3, "is a type of an unknown version");
}

/// Whole numbers of 1, 2, 4 or 8 bytes, every bit in use.
void checkInteger(const Block& message, std::uint64_t size)
{
    constexpr std::uint64_t bigEndian = 1, hasSign = 8;
    message.require((message.u8(1) & ~(bigEndian | hasSign)) == 0, "is an integer of an unknown form");
    message.require(size == 1 || size == 2 || size == 4 || size == 8, "is an integer of an unusual size");
    message.require(message.u16(8) == 0 && message.u16(10) == 8 * size, "is an integer of unusual bits");
}

/// Of a float of IEEE 754: bits of its parts, lowest first, and the bias.
struct FloatForm
{
    std::uint64_t size, mantissaBits, exponentBits, bias;
};

/// Half, single or double precision.
void checkFloat(const Block& message, std::uint64_t size)
{
    static constexpr std::array<FloatForm, 3> forms{{{2, 10, 5, 15}, {4, 23, 8, 127}, {8, 52, 11, 1023}}};
    constexpr std::uint64_t bigEndian = 1, leadingOneImplied = 2 << 4;
    message.require((message.u8(1) & ~bigEndian) == leadingOneImplied, "is a float of an unknown form");
    const auto* const form = std::ranges::find(forms, size, &FloatForm::size);
    message.require(form != forms.end(), "is a float of an unusual size");
    message.require(message.u16(8) == 0 && message.u16(10) == 8 * size &&
                        message.u8(12) == form->mantissaBits && message.u8(13) == form->exponentBits &&
                        message.u8(14) == 0 && message.u8(15) == form->mantissaBits &&
                        message.u32(16) == form->bias && message.u8(2) == 8 * size - 1,
                    "is a float of unusual bits");
}

/// What to say of a class of types that are not read.
const char* foreignType(std::uint64_t kind)
{
    static constexpr std::array<const char*, 11> texts{nullptr,
                                                       nullptr,
                                                       "is a type of times",
                                                       nullptr,
                                                       "is a type of bits",
                                                       "is an opaque type",
                                                       "is a compound type, as h5py writes complex numbers",
                                                       "is a type of references",
                                                       "is a type of enumerated names, as h5py writes bool",
                                                       nullptr,
                                                       "is a type of arrays"};
    const char* const text = kind < texts.size() ? texts[std::size_t(kind)] : nullptr;
    return text ? text : "is an unknown type";
}

/// How a text ends and its encoding.
void checkTextForm(const Block& message, std::uint64_t padding, std::uint64_t encoding)
{
    message.require(padding <= 2 && encoding <= 1, "is a text of an unknown form");
}

/// A list of characters, which is what a text of variable length is.
void checkCharacter(const Block& message)
{
    checkVersion(message);
    const std::uint64_t kind = message.u8(0) & 0xF;
    message.require(message.u32(4) == 1 && (kind == 0 || kind == 3), "is no text");
    if (kind == 0)
        checkInteger(message, 1);
    else
        checkTextForm(message, message.u8(1) & 0xF, message.u8(1) >> 4);
}

} // namespace

ElementType elementType(const Block& message)
{
    const std::uint64_t size = message.u32(4);
    checkVersion(message);
    switch (message.u8(0) & 0xF) {
    case 0:
        checkInteger(message, size);
        return {size, false, 12};
    case 1:
        checkFloat(message, size);
        return {size, false, 20};
    case 3:
        message.require(size >= 1 && size <= maxTextWidth, "is a text of an impossible width");
        checkTextForm(message, message.u8(1) & 0xF, message.u8(1) >> 4);
        return {size, false, 8};
    case 9:
        message.require((message.u8(1) & 0xF) == 1 && size == 16, "is a list");
        checkTextForm(message, message.u8(1) >> 4, message.u8(2));
        checkCharacter(message.from(8));
        return {size, true, 8};
    default:
        message.require(false, foreignType(message.u8(0) & 0xF));
        return {};
    }
}

std::uint64_t valueCount(const Block& message)
{
    constexpr std::uint64_t nullSpace = 2;
    const std::uint64_t rank = message.u8(1);
    const bool hasMost = message.u8(2) == 1;
    message.require(rank <= 8 && message.u8(2) <= 1, "is a shape of an unknown form");
    if (message.u8(0) == 2 && message.u8(3) == nullSpace && rank == 0)
        return 0; // no values at all
    message.require(message.u8(0) == 1, "is a shape of an unknown version");
    std::uint64_t count = 1;
    constexpr std::uint64_t first = 8;
    for (std::uint64_t i = 0; i < rank; ++i)
        message.require(!__builtin_mul_overflow(count, message.u64(first + 8 * i), &count) &&
                            count <= maxValues,
                        "is a shape that no file can hold");
    message.part(first, 8 * rank * (hasMost ? 2 : 1));
    return count;
}

void checkFillValue(const Block& message)
{
    message.require(message.u8(0) == 1 || message.u8(0) == 2, "is a fill value of an unknown version");
    message.require(message.u8(1) <= 3 && message.u8(2) <= 2 && message.u8(3) <= 1,
                    "is a fill value of an unknown form");
    if (message.u8(0) == 1 || message.u8(3) == 1)
        message.part(8, message.u32(4) == 0xFFFFFFFF ? 0 : message.u32(4));
}

std::optional<Stored> storedAt(const Block& message)
{
    message.require(message.u8(0) == 3 && message.u8(1) <= 1,
                    "says that the values are not stored in one piece");
    if (message.u8(1) == 0) {
        message.part(4, message.u16(2));
        return std::nullopt;
    }
    const Stored stored{message.u64(2), message.u64(10)};
    if (stored.size == 0 || stored.address == undefinedAddress)
        return std::nullopt;
    return stored;
}

std::vector<HeapText> attributeTexts(const Block& message)
{
    const std::uint64_t version = message.u8(0);
    message.require(version >= 1 && version <= 3 && (version == 1 || message.u8(1) == 0),
                    "is an attribute of an unknown form");
    const auto room = [&](std::uint64_t size) { return version == 1 ? padded(size) : size; };
    const std::uint64_t name = version == 3 ? 9 : 8;
    const std::uint64_t type = name + room(message.u16(2));
    const std::uint64_t space = type + room(message.u16(4));
    const std::uint64_t values = space + room(message.u16(6));
    message.part(name, message.u16(2)).requireWholeText();
    const ElementType element = elementType(message.part(type, message.u16(4)));
    const std::uint64_t count = valueCount(message.part(space, message.u16(6)));
    message.require(count <= message.size(), "is an attribute of more values than it holds");
    message.part(values, count * element.size);
    std::vector<HeapText> texts;
    if (element.variableText)
        for (std::uint64_t at = values; at < values + 16 * count; at += 16)
            texts.push_back({message.u32(at), message.u64(at + 4), message.u32(at + 12)});
    return texts;
}

} // namespace ternbench::h5
