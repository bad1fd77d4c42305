#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "aws/aws_platform.h"
#include "server/middleware/api_keys.h"
#include "server/middleware/rate_limiter.h"
#include "server/transport/options.h"
#include "services/alerts/alerts_config.h"
#include "services/operations/runner.h"
#include "services/scaling/settings.h"
#include "services/spot/spot_config.h"

namespace tidegate::config {

/// What implements the ports to the outside.
enum class Platform { kSandbox, kAws };
/// Where state is kept.
enum class StateBackend { kSqlite, kDynamodb };

struct ServerConfig {
  std::string listen = "127.0.0.1:8080";  ///< address:port, "[::1]:8080"
  transport::TransportLimits limits;
  transport::TlsFiles tls;                            ///< both empty = no TLS
  std::chrono::milliseconds drain_timeout{30'000};    ///< for what is in flight at the end
  std::chrono::milliseconds prestop_delay{0};         ///< between "not ready" and "stop accepting"
  std::chrono::milliseconds request_timeout{60'000};  ///< the deadline of one request
  std::size_t threads = 0;                            ///< event loops; 0 = one a core
};

struct StateConfig {
  StateBackend backend = StateBackend::kSqlite;
  std::string data_dir = "./tidegate-data";
  std::string table = "tidegate";
  std::string region;    ///< empty = aws.region
  std::string endpoint;  ///< empty = AWS's own
};

struct SandboxSettings {
  std::uint64_t seed = 2026;
};

/// Everything that can be configured. Capabilities' structs live with them; here they are only gathered.
struct Config {
  Platform platform = Platform::kSandbox;
  std::string log_level = "info";
  ServerConfig server;
  AuthConfig auth;
  RateLimitConfig rate_limit;
  StateConfig state;
  aws::AwsPlatformConfig aws;
  SandboxSettings sandbox;
  operations::OperationsConfig operations;
  scaling::ScalingSettings scaling;
  spot::SpotConfig spot;
  alerts::AlertsConfig alerts;
};

/// Where to listen.
struct ListenAddress {
  std::string host;  ///< without brackets
  std::uint16_t port = 0;

  /// Whether only this machine can reach it.
  bool is_loopback() const;
  /// "http://127.0.0.1:8080", as cpprestsdk's listener wants it.
  std::string uri(bool tls) const;
};

/// "127.0.0.1:8080", "[::1]:8080", "localhost:8080". Throws InvalidRequest where it is none.
ListenAddress parse_listen_address(const std::string& text);

}  // namespace tidegate::config
