#pragma once

#include "core/storage/hdf5.h"

#include <hdf5.h>

#include <type_traits>

/// The HDF5 types of our element types and of texts, and values of attributes; only for the sources of
/// core/storage.
namespace ternbench::h5 {

template <class T>
hid_t nativeType()
{
    if constexpr (std::is_same_v<T, float>)
        return H5T_IEEE_F32LE;
    else if constexpr (std::is_same_v<T, double>)
        return H5T_IEEE_F64LE;
    else if constexpr (std::is_same_v<T, std::int8_t>)
        return H5T_STD_I8LE;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
        return H5T_STD_U8LE;
    else if constexpr (std::is_same_v<T, std::int16_t>)
        return H5T_STD_I16LE;
    else if constexpr (std::is_same_v<T, std::int32_t>)
        return H5T_STD_I32LE;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return H5T_STD_I64LE;
    else if constexpr (std::is_same_v<T, std::uint32_t>)
        return H5T_STD_U32LE;
    else if constexpr (std::is_same_v<T, std::uint64_t>)
        return H5T_STD_U64LE;
}

template <class T>
const char* typeName()
{
    if constexpr (std::is_floating_point_v<T>)
        return sizeof(T) == 4 ? "float32" : "float64";
    else if constexpr (std::is_signed_v<T>)
        return sizeof(T) == 1 ? "int8" : sizeof(T) == 2 ? "int16" : sizeof(T) == 4 ? "int32" : "int64";
    else
        return sizeof(T) == 1 ? "uint8" : sizeof(T) == 2 ? "uint16" : sizeof(T) == 4 ? "uint32" : "uint64";
}

inline Handle fixedStringType(std::size_t width)
{
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), width);
    H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

inline Handle variableStringType()
{
    Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type.id(), H5T_VARIABLE);
    H5Tset_cset(type.id(), H5T_CSET_UTF8);
    return type;
}

Shape shapeOfSpace(hid_t space);

/// Whether values are numbers or text: anything else (lists, references, compounds) holds pointers once read.
bool isPlainType(hid_t type);

/// Attribute values of variable-length strings, joined with nulls; of anything else the bytes. Nothing where
/// they cannot be read.
std::optional<std::string> attributeBytes(hid_t attribute);

} // namespace ternbench::h5
