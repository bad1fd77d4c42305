#include "aws/client/uuid.h"

#include <openssl/rand.h>

#include <array>
#include <stdexcept>
#include <string_view>

namespace tidegate::aws {

namespace {

using Bytes = std::array<unsigned char, 16>;

/// Drawn for 64 at a time, as OpenSSL takes as long for one.
Bytes random_bytes() {
  thread_local std::array<Bytes, 64> drawn;
  thread_local std::size_t left = 0;
  if (left == 0) {
    if (RAND_bytes(drawn.front().data(), static_cast<int>(sizeof drawn)) != 1) {
      throw std::runtime_error("OpenSSL has no random bytes");
    }
    left = drawn.size();
  }
  return drawn[--left];
}

}  // namespace

std::string random_uuid() {
  auto bytes = random_bytes();
  bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0FU) | 0x40U);
  bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3FU) | 0x80U);
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(36);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    text += kDigits[bytes[i] >> 4U];
    text += kDigits[bytes[i] & 15U];
  }
  return text;
}

}  // namespace tidegate::aws
