#include "core/code/grouping.h"

namespace ternbench {

std::string_view groupAxisName(GroupAxis axis)
{
    return axis == GroupAxis::Channels ? "channels" : "flattened";
}

std::optional<GroupAxis> groupAxisFromName(std::string_view name)
{
    for (const GroupAxis axis : {GroupAxis::Channels, GroupAxis::Flattened})
        if (groupAxisName(axis) == name)
            return axis;
    return std::nullopt;
}

Grouping Grouping::convolution(GroupAxis axis, int kernel, int channels)
{
    const int fanIn = kernel * kernel * channels;
    if (axis == GroupAxis::Channels)
        return {fanIn, channels, {}};
    Grouping grouping{fanIn, fanIn, {}};
    if (channels == 1 || kernel == 1)
        return grouping; // both orders are the same
    for (int channel = 0; channel < channels; ++channel)
        for (int position = 0; position < kernel * kernel; ++position)
            grouping.order.push_back(position * channels + channel);
    return grouping;
}

} // namespace ternbench
