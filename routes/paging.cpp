#include "routes/paging.h"

#include <cstdint>
#include <nlohmann/json.hpp>
#include <utility>

#include "services/error.h"

namespace tidegate::routes {

using nlohmann::json;

namespace {

constexpr std::size_t kLimitDefault = 20;
constexpr std::string_view kHex = "0123456789abcdef";

/// FNV-1a, so that every replica of any build makes the same.
std::string check_of(std::string_view list, std::string_view position) {
  std::uint32_t hash = 2166136261U;
  for (const std::string_view part : {list, std::string_view("\n"), position}) {
    for (const char c : part) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  std::string text;
  for (unsigned shift = 32; shift > 0; shift -= 4) text += kHex[(hash >> (shift - 4)) & 0xFU];
  return text;
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  constexpr std::string_view kUpperHex = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      encoded += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    encoded += '%';
    encoded += kUpperHex[byte >> 4U];
    encoded += kUpperHex[byte & 0xFU];
  }
  return encoded;
}

Paging::Paging(const Call& call, std::string_view path, std::initializer_list<std::string_view> filters)
    : list_(path), limit_(static_cast<std::size_t>(call.query.integer("limit").value_or(kLimitDefault))) {
  list_ += '?';
  for (const std::string_view filter : filters) {
    const auto value = call.query.text(filter);
    if (value) list_.append(filter).append("=").append(percent_encoded(*value)).append("&");
  }
  const auto cursor = call.query.text("cursor");
  if (!cursor) return;
  position_ = cursor->substr(0, cursor->rfind('.'));
  if (*cursor != cursor_of(position_)) {
    throw InvalidRequest("this cursor is of no page of this list",
                         {{"take next_cursor as it came, and keep the other parameters", "#/query/cursor"}});
  }
}

json Paging::page(json items, const std::string& next_position) const {
  json body = {{"items", std::move(items)}, {"next_cursor", nullptr}, {"next", nullptr}};
  if (next_position.empty()) return body;
  const std::string cursor = cursor_of(next_position);
  body["next_cursor"] = cursor;
  body["next"] = list_ + "cursor=" + percent_encoded(cursor) + "&limit=" + std::to_string(limit_);
  return body;
}

std::string Paging::cursor_of(std::string_view position) const {
  return std::string(position) + "." + check_of(list_, position);
}

}  // namespace tidegate::routes
