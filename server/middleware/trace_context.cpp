#include "server/middleware/trace_context.h"

#include <algorithm>

#include "server/middleware/random_hex.h"

namespace tidegate {

namespace {

constexpr std::size_t kLength = 55;

bool is_hex(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool is_id(std::string_view text) {
  return is_hex(text) && text.find_first_not_of('0') != std::string_view::npos;
}

}  // namespace

std::string TraceContext::traceparent() const { return "00-" + trace_id + "-" + span_id + "-" + flags; }

std::optional<TraceContext> continue_trace(const std::string* traceparent) {
  if (traceparent == nullptr || traceparent->size() < kLength) return {};
  const std::string_view text(*traceparent);
  const std::string_view version = text.substr(0, 2);
  const bool longer = text.size() > kLength;
  if (!is_hex(version) || version == "ff" || (version == "00" && longer) ||
      (longer && text[kLength] != '-')) {
    return {};
  }
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return {};
  if (!is_id(text.substr(3, 32)) || !is_id(text.substr(36, 16)) || !is_hex(text.substr(53, 2))) return {};
  return TraceContext{std::string(text.substr(3, 32)), random_hex(16), std::string(text.substr(53, 2))};
}

}  // namespace tidegate
