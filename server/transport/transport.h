#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "server/transport/observer.h"
#include "server/transport/options.h"

namespace web::http {
class http_request;
class http_response;
}  // namespace web::http

namespace tidegate::transport {

/// The HTTP/1.1 transport under cpprestsdk's http_listener: takes connections, reads and checks requests,
/// hands them to the listener that owns their path, and writes the answers.
///
/// A request reaches its handler when its body is complete, on a loop thread, so a handler that blocks stops
/// every connection of its loop. http_request::reply() may be called from any thread, before or after the
/// peer has gone. The task that reply() returns completes at once where the body is no stream; otherwise when
/// the kernel has the last byte of the answer, and it fails if it never will. A handler that throws, or drops
/// its request without an answer, answers 500.
///
/// A response whose body stream has a Content-Length is sent with it; any other stream is sent chunked as its
/// data comes (until close on HTTP/1.0), and is read no faster than the peer takes it.
///
/// All functions are thread-safe.
class Transport {
 public:
  /// Where a listener is bound.
  struct Endpoint {
    std::string host;    ///< as in the listener's URI
    std::uint16_t port;  ///< the real one, when the URI's was 0 or absent
    bool tls;
  };

  virtual ~Transport() = default;

  /// Stops accepting, closes idle connections, ends the others with the answers that are in flight
  /// (`Connection: close`), and returns when no connection is left or `deadline` has passed; then those left
  /// are cut off. Blocks: not for a loop thread (a handler). Returns how many were cut off.
  virtual std::size_t drain(std::chrono::steady_clock::time_point deadline) = 0;

  /// Open endpoints, in the order of registration.
  virtual std::vector<Endpoint> endpoints() const = 0;
  virtual std::size_t open_connections() const = 0;
  /// The limits in force: connections_max may be lower than asked, see TransportLimits.
  virtual const TransportLimits& limits() const = 0;
};

/// Makes a transport; no thread or socket exists until a listener opens on it. Raises the process's soft
/// limit of file descriptors towards its hard limit as far as connections_max needs it. `observer` may be
/// null. Throws std::invalid_argument for a limit of zero.
std::shared_ptr<Transport> make_transport(TransportOptions options,
                                          std::shared_ptr<TransportObserver> observer);

/// The body of a request that came by a Transport whose body_streams is off; the next call finds it empty.
std::string take_body(const web::http::http_request& request);

/// Answers with a body that many answers may share: it is sent from where it lies, and kept until it is sent.
/// `response` has no body of its own, `request` came by a Transport. Null = no body. As reply(), once.
void reply(const web::http::http_request& request, const web::http::http_response& response,
           std::shared_ptr<const std::string> body);

/// Puts `transport` under every http_listener opened from now on. cpprestsdk forgets it when the last
/// listener closes; register it again before opening another. Several listeners may share a host and port:
/// the longest path wins. An https listener uses TransportOptions::tls. A URI with port 0, or without a port,
/// gets a free one. Throws web::http::http_exception when listeners are open, std::invalid_argument for a
/// foreign Transport.
void register_transport(std::shared_ptr<Transport> transport);

}  // namespace tidegate::transport
