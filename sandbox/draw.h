#pragma once

#include <cstdint>
#include <string_view>

namespace tidegate::sandbox {

/// A hash of a seed, a name and a number: the same on every machine and in every run. FNV-1a over the name,
/// mixed with the finalizer of SplitMix64 (Steele, Lea, Flood 2014).
std::uint64_t draw_bits(std::uint64_t seed, std::string_view name, std::uint64_t number = 0);

/// The same as a figure, evenly spread over 0 (inclusive) .. 1 (exclusive).
double draw(std::uint64_t seed, std::string_view name, std::uint64_t number = 0);

}  // namespace tidegate::sandbox
