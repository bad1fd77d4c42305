#include "aws/signing/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace tidegate::aws {

Digest sha256(std::string_view data) {
  Digest digest;
  SHA256(reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data());
  return digest;
}

Digest hmac_sha256(std::string_view key, std::string_view data) {
  Digest digest;
  unsigned int length = 0;
  const auto* made =
      HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &length);
  if (made == nullptr || length != digest.size()) throw std::runtime_error("OpenSSL can't compute an HMAC");
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
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned char byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace tidegate::aws
