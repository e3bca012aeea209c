#pragma once

#include "experiments/experiment.h"

#include <array>
#include <string_view>

/// How choices are called in experiment documents; reading and writing share these tables.
namespace ternbench {

template <class Choice>
struct NamedChoice
{
    Choice value;
    std::string_view name;
};

/// The table of all names of a choice; one specialization for each enumeration.
template <class Choice>
struct ChoiceNames;

template <>
struct ChoiceNames<DataKind>
{
    static constexpr std::array kinds{DataKind::FashionMnist, DataKind::Idx, DataKind::Cifar10,
                                      DataKind::Hdf5, DataKind::Generated};
    static auto table()
    {
        std::array<NamedChoice<DataKind>, kinds.size()> names{};
        for (std::size_t i = 0; i < names.size(); ++i)
            names[i] = {kinds[i], dataKindName(kinds[i])};
        return names;
    }
};

template <>
struct ChoiceNames<CodeFamily>
{
    static constexpr auto families = std::to_array(codeFamilies);
    static auto table()
    {
        std::array<NamedChoice<CodeFamily>, families.size()> names{};
        for (std::size_t i = 0; i < names.size(); ++i)
            names[i] = {families[i], familyName(families[i])};
        return names;
    }
};

template <>
struct ChoiceNames<InputNormalization>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<InputNormalization>, 2>{
            {{InputNormalization::Standardize, "standardize"}, {InputNormalization::Unit, "unit"}}};
    }
};

template <>
struct ChoiceNames<LayerKind>
{
    static constexpr std::size_t count = std::size(layerKinds);
    static auto table()
    {
        std::array<NamedChoice<LayerKind>, count> names{};
        for (std::size_t i = 0; i < names.size(); ++i)
            names[i] = {layerKinds[i], layerKindName(layerKinds[i])};
        return names;
    }
};

template <>
struct ChoiceNames<GroupAxis>
{
    static auto table()
    {
        return std::array<NamedChoice<GroupAxis>, 2>{
            {{GroupAxis::Channels, groupAxisName(GroupAxis::Channels)},
             {GroupAxis::Flattened, groupAxisName(GroupAxis::Flattened)}}};
    }
};

template <>
struct ChoiceNames<Activation>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<Activation>, 2>{
            {{Activation::Relu, "relu"}, {Activation::None, "none"}}};
    }
};

template <>
struct ChoiceNames<QuantizerMethod>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<QuantizerMethod>, 3>{{{QuantizerMethod::Lloyd, "lloyd"},
                                                            {QuantizerMethod::Twn, "twn"},
                                                            {QuantizerMethod::Frozen, "frozen"}}};
    }
};

template <>
struct ChoiceNames<WeightNormalization>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<WeightNormalization>, 4>{{{WeightNormalization::None, "none"},
                                                                {WeightNormalization::Layer, "layer"},
                                                                {WeightNormalization::Column, "column"},
                                                                {WeightNormalization::Row, "row"}}};
    }
};

template <>
struct ChoiceNames<ScaleBlock>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<ScaleBlock>, 2>{
            {{ScaleBlock::Layer, "layer"}, {ScaleBlock::Row, "row"}}};
    }
};

template <>
struct ChoiceNames<InputGrouping>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<InputGrouping>, 2>{
            {{InputGrouping::Consecutive, "consecutive"}, {InputGrouping::Balanced, "balanced"}}};
    }
};

template <>
struct ChoiceNames<Requantization>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<Requantization>, 2>{
            {{Requantization::Multiplier, "multiplier"}, {Requantization::PowerOfTwo, "power-of-two"}}};
    }
};

template <>
struct ChoiceNames<RateRestart>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<RateRestart>, 3>{{{RateRestart::Never, "never"},
                                                        {RateRestart::AtCoding, "at-coding"},
                                                        {RateRestart::EveryStage, "every-stage"}}};
    }
};

template <>
struct ChoiceNames<Growth>
{
    static constexpr std::array curves{Growth::AtOnce, Growth::Linear, Growth::Cubic, Growth::Exponential};
    static auto table()
    {
        std::array<NamedChoice<Growth>, curves.size()> names{};
        for (std::size_t i = 0; i < names.size(); ++i)
            names[i] = {curves[i], growthName(curves[i])};
        return names;
    }
};

template <>
struct ChoiceNames<OptimizerMethod>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<OptimizerMethod>, 2>{
            {{OptimizerMethod::Adam, "adam"}, {OptimizerMethod::Sgd, "sgd"}}};
    }
};

template <>
struct ChoiceNames<RateSchedule>
{
    static constexpr auto table()
    {
        return std::array<NamedChoice<RateSchedule>, 3>{{{RateSchedule::Constant, "constant"},
                                                         {RateSchedule::Step, "step"},
                                                         {RateSchedule::Cosine, "cosine"}}};
    }
};

/// The name of a choice in documents.
template <class Choice>
std::string_view choiceName(Choice value)
{
    for (const auto& named : ChoiceNames<Choice>::table())
        if (named.value == value)
            return named.name;
    return {};
}

} // namespace ternbench
