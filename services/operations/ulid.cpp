#include "services/operations/ulid.h"

#include <cstdint>
#include <random>
#include <string_view>

namespace tidegate::operations {

std::string new_ulid(Instant now) {
  static constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  thread_local std::mt19937_64 random([] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device(), device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }());
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(now).time_since_epoch().count();
  auto milliseconds = static_cast<std::uint64_t>(since_epoch);
  std::string id(26, '0');
  for (std::size_t i = 10; i-- > 0; milliseconds >>= 5U) id[i] = kAlphabet[milliseconds & 31U];
  for (std::size_t begin = 10; begin < 26; begin += 8) {
    std::uint64_t bits = random();
    for (std::size_t i = begin; i < begin + 8; ++i, bits >>= 5U) id[i] = kAlphabet[bits & 31U];
  }
  return id;
}

}  // namespace tidegate::operations
