#include "experiments/known_data.h"

#include "core/error.h"
#include "datasets/cifar10.h"
#include "experiments/limits.h"

#include <algorithm>

namespace ternbench {

KnownData knownData(const DataSpec& data)
{
    KnownData known;
    switch (data.kind) {
    case DataKind::FashionMnist:
        known = {60'000, TensorShape{28, 28, 1}, 10};
        break;
    case DataKind::Cifar10:
        known = {cifar10TrainImages, TensorShape{cifar10Side, cifar10Side, cifar10Channels}, cifar10Classes};
        break;
    case DataKind::Generated: {
        const int side = std::clamp(data.generatedSide, 1, int(limits::generatedSide.most));
        known = {data.generatedTrain, TensorShape{side, side, 1}, data.generatedClasses};
        break;
    }
    case DataKind::Idx:
    case DataKind::Hdf5:
        break;
    }
    if (data.trainLimit > 0)
        known.trainImages =
            std::min<std::int64_t>(known.trainImages.value_or(data.trainLimit), data.trainLimit);
    return known;
}

std::optional<TensorShape> imageShape(const DataSpec& data, const DatasetSummary& summary)
{
    // A folder may hold other images than those that the kind is named after.
    if (data.kind != DataKind::Generated && summary.found && summary.height > 0)
        return TensorShape{summary.height, summary.width, summary.channels};
    return knownData(data).shape;
}

void useDataFolder(DataSpec& data, const std::string& folder)
{
    if (folder.empty())
        return;
    if (data.kind == DataKind::Generated)
        throw InputError("--data: " + folder +
                         " is not allowed: data.kind is \"generated\", which reads no files");
    data.folder = folder;
}

} // namespace ternbench
