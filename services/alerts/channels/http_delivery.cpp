#include "services/alerts/channels/http_delivery.h"

#include <charconv>
#include <optional>

#include "services/alerts/message_text.h"

namespace tidegate::alerts {

namespace {

constexpr std::size_t kAnswerTextMax = 200;

std::optional<std::chrono::seconds> retry_after_of(const http::Response& response) {
  const std::string text = response.header("retry-after");
  int seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0) return {};
  return std::chrono::seconds(seconds);
}

const char* kind_name(http::TransportFailure::Kind kind) {
  using Kind = http::TransportFailure::Kind;
  switch (kind) {
    case Kind::kResolve:
      return "its name can't be resolved";
    case Kind::kConnect:
      return "it can't be connected to";
    case Kind::kTls:
      return "TLS failed";
    case Kind::kTimeout:
      return "it did not answer in time";
    case Kind::kReset:
      return "it closed the connection";
    case Kind::kTruncated:
      return "its answer broke off";
    case Kind::kCancelled:
      return "the attempt was called off";
  }
  return "the connection failed";
}

}  // namespace

DeliveryFailed failure_of_answer(const std::string& what, const http::Response& response) {
  std::string detail = what + " answered " + std::to_string(response.status);
  const std::string said = shortened(first_line(response.body), kAnswerTextMax);
  if (!said.empty()) detail += ": " + said;
  const bool later = response.status == 429 || response.status >= 500;
  return {detail, DeliveryFailed::Hints{
                      .retryable = later, .retry_after = retry_after_of(response), .maybe_delivered = false}};
}

DeliveryFailed failure_of_transport(const std::string& what, const http::TransportFailure& failure) {
  // Not failure.what(): a transport's text may name the URL.
  return {what + ": " + kind_name(failure.kind()),
          DeliveryFailed::Hints{
              .retryable = true, .retry_after = {}, .maybe_delivered = failure.maybe_applied()}};
}

}  // namespace tidegate::alerts
