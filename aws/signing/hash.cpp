#include "aws/signing/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>
#include <stdexcept>

namespace tidegate::aws {

namespace {

// Algorithms are looked up once and contexts kept for each thread: both cost more than the hash of a short
// text.

using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)>;

const EVP_MD* sha256_method() {
  static const std::unique_ptr<EVP_MD, decltype(&EVP_MD_free)> method(
      EVP_MD_fetch(nullptr, "SHA256", nullptr), EVP_MD_free);
  return method.get();
}

MacContext make_hmac() {
  static const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> method(
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free);
  MacContext context(EVP_MAC_CTX_new(method.get()), EVP_MAC_CTX_free);
  char digest[] = "SHA256";
  const OSSL_PARAM settings[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                                 OSSL_PARAM_construct_end()};
  if (!context || EVP_MAC_CTX_set_params(context.get(), settings) != 1) {
    throw std::runtime_error("OpenSSL can't compute an HMAC");
  }
  return context;
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Digest sha256(std::string_view data) {
  thread_local const DigestContext context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  Digest digest;
  const bool made = context && EVP_DigestInit_ex2(context.get(), sha256_method(), nullptr) == 1 &&
                    EVP_DigestUpdate(context.get(), data.data(), data.size()) == 1 &&
                    EVP_DigestFinal_ex(context.get(), digest.data(), nullptr) == 1;
  if (!made) throw std::runtime_error("OpenSSL can't compute a SHA-256");
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
  // A context that has hashed its key begins anew without it.
  thread_local const MacContext context = make_hmac();
  thread_local std::string key_of_context;
  const bool keyed = !key.empty() && key == key_of_context;
  Digest digest;
  std::size_t length = 0;
  key_of_context.clear();
  const bool made =
      EVP_MAC_init(context.get(), keyed ? nullptr : bytes_of(key), keyed ? 0 : key.size(), nullptr) == 1 &&
      EVP_MAC_update(context.get(), bytes_of(data), data.size()) == 1 &&
      EVP_MAC_final(context.get(), digest.data(), &length, digest.size()) == 1;
  if (!made || length != digest.size()) throw std::runtime_error("OpenSSL can't compute an HMAC");
  key_of_context = key;
  return digest;
}

std::string md5(std::string_view data) {
  std::string digest(16, '\0');
  unsigned int length = 0;
  const int made = EVP_Digest(data.data(), data.size(), reinterpret_cast<unsigned char*>(digest.data()),
                              &length, EVP_md5(), nullptr);
  if (made != 1 || length != digest.size()) throw std::runtime_error("OpenSSL can't compute an MD5");
  return digest;
}

std::string hex(const Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(digest.size() * 2, '0');
  for (std::size_t i = 0; i < digest.size(); ++i) {
    text[2 * i] = kDigits[digest[i] >> 4U];
    text[2 * i + 1] = kDigits[digest[i] & 15U];
  }
  return text;
}

}  // namespace tidegate::aws
