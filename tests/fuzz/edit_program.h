#pragma once

#include "tests/fuzz/fuzz.h"

#include <memory>

namespace ternbench::fuzz {

/// An HDF5 file and edits of it that a fuzzer's input spells out, a few bytes an edit: other values, types,
/// shapes and layouts of datasets, other attributes, links removed or led astray (through the HDF5 API);
/// then values in place, raw bytes anywhere, truncation. So that nearly every input is a file that HDF5
/// opens, wrong in a way of its own.
class EditProgram
{
public:
    explicit EditProgram(std::string file);
    ~EditProgram();
    EditProgram(const EditProgram&) = delete;
    EditProgram& operator=(const EditProgram&) = delete;

    /// The file after the edits; the untouched file for an empty input.
    std::string apply(Bytes program) const;

private:
    struct Layout;
    std::string m_file;
    std::unique_ptr<const Layout> m_layout;
};

} // namespace ternbench::fuzz
