#pragma once

#include "core/error.h"

#include <QString>

#include <string>

namespace ternbench::test {

/// What `work` says where it refuses its input (InputError); empty where it takes it.
template <class Work>
std::string refusalOf(const Work& work)
{
    try {
        work();
    } catch (const InputError& error) {
        return error.what();
    }
    return {};
}

template <class Work>
QString refusalText(const Work& work)
{
    return QString::fromStdString(refusalOf(work));
}

} // namespace ternbench::test
