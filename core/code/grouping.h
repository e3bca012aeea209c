#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace ternbench {

/// Along which axis the weights of a convolution are grouped.
enum class GroupAxis {
    Channels,  ///< input channels at one kernel position: what parallel hardware fetches together
    Flattened, ///< the whole fan-in in the order (channel, ky, kx)
};

/// "channels", "flattened": the names in documents and files.
std::string_view groupAxisName(GroupAxis axis);
std::optional<GroupAxis> groupAxisFromName(std::string_view name);

/// How the weights of a row are cut into groups of N. In memory a row has one order: inputs of a linear
/// layer, (ky, kx, channel) of a convolution. Groups are consecutive in the *coded* order, which `order` maps
/// to memory, and never cross the end of a segment: the last group of a segment may be a tail group, padded
/// with weights that are always zero.
struct Grouping
{
    int fanIn = 0;
    int segment = 0;        ///< weights of a segment; divides fanIn
    std::vector<int> order; ///< coded position -> index in memory, (fanIn); empty: the same

    /// A row without further structure: one segment.
    static Grouping linear(int fanIn) { return {fanIn, fanIn, {}}; }
    /// A convolution with a kernel of `kernel` x `kernel` over `channels` input channels.
    static Grouping convolution(GroupAxis axis, int kernel, int channels);

    int groupsPerSegment(int groupSize) const { return (segment + groupSize - 1) / groupSize; }
    int groupsPerRow(int groupSize) const
    {
        return segment > 0 ? fanIn / segment * groupsPerSegment(groupSize) : 0;
    }
    /// Weights of the tail group that each segment ends with; 0 where groups of N come out even.
    int tail(int groupSize) const { return segment % groupSize; }

    struct Span
    {
        int first, size; ///< coded positions; size < N for a tail group
    };
    /// Group g = 0..groupsPerRow()-1.
    Span group(int g, int groupSize) const
    {
        const int perSegment = groupsPerSegment(groupSize);
        const int within = g % perSegment * groupSize;
        const int left = segment - within;
        return {g / perSegment * segment + within, left < groupSize ? left : groupSize};
    }
    /// The group that a coded position is in.
    int groupOf(int position, int groupSize) const
    {
        return position / segment * groupsPerSegment(groupSize) + position % segment / groupSize;
    }
    /// Index in memory of a coded position.
    int at(int position) const
    {
        return order.empty() ? position : order[static_cast<std::size_t>(position)];
    }

    bool operator==(const Grouping&) const = default;
};

} // namespace ternbench
