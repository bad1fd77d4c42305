#include "sandbox/draw.h"

namespace tidegate::sandbox {

namespace {

std::uint64_t mix(std::uint64_t value) {
  value += 0x9E3779B97F4A7C15U;
  value = (value ^ (value >> 30U)) * 0xBF58476D1CE4E5B9U;
  value = (value ^ (value >> 27U)) * 0x94D049BB133111EBU;
  return value ^ (value >> 31U);
}

}  // namespace

std::uint64_t draw_bits(std::uint64_t seed, std::string_view name, std::uint64_t number) {
  std::uint64_t hash = 0xCBF29CE484222325U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3U;
  return mix(mix(mix(seed) ^ hash) ^ number);
}

double draw(std::uint64_t seed, std::string_view name, std::uint64_t number) {
  return static_cast<double>(draw_bits(seed, name, number) >> 11U) * 0x1.0p-53;
}

}  // namespace tidegate::sandbox
