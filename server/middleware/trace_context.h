#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate {

/// Where a request stands in its caller's trace (W3C Trace Context).
struct TraceContext {
  std::string trace_id;  ///< 32 hexadecimal digits
  std::string span_id;   ///< 16, ours: a child of the caller's
  std::string flags;     ///< 2, the caller's

  /// "00-<trace>-<span>-<flags>", what is kept with the operation that the request begins.
  std::string traceparent() const;
};

/// The context of a request with that traceparent header; null where there is none or it is malformed (a
/// version of ff, ids of zeros, upper-case digits). A version that isn't known is read as version 00 where it
/// is at least as long.
std::optional<TraceContext> continue_trace(const std::string* traceparent);

}  // namespace tidegate
