#pragma once

#include <string_view>

namespace tidegate {

/// What services and adapters count. Every argument is from a small fixed set (a label), never a user's text.
/// Thread-safe. server/metrics turns it into /metrics.
class Telemetry {
 public:
  virtual ~Telemetry() = default;
  /// One attempt of an outgoing call. `outcome`: "ok", an AWS error code, "http_4xx", "http_5xx" or a
  /// transport failure's kind.
  virtual void outgoing_call(std::string_view service, std::string_view operation, std::string_view outcome,
                             double seconds) = 0;
  /// One call of the state store. `outcome`: "ok", "condition_failed" or "error".
  virtual void store_call(std::string_view call, std::string_view outcome, double seconds) = 0;
  virtual void operation_started(std::string_view kind) = 0;
  /// `state` is the operation's last one: "succeeded", "partially_succeeded", "failed"; "refused" where it
  /// failed because of what was asked.
  virtual void operation_finished(std::string_view kind, std::string_view state, double seconds) = 0;
  /// A replica took an operation over from one that no longer renews its lease.
  virtual void operation_taken_over(std::string_view kind) = 0;
  /// This process works on an operation no more, and it is not finished: another one's, or back to whoever.
  virtual void operation_left(std::string_view kind) = 0;
};

/// Counts nothing; for tests and tools.
class NoTelemetry final : public Telemetry {
 public:
  void outgoing_call(std::string_view, std::string_view, std::string_view, double) override {}
  void store_call(std::string_view, std::string_view, double) override {}
  void operation_started(std::string_view) override {}
  void operation_finished(std::string_view, std::string_view, double) override {}
  void operation_taken_over(std::string_view) override {}
  void operation_left(std::string_view) override {}
};

}  // namespace tidegate
