#pragma once

#include <chrono>
#include <cstddef>
#include <string_view>

namespace tidegate {

/// What one line of the access log tells. Query strings are left out: they may hold what the caller would
/// not have written down.
struct AccessRecord {
  std::string_view method;
  std::string_view route;   ///< the template; empty where none fits
  std::string_view target;  ///< as sent; only its path is written
  std::string_view operation_id;
  int status = 0;
  double duration_ms = 0;
  std::size_t bytes_in = 0;
  std::size_t bytes_out = 0;
  std::string_view principal;
  std::string_view key_id;  ///< of the API key, never the key; empty where none was needed or known
  std::string_view peer;
  std::string_view request_id;
  std::string_view trace_id;  ///< empty where the caller sent none
  std::string_view span_id;
  bool probe = false;  ///< health checks and the like: logged at debug level while they succeed
};

void write_access_log(const AccessRecord& record);

}  // namespace tidegate
