#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::transport {

/// Every bound of the transport. What a peer can make the service hold, and for how long, is decided here and
/// nowhere else. All are per Transport; values of zero are refused by make_transport() unless said otherwise.
struct TransportLimits {
  /// Request line and fields together, in bytes. Past it: 431.
  std::size_t header_bytes_max = std::size_t{16} * 1024;
  /// Fields of one request. Past it: 431. cpprestsdk joins repeated fields, so this also bounds that work.
  std::size_t header_fields_max = 100;
  /// From the first byte of a head to its last, and for a TLS handshake. Past it: 408 and the connection is
  /// closed.
  std::chrono::milliseconds header_timeout{10'000};

  /// Body of a request, in bytes; TransportOptions::body_limit_for may name less. Past it: 413.
  std::size_t body_bytes_max = std::size_t{1024} * 1024;
  /// A body may take `body_grace` plus its received bytes divided by this rate. Slower: 408.
  std::size_t body_bytes_per_second_min = 1024;
  std::chrono::milliseconds body_grace{10'000};
  /// Bodies of all requests that are being received or handled, together. Past it: 503. A cap a connection
  /// does not bound memory when 16,384 of them may hold 1 MiB each; this does.
  std::size_t body_bytes_total_max = std::size_t{64} * 1024 * 1024;

  /// Without a byte of a next request. Past it the connection is closed silently.
  std::chrono::milliseconds idle_timeout{60'000};
  /// A peer that takes no byte of an answer for this long is cut off.
  std::chrono::milliseconds write_timeout{30'000};
  /// After an answer that ends the connection: how long, and for how many bytes, what the peer still sends is
  /// read and thrown away. Closing at once would reset the connection and could destroy the answer on its
  /// way.
  std::chrono::milliseconds linger{2'000};
  std::size_t linger_bytes_max = std::size_t{1024} * 1024;

  /// Open connections, all listeners together. Past it a new one gets 503 and is closed. Lowered by
  /// make_transport() to what the process's file descriptor limit allows.
  std::size_t connections_max = 16'384;
  /// Open connections of one address (IPv4 address, or IPv6 /64, since that is what one host is given). Past
  /// it a new one gets 429 and is closed. A quarter of connections_max: a proxy or NAT that speaks for many
  /// callers keeps enough for 4,096 requests in flight, and it takes more than three hostile addresses to
  /// crowd out the rest.
  std::size_t connections_per_address_max = 4'096;
  /// Requests of one connection in flight at once. Only safe ones (GET, HEAD, OPTIONS) overlap; answers keep
  /// order.
  std::size_t pipelined_requests_max = 8;
  /// Kernel queue of connections that are not yet accepted. The kernel caps it at net.core.somaxconn.
  int listen_backlog = 4'096;

  /// How long closing a listener waits for requests in flight before it cuts them off.
  std::chrono::milliseconds drain_timeout{30'000};
};

/// Where a certificate chain and its private key lie, both PEM. Both are read again when either file changes.
struct TlsFiles {
  std::string certificate;
  std::string key;
};

struct TransportOptions {
  TransportLimits limits{};
  /// Event loops, one thread each; 0 = one a core.
  std::size_t loops = 0;
  /// Needed by a listener whose URI is https, unused by others.
  std::optional<TlsFiles> tls{};
  /// How often the TLS files are looked at.
  std::chrono::milliseconds tls_check_interval{5'000};
  /// Body limit in bytes for a request, asked when its head is complete and it announces a body; counts where
  /// it is below body_bytes_max. `target` is path and query as sent. Called on loop threads, concurrently:
  /// must be thread-safe, quick and not throw.
  std::function<std::size_t(std::string_view method, std::string_view target)> body_limit_for{};
  /// Whether http_request has the body, as a stream. Where not, take_body() does, and no stream is made.
  bool body_streams = true;
};

}  // namespace tidegate::transport
