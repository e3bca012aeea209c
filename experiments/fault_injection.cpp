#include "experiments/fault_injection.h"

#include "core/packed/packed_file.h"
#include "experiments/exporting.h"

namespace ternbench {

FaultCurve studyPackedFaults(const std::filesystem::path& packedFile, const FaultStudySpec& spec,
                             const std::string& dataFolder, int threads, const ShareObserver& progress)
{
    const PackedNetwork packed = readSoundPacked(packedFile);
    const Dataset dataset = packedDataset(packedFile, dataFolder);
    ThreadPool pool(threadCount(threads));
    return studyFaults(packed.network, dataset.test, spec, pool, progress);
}

} // namespace ternbench
