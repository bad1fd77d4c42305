#pragma once

#include <string_view>

namespace tidegate {

/// Whether the bytes are UTF-8 (RFC 3629: shortest form, no surrogates, up to U+10FFFF).
bool is_utf8(std::string_view text);

}  // namespace tidegate
