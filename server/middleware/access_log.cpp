#include "server/middleware/access_log.h"

#include <algorithm>
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
  const LogLevel level = level_of(record);
  const std::string_view path = record.target.substr(0, std::min(record.target.find('?'), kPathLogged));
  const auto status = static_cast<std::int64_t>(record.status);
  const double duration_ms = std::round(record.duration_ms * 1e3) / 1e3;
  const auto bytes_in = static_cast<std::int64_t>(record.bytes_in);
  const auto bytes_out = static_cast<std::int64_t>(record.bytes_out);
  if (record.trace_id.empty()) {
    log(level, "request",
        {{"method", record.method},
         {"route", record.route},
         {"path", path},
         {"operation", record.operation_id},
         {"status", status},
         {"duration_ms", duration_ms},
         {"bytes_in", bytes_in},
         {"bytes_out", bytes_out},
         {"principal", record.principal},
         {"peer", record.peer},
         {"request_id", record.request_id}});
    return;
  }
  log(level, "request",
      {{"method", record.method},
       {"route", record.route},
       {"path", path},
       {"operation", record.operation_id},
       {"status", status},
       {"duration_ms", duration_ms},
       {"bytes_in", bytes_in},
       {"bytes_out", bytes_out},
       {"principal", record.principal},
       {"peer", record.peer},
       {"request_id", record.request_id},
       {"trace_id", record.trace_id},
       {"span_id", record.span_id}});
}

}  // namespace tidegate
