#include "app/cli/design_options.h"

#include "core/error.h"

#include <CLI/CLI.hpp>

#include <array>

namespace ternbench {

namespace {

constexpr std::array buildOptions{"--lanes", "--rows", "--table", "--off-chip"};

std::string optionOf(DesignField field)
{
    switch (field) {
    case DesignField::Lanes:
        return "--lanes";
    case DesignField::ParallelRows:
        return "--rows";
    case DesignField::Clock:
        return "--clock";
    case DesignField::OnChipBytes:
        return "--on-chip";
    case DesignField::OffChipBits:
        return "--off-chip";
    case DesignField::ActivationBits:
        return "--activation-bits";
    }
    return {};
}

template <class T>
void add(CLI::App& app, const char* name, T& value, const char* help, const char* type)
{
    app.add_option(name, value, help)->capture_default_str()->type_name(type);
}

} // namespace

void addBuildOptions(CLI::App& app, DesignPoint& design)
{
    add(app, "--lanes", design.lanes, "Groups decoded per cycle along a row", "N");
    add(app, "--rows", design.parallelRows, "Rows in parallel", "N");
    const auto setTable = [&design](const std::string& name) {
        const auto table = tableFromName(name);
        if (!table)
            throw CLI::ValidationError("--table", name + " is not allowed: must be rom or logic");
        design.table = *table;
    };
    app.add_option_function<std::string>("--table", setTable, "Pattern table as rom or logic")
        ->default_str(std::string(tableName(design.table)))
        ->type_name("KIND");
    add(app, "--off-chip", design.offChipBitsPerCycle,
        "Off-chip port, bits per cycle; images come in through it", "BITS");
}

void addEstimateOptions(CLI::App& app, DesignPoint& design)
{
    add(app, "--clock", design.clockMhz, "Clock", "MHz");
    add(app, "--on-chip", design.onChipBytes, "On-chip memory", "BYTES");
    app.add_option("--activation-bits", design.activationBits,
                   "Width of stored activations, 2..16; without it as trained: each layer's own")
        ->type_name("BITS");
}

std::vector<std::string> givenBuildOptions(const CLI::App& app)
{
    std::vector<std::string> given;
    for (const char* option : buildOptions)
        if (app.count(option) > 0)
            given.emplace_back(option);
    return given;
}

void requireBuildable(const DesignPoint& design)
{
    const std::vector<DesignProblem> problems = designPointProblems(design);
    if (!problems.empty())
        throw InputError(optionOf(problems.front().field) + ": " + problems.front().message);
}

} // namespace ternbench
