#pragma once

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace tidegate::aws {

using Digest = std::array<unsigned char, 32>;

Digest sha256(std::string_view data);
Digest hmac_sha256(std::string_view key, std::string_view data);

/// The sixteen bytes of an MD5, which S3 asks for as a checksum (Content-MD5); no protection.
std::string md5(std::string_view data);

/// Lower-case hexadecimal.
std::string hex(const Digest& digest);

inline std::string_view as_bytes(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace tidegate::aws
