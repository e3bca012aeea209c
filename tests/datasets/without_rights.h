#pragma once

#include <unistd.h>

namespace ternbench::testing {

/// While it lives, this process may read what everybody may: root reads files that nobody may read.
class WithoutRights
{
public:
    WithoutRights() : m_root(geteuid() == 0 && seteuid(nobody) == 0) {}
    ~WithoutRights()
    {
        if (m_root && seteuid(0) != 0)
            _exit(1);
    }
    WithoutRights(const WithoutRights&) = delete;
    WithoutRights& operator=(const WithoutRights&) = delete;

private:
    static constexpr uid_t nobody = 65534;
    bool m_root;
};

} // namespace ternbench::testing
