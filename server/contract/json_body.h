#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace tidegate::contract {

/// How deep a body's arrays and objects may stand in each other.
inline constexpr std::size_t kBodyDepthMax = 64;

/// A request body's JSON. A number without a fraction is an integer, however it is written: 2.0 and 2e0 are
/// 2, up to 2^53 either way. Refuses with InvalidRequest, pointers below "#/body", what the parser takes but
/// nobody means or later code trips over: a member that stands twice, NUL in a text or name, nesting deeper
/// than kBodyDepthMax, an integer beyond 64 bits, a number beyond double. Text that is not JSON or not UTF-8
/// is refused with the offset of the byte where it stops being so.
nlohmann::json parse_json_body(std::string_view text);

}  // namespace tidegate::contract
