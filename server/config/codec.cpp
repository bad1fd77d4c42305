#include "server/config/codec.h"

#include <array>
#include <limits>

namespace tidegate::config {

namespace {

struct DurationUnit {
  const char* name;
  std::int64_t ms;
};
// Longest first, "ms" before "m".
constexpr std::array kDurationUnits{DurationUnit{"d", 86'400'000}, DurationUnit{"h", 3'600'000},
                                    DurationUnit{"ms", 1}, DurationUnit{"m", 60'000},
                                    DurationUnit{"s", 1'000}};

// A century: far below what overflows once a clock adds it up in nanoseconds.
constexpr std::chrono::milliseconds kDurationMax = std::chrono::hours(24 * 36'500);

struct SizeUnit {
  const char* name;
  std::uint64_t bytes;
};
constexpr std::array kSizeUnits{SizeUnit{"GiB", 1U << 30}, SizeUnit{"MiB", 1U << 20},
                                SizeUnit{"KiB", 1U << 10}, SizeUnit{"B", 1}};

[[noreturn]] void no_duration(const std::string& text) {
  throw Problem{0, "\"" + text + "\" is no duration; write it as 300ms, 10s, 15m, 24h or 30d"};
}

[[noreturn]] void no_size(const std::string& text) {
  throw Problem{0, "\"" + text + "\" is no size; write it as 512, 16KiB, 1MiB or 2GiB"};
}

}  // namespace

std::chrono::milliseconds parse_duration(const std::string& text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  std::int64_t total_ms = 0;
  if (at == end) no_duration(text);
  if (text == "0") return std::chrono::milliseconds(0);
  while (at != end) {
    std::int64_t number = 0;
    const auto [after, failure] = std::from_chars(at, end, number);
    if (failure != std::errc() || number < 0 || *at == '-') no_duration(text);
    const std::string_view rest(after, static_cast<std::size_t>(end - after));
    const DurationUnit* unit = nullptr;
    for (const DurationUnit& candidate : kDurationUnits) {
      if (rest.starts_with(candidate.name)) {
        unit = &candidate;
        break;
      }
    }
    if (unit == nullptr || number > (std::numeric_limits<std::int64_t>::max() - total_ms) / unit->ms) {
      no_duration(text);
    }
    total_ms += number * unit->ms;
    if (total_ms > kDurationMax.count()) {
      throw Problem{0, "\"" + text + "\" is longer than " + format_duration(kDurationMax)};
    }
    at = after + std::string_view(unit->name).size();
  }
  return std::chrono::milliseconds(total_ms);
}

std::string format_duration(std::chrono::milliseconds duration) {
  if (duration.count() == 0) return "0s";
  for (const std::int64_t ms : {86'400'000, 3'600'000, 60'000, 1'000, 1}) {
    if (duration.count() % ms != 0) continue;
    for (const DurationUnit& unit : kDurationUnits) {
      if (unit.ms == ms) return std::to_string(duration.count() / ms) + unit.name;
    }
  }
  return std::to_string(duration.count()) + "ms";
}

std::uint64_t parse_bytes(const std::string& text) {
  std::uint64_t number = 0;
  const auto [after, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc()) no_size(text);
  const std::string_view unit(after, static_cast<std::size_t>(text.data() + text.size() - after));
  if (unit.empty()) return number;
  for (const SizeUnit& candidate : kSizeUnits) {
    if (unit != candidate.name) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / candidate.bytes) no_size(text);
    return number * candidate.bytes;
  }
  no_size(text);
}

std::string format_bytes(std::uint64_t bytes) {
  for (const SizeUnit& unit : kSizeUnits) {
    if (unit.bytes > 1 && bytes >= unit.bytes && bytes % unit.bytes == 0) {
      return std::to_string(bytes / unit.bytes) + unit.name;
    }
  }
  return std::to_string(bytes);
}

const std::string& scalar_text(const Value& value, const char* expected) {
  if (value.kind != Value::Kind::kScalar) {
    throw Problem{value.line, "expected " + std::string(expected) + ", not a " +
                                  (value.kind == Value::Kind::kNull   ? "null"
                                   : value.kind == Value::Kind::kList ? "list"
                                                                      : "map")};
  }
  return value.text;
}

bool Codec<bool>::decode(const Value& value) {
  const std::string& text = scalar_text(value, "true or false");
  if (text == "true") return true;
  if (text == "false") return false;
  throw Problem{value.line, "\"" + text + "\" is neither true nor false"};
}

std::vector<Value> list_items(const Value& value) {
  if (value.kind == Value::Kind::kList) return value.items;
  if (value.kind == Value::Kind::kNull) return {};
  if (value.kind == Value::Kind::kMap) throw Problem{value.line, "expected a list, not a map"};
  std::vector<Value> items;
  std::size_t from = 0;
  while (from < value.text.size()) {
    const std::size_t comma = std::min(value.text.find(',', from), value.text.size());
    const std::size_t first = value.text.find_first_not_of(' ', from);
    const std::size_t last = value.text.find_last_not_of(' ', comma - 1);
    if (first < comma) {
      Value item = Value::scalar(value.text.substr(first, last - first + 1));
      item.line = value.line;
      items.push_back(std::move(item));
    }
    from = comma + 1;
  }
  return items;
}

const std::vector<std::pair<std::string, Value>>& map_entries(const Value& value) {
  if (value.kind != Value::Kind::kMap) throw Problem{value.line, "expected a map"};
  return value.entries;
}

}  // namespace tidegate::config
