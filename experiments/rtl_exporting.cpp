#include "experiments/rtl_exporting.h"

#include "core/error.h"
#include "core/packed/packed_file.h"
#include "core/rtl/rtl_export.h"
#include "core/storage/hdf5.h"
#include "experiments/document.h"
#include "experiments/known_data.h"

#include <algorithm>

namespace ternbench {

namespace {

/// The first images of the test set that the packed file's experiment names.
LabelledImages testImages(const RtlRequest& request, const std::string& experimentJson)
{
    Experiment experiment = experimentFromJson(experimentJson);
    useDataFolder(experiment.data, request.dataFolder);
    LabelledImages images = loadDataset(experiment.data).test;
    images.count = std::min(images.count, request.images);
    images.pixels.resize(std::size_t(images.count) * std::size_t(images.inputs));
    images.labels.resize(std::size_t(images.count));
    return images;
}

} // namespace

void requireRtlRequest(const RtlRequest& request)
{
    if (const auto problem = designPointProblem(request.design))
        throw InputError(*problem);
    if (request.images < 1 || request.images > maxTestImages)
        throw InputError("images = " + std::to_string(request.images) + " is not allowed: must be 1.." +
                         std::to_string(maxTestImages));
    requireNewFolder(request.folder);
}

bool isPackedFile(const std::filesystem::path& file)
{
    const h5::File source = h5::File::open(file);
    const h5::Group root = source.root();
    return root.hasAttribute("format") && root.stringAttribute("format") == "ternbench.packed";
}

RtlExportResult exportRtlFolder(const RtlRequest& request)
{
    requireRtlRequest(request);
    const PackedNetwork packed = readSoundPacked(request.packed);
    const LabelledImages images = testImages(request, packed.experimentJson);
    exportRtl(packed.network, request.design, images, request.folder);
    RtlExportResult result;
    result.images = images.count;
    result.cycles = cyclesOf(packed.network, request.design);
    result.total = totalOf(result.cycles, request.design);
    return result;
}

} // namespace ternbench
