#include "server/config/validate.h"

#include <functional>

#include "server/transport/tls.h"
#include "services/clock.h"
#include "services/error.h"

namespace tidegate::config {

namespace {

using Complaints = std::vector<Complaint>;

void ask(Complaints& complaints, const std::string& path, const std::function<void()>& check) {
  try {
    check();
  } catch (const InvalidRequest& wrong) {
    complaints.push_back({path, wrong.what()});
  }
}

void check_server(const Config& config, Complaints& complaints) {
  const ServerConfig& server = config.server;
  ask(complaints, "server.listen", [&] {
    const ListenAddress address = parse_listen_address(server.listen);
    if (config.auth.keys.empty() && !address.is_loopback()) {
      throw InvalidRequest(
          "\"" + server.listen +
          "\" can be reached from other machines, but no API key is configured: make one with "
          "`tidegate key new` and put it under auth.keys, or listen on 127.0.0.1");
    }
  });
  if (server.tls.certificate.empty() != server.tls.key.empty()) {
    complaints.push_back({"server.tls.certificate", "server.tls.certificate and server.tls.key go together"});
  }
  if (server.limits.connections_per_address_max > server.limits.connections_max) {
    complaints.push_back(
        {"server.limits.connections_per_address_max", "is above server.limits.connections_max"});
  }
}

void check_auth(const Config& config, Complaints& complaints) {
  for (auto& [key, message] : mistakes_in(config.auth)) {
    complaints.push_back({"auth.keys", std::move(message), key});
  }
}

void check_operations(const Config& config, Complaints& complaints) {
  if (config.operations.heartbeat * 3 > config.operations.lease) {
    complaints.push_back({"operations.heartbeat", "must be at most a third of operations.lease"});
  }
}

void check_alerts(const Config& config, Complaints& complaints) {
  ask(complaints, "alerts.routes", [&] { alerts::require_valid(config.alerts.routing); });
}

void check_scaling(const Config& config, Complaints& complaints) {
  ask(complaints, "scaling.time_zone", [&] { format_in_zone(Instant(), config.scaling.time_zone); });
}

}  // namespace

std::vector<Complaint> validate(const Config& config) {
  Complaints complaints;
  check_server(config, complaints);
  check_auth(config, complaints);
  ask(complaints, "accounts", [&] { aws::require_valid(config.aws.accounts); });
  check_operations(config, complaints);
  check_scaling(config, complaints);
  check_alerts(config, complaints);
  return complaints;
}

std::vector<Complaint> check_named_files(const Config& config) {
  const transport::TlsFiles& tls = config.server.tls;
  if (tls.certificate.empty() || tls.key.empty()) return {};
  try {
    transport::make_tls_context(tls);
    return {};
  } catch (const std::runtime_error& wrong) {
    return {{"server.tls.certificate", wrong.what()}};
  }
}

}  // namespace tidegate::config
