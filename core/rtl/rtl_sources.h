#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The SystemVerilog modules of core/rtl/sv and the templates of core/rtl/templates, as part of the program
/// (written into a C++ source by embed.cmake).
namespace ternbench {

struct RtlSource
{
    std::string_view path; ///< "sv/rom.sv", "templates/Makefile.in"
    std::string_view text;
};

const std::vector<RtlSource>& rtlSources();

/// What a template's @KEY@ stand for.
using RtlFields = std::map<std::string, std::string, std::less<>>;

/// The template with every @KEY@ replaced. Throws std::logic_error where the template or a key is not known:
/// a mistake in the program.
std::string fillTemplate(std::string_view path, const RtlFields& fields);

} // namespace ternbench
