#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <variant>

namespace tidegate {

/// A field of std::monostate is left out.
using LogValue = std::variant<std::string_view, std::int64_t, double, bool, std::monostate>;
/// Names are lower-case with dots or underscores: "operation.id", "duration_ms". Values never hold a secret.
using LogField = std::pair<std::string_view, LogValue>;

/// The text, left out where it is empty.
inline LogValue unless_empty(std::string_view text) {
  return text.empty() ? LogValue(std::monostate()) : LogValue(text);
}

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Writes one JSON line to the process's log (stdout): time, level, event, then the fields.
/// `event` is a fixed sentence-like name, such as "request" or "operation.step". A line below warning may
/// wait a few milliseconds for others; a process that is killed then loses it. Thread-safe.
void log(LogLevel level, std::string_view event, std::span<const LogField> fields);
inline void log(LogLevel level, std::string_view event, std::initializer_list<LogField> fields) {
  log(level, event, std::span(fields.begin(), fields.size()));
}

/// Writes out the lines that still wait. Thread-safe.
void flush_log();

/// Lines below `level` are dropped. `level` is one of debug, info, warning, error, off; throws InvalidRequest
/// otherwise.
void set_log_level(std::string_view level);

}  // namespace tidegate
