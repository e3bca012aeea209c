#pragma once

namespace ternbench {

/// For the start of a program: buffers of a megabyte and more go back to the system as soon as they are
/// freed. Left alone, glibc raises its limit (M_MMAP_THRESHOLD, mallopt(3)) to the size of each freed buffer,
/// up to 32 MiB; from then on weights and states come from heaps that fragment, and a run's memory grows by
/// the epoch.
void returnLargeBuffers();

} // namespace ternbench
