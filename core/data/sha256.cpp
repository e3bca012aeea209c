#include "core/data/sha256.h"

#include "core/error.h"

#include <openssl/evp.h>

#include <array>

namespace ternbench {
namespace {

void require(int status)
{
    if (status != 1)
        throw RunError("OpenSSL failed to compute a SHA-256 digest");
}

} // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const
{
    EVP_MD_CTX_free(context);
}

Sha256::Sha256() : m_context(EVP_MD_CTX_new())
{
    require(m_context != nullptr);
    require(EVP_DigestInit_ex(m_context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::span<const std::byte> bytes)
{
    require(EVP_DigestUpdate(m_context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() const
{
    // Finishing ends a digest, so finish a copy of it.
    const Sha256 copy;
    require(EVP_MD_CTX_copy_ex(copy.m_context.get(), m_context.get()));
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(copy.m_context.get(), digest.data(), &size));

    static constexpr char digits[] = "0123456789abcdef";
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        text += digits[digest[i] >> 4];
        text += digits[digest[i] & 15];
    }
    return text;
}

std::string sha256Hex(std::span<const std::byte> bytes)
{
    Sha256 digest;
    digest.update(bytes);
    return digest.hex();
}

} // namespace ternbench
