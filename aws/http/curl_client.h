#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "services/clock.h"
#include "services/http/http_client.h"

namespace tidegate::aws {

/// Limits of the outgoing transport. Every wait and every buffer has one.
struct CurlClientConfig {
  std::chrono::milliseconds connect_timeout{3'000};  ///< name resolution, TCP and TLS together
  std::chrono::milliseconds first_byte_timeout{
      30'000};  ///< from the start of the call to the first byte of an answer
  std::chrono::milliseconds total_timeout{60'000};  ///< a call's deadline shortens it, never lengthens it
  std::size_t connections_per_host_max = 2'048;     ///< calls beyond it wait for a connection to be free
  std::size_t connections_max = 4'096;
  std::size_t idle_connections_max = 2'048;          ///< kept open for reuse
  std::chrono::seconds idle_connection_age_max{55};  ///< AWS closes idle connections after about a minute
  std::size_t calls_in_flight_max =
      20'000;  ///< one more fails at once with Kind::kCancelled, maybe_applied false
  std::size_t threads =
      0;  ///< that wait for answers and run what waited for them; 0 = one a core, two at least
  std::size_t response_bytes_max = std::size_t{32} << 20U;
  std::string ca_bundle = {};  ///< PEM file; empty = the system's own
  std::string proxy =
      {};  ///< "http://host:port"; empty = HTTPS_PROXY, HTTP_PROXY and NO_PROXY of the environment
  std::string user_agent = "tidegate/" TIDEGATE_VERSION;
};

/// HttpClient over libcurl's multi interface: one connection pool (in parts of about 128 connections, each
/// with its share of the limits), HTTP/2 where TLS offers it, TLS sessions and DNS answers reused. Whoever
/// calls send() writes the request; one of a few threads of its own reads the answer, and what waits for it
/// goes on right there, so that a chain of calls never changes threads (docs/decisions/0015). It sends a
/// request once: libcurl's own resending on a dead kept-alive connection is refused and told as Kind::kReset,
/// for only the caller knows whether a second time does harm. Credential endpoints on link-local addresses
/// and loopback never go through a proxy. Cancelling the deadline's token ends the call with
/// Kind::kCancelled. The destructor ends what is in flight with Kind::kCancelled and joins the threads.
/// Start-up costs the threads and no connection.
class CurlClient final : public http::HttpClient {
 public:
  CurlClient(CurlClientConfig config, const Clock& clock);
  ~CurlClient() override;
  CurlClient(const CurlClient&) = delete;
  CurlClient& operator=(const CurlClient&) = delete;

  pplx::task<http::Response> send(http::Request request, Deadline deadline) override;

  struct Usage {
    std::size_t calls_in_flight = 0;
    std::size_t connections_opened = 0;  ///< since the start
  };
  Usage usage() const;

 private:
  class Loop;
  std::shared_ptr<Loop> loop_;
};

}  // namespace tidegate::aws
