#pragma once

#include <cstddef>
#include <string>

namespace tidegate::alerts {

/// At most `code_points_max` (at least 1) code points of a UTF-8 text; what was cut is marked by "…". Never
/// cuts through a character.
std::string shortened(const std::string& text, std::size_t code_points_max);

/// The text up to its first line break, spaces at both ends removed.
std::string first_line(const std::string& text);

}  // namespace tidegate::alerts
