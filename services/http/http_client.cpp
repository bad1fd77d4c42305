#include "services/http/http_client.h"

#include <algorithm>

namespace tidegate::http {

namespace {

bool same_name(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

std::string Response::header(std::string_view name) const {
  const auto found =
      std::ranges::find_if(headers, [name](const auto& h) { return same_name(h.first, name); });
  return found == headers.end() ? std::string() : found->second;
}

}  // namespace tidegate::http
