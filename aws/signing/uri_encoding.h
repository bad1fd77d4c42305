#pragma once

#include <string>
#include <string_view>

namespace tidegate::aws {

/// RFC 3986 percent-encoding with upper-case digits: all bytes but A-Z a-z 0-9 - _ . ~ and those in
/// `also_kept`.
std::string uri_encode(std::string_view bytes, std::string_view also_kept = {});

/// Undoes percent-encoding; a '%' without two digits stays as it is. '+' stays '+'.
std::string uri_decode(std::string_view text);

}  // namespace tidegate::aws
