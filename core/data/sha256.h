#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>

// OpenSSL's digest state, so that its headers stay out of ours.
struct evp_md_ctx_st;

namespace ternbench {

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
class Sha256
{
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::span<const std::byte> bytes);

    /// The digest of everything so far as 64 lower-case hex digits. More may follow: the state is not ended.
    std::string hex() const;

private:
    struct Free
    {
        void operator()(evp_md_ctx_st* context) const;
    };
    std::unique_ptr<evp_md_ctx_st, Free> m_context;
};

/// The digest of one piece: 64 lower-case hex digits.
std::string sha256Hex(std::span<const std::byte> bytes);

} // namespace ternbench
