#include "server/middleware/random_hex.h"

#include <random>

namespace tidegate {

std::string random_hex(std::size_t length) {
  static thread_local std::mt19937_64 generator = [] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }();
  std::string text(length, '0');
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < length; ++i) {
    if (i % 16 == 0) bits = generator();
    text[i] = "0123456789abcdef"[bits & 0xF];
    bits >>= 4;
  }
  return text;
}

}  // namespace tidegate
