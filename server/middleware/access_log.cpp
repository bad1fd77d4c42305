#include "server/middleware/access_log.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "services/telemetry/log.h"

namespace tidegate {

namespace {

constexpr std::size_t kPathLogged = 256;

LogLevel level_of(const AccessRecord& record) {
  // "Not ready" is an answer of a probe, no failure of the request.
  if (record.status >= 500) return record.probe ? LogLevel::kWarning : LogLevel::kError;
  return record.probe && record.status < 400 ? LogLevel::kDebug : LogLevel::kInfo;
}

}  // namespace

void write_access_log(const AccessRecord& record) {
  const std::string_view path = record.target.substr(0, std::min(record.target.find('?'), kPathLogged));
  const auto fields = std::to_array<LogField>({
      {"method", record.method},
      {"route", record.route},
      {"path", path},
      {"operation", record.operation_id},
      {"status", static_cast<std::int64_t>(record.status)},
      {"duration_ms", std::round(record.duration_ms * 1e3) / 1e3},
      {"bytes_in", static_cast<std::int64_t>(record.bytes_in)},
      {"bytes_out", static_cast<std::int64_t>(record.bytes_out)},
      {"principal", record.principal},
      {"key_id", record.key_id},
      {"peer", record.peer},
      {"request_id", record.request_id},
      {"trace_id", unless_empty(record.trace_id)},
      {"span_id", unless_empty(record.span_id)},
  });
  log(level_of(record), "request", fields);
}

}  // namespace tidegate
