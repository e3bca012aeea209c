#pragma once

#include "core/data/labelled_images.h"
#include "core/packed/golden.h"
#include "core/packed/packed_file.h"
#include "core/packed/verification.h"
#include "core/parallel/thread_pool.h"

#include <filesystem>

namespace ternbench {

/// Checks a packed file from the file alone: digests of every dataset and attribute, canonical tables, legal
/// indexes and padding, accumulator widths, the ledger against the shapes; then runs the integers over
/// `images` and compares with the golden hashes and class errors. Whatever is wrong with the content is in
/// the report, under the layer's name. Throws InputError only where the file cannot be read as a packed
/// network of a known version at all, or does not fit the images.
/// The packed runtime computes, so that it is held to what the reference model computed on export;
/// a network that it cannot take is left to the reference model.
VerificationReport verifyPacked(const std::filesystem::path& file, const LabelledImages& images,
                                ThreadPool& pool, const ShareObserver& progress = {},
                                IntegerModel model = IntegerModel::Packed);

/// Throws InputError where the images are not of the network's size.
void requireInputs(const PackedNetwork& packed, const LabelledImages& images,
                   const std::filesystem::path& file);

} // namespace ternbench
