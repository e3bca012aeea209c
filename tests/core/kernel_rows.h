#pragma once

#include "core/kernels/kernels.h"

#include <QTest>

/// A data row for each set of inner loops; the sets a CPU lacks are skipped by name, not left out silently.
namespace ternbench {

inline void addKernelRows()
{
    QTest::addColumn<QString>("set");
    for (const char* set : {"portable", "avx2", "avx512"})
        QTest::newRow(set) << QString(set);
}

/// Null where this build or CPU does not have the set.
inline const Kernels* kernelSet(const QString& set)
{
    return set == "portable" ? &portableKernels() : set == "avx2" ? avx2Kernels() : avx512Kernels();
}

} // namespace ternbench

#define FETCH_KERNELS(kernelSetVariable)                                                                     \
    QFETCH(QString, set);                                                                                    \
    const Kernels* kernelSetVariable = kernelSet(set);                                                       \
    if (!kernelSetVariable)                                                                                  \
    QSKIP("this CPU or build does not have these kernels")
