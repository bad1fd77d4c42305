#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tidegate::transport {

/// Why the transport itself turned a connection or a request away, or cut one off.
enum class Refusal {
  kConnectionLimit,     ///< connections_max reached: 503
  kAddressLimit,        ///< connections_per_address_max reached: 429
  kTlsHandshake,        ///< handshake failed or took too long: closed
  kMalformedHead,       ///< not HTTP, or a form that two servers could read differently: 400
  kUnsupportedVersion,  ///< not HTTP/1.0 or 1.1: 505
  kUnsupportedMethod,   ///< CONNECT: 501
  kUnsupportedCoding,   ///< a transfer coding other than chunked: 501
  kUnmetExpectation,    ///< Expect other than 100-continue: 417
  kHeadTooLarge,        ///< header_bytes_max or header_fields_max: 431
  kHeadTimeout,         ///< header_timeout: 408
  kBodyTooLarge,        ///< body limit: 413
  kBodyTimeout,         ///< body_grace and body_bytes_per_second_min: 408
  kBodyMemory,          ///< body_bytes_total_max: 503
  kMalformedBody,       ///< broken chunked framing: 400
  kWriteTimeout,        ///< peer takes no bytes of its answer: closed
  kDrainDeadline,       ///< still in flight when the deadline of a drain passed: closed
};

/// Every reason, for whoever wants a counter for each before the first refusal.
inline constexpr std::array kRefusals{
    Refusal::kConnectionLimit,   Refusal::kAddressLimit,       Refusal::kTlsHandshake,
    Refusal::kMalformedHead,     Refusal::kUnsupportedVersion, Refusal::kUnsupportedMethod,
    Refusal::kUnsupportedCoding, Refusal::kUnmetExpectation,   Refusal::kHeadTooLarge,
    Refusal::kHeadTimeout,       Refusal::kBodyTooLarge,       Refusal::kBodyTimeout,
    Refusal::kBodyMemory,        Refusal::kMalformedBody,      Refusal::kWriteTimeout,
    Refusal::kDrainDeadline};

/// The reason as a metric label: snake_case, stable.
std::string_view name(Refusal reason);

/// One that was turned away or cut off.
struct RefusalNotice {
  Refusal reason;
  std::string_view peer;        ///< its address
  std::string_view request_id;  ///< of the answer; empty where there was none
};

/// What the transport tells about itself, for /metrics and the log. Called on loop threads, concurrently, in
/// the path of every connection: implementations are thread-safe, quick and do not throw.
class TransportObserver {
 public:
  virtual ~TransportObserver() = default;

  virtual void connection_opened() = 0;
  /// A connection that was opened is gone. `requests` is how many of its requests reached a handler.
  virtual void connection_closed(std::size_t requests) = 0;
  virtual void refused(const RefusalNotice& notice) = 0;
  /// Bytes as the peer sees them without TLS, told at the end of each answer and of a connection.
  virtual void transferred(std::size_t received_bytes, std::size_t sent_bytes) = 0;
  /// New certificate files are in use for new connections.
  virtual void certificate_reloaded() = 0;
  /// Changed certificate files could not be used; the previous ones stay in use.
  virtual void certificate_rejected(std::string_view why) = 0;
};

}  // namespace tidegate::transport
