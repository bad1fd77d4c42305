#pragma once

#include <string>
#include <string_view>

namespace tidegate::aws {

/// "2026-11-21T02:30:00Z", with milliseconds only where there are some.
std::string iso_instant(double epoch_seconds);
/// "Sat, 21 Nov 2026 02:30:00 GMT".
std::string http_instant(double epoch_seconds);

/// Epoch seconds of an ISO 8601 text (any number of decimals, Z or offset), an HTTP date or a number in text.
/// Throws std::runtime_error where it is none.
double parse_instant(std::string_view text);

std::string base64_encode(std::string_view bytes);
/// Throws std::runtime_error where the text is no base64.
std::string base64_decode(std::string_view text);

}  // namespace tidegate::aws
