#include "server/platform.h"

#include <utility>

#include "aws/random.h"
#include "sandbox/receiver.h"
#include "sandbox/sandbox_platform.h"
#include "sandbox/sqlite_store.h"
#include "server/metrics/metered_store.h"
#include "server/replaceable_channel.h"
#include "services/alerts/channels/pagerduty.h"
#include "services/alerts/channels/slack.h"
#include "services/async/task.h"

namespace tidegate {

namespace {

/// The AWS side and what it borrows, in the order in which they may go.
struct AwsOwner {
  std::shared_ptr<Clock> clock;
  std::shared_ptr<Telemetry> telemetry;
  aws::AwsPlatform platform;
};

std::shared_ptr<AwsOwner> make_aws(const config::Config& config, std::shared_ptr<Clock> clock,
                                   std::shared_ptr<Telemetry> telemetry) {
  auto owner = std::make_shared<AwsOwner>();
  owner->clock = std::move(clock);
  owner->telemetry = std::move(telemetry);
  owner->platform = aws::make_aws_platform(aws_settings(config), *owner->clock, *owner->telemetry);
  return owner;
}

/// A port that lives as long as the platform it came from.
template <class Port>
std::shared_ptr<Port> shared_port(const std::shared_ptr<AwsOwner>& owner, const std::unique_ptr<Port>& port) {
  return {owner, port.get()};
}

void open_store(PlatformPorts& ports, const config::Config& config, const std::shared_ptr<Clock>& clock,
                const std::shared_ptr<AwsOwner>& aws) {
  if (config.state.backend == config::StateBackend::kSqlite) {
    ports.store = std::make_shared<sandbox::SqliteStore>(config.state.data_dir, *clock);
    ports.store_is_exclusive = true;
    return;
  }
  ports.store = std::make_shared<aws::DynamoDbStore>(aws->platform.client, *clock, aws::thread_random(),
                                                     state_table(config));
}

/// The channels that are not AWS's. Each keeps its place when its settings change; one that was not there at
/// the start does not come.
void add_webhooks(PlatformPorts& ports, const alerts::AlertsConfig& config,
                  const std::shared_ptr<http::HttpClient>& http) {
  std::shared_ptr<ReplaceableChannel> slack;
  std::shared_ptr<ReplaceableChannel> pagerduty;
  if (config.slack.configured()) {
    slack = std::make_shared<ReplaceableChannel>(std::make_shared<alerts::SlackChannel>(http, config.slack));
    ports.channels["slack"] = slack;
  }
  if (config.pagerduty.configured()) {
    pagerduty = std::make_shared<ReplaceableChannel>(
        std::make_shared<alerts::PagerDutyChannel>(http, config.pagerduty));
    ports.channels["pagerduty"] = pagerduty;
  }
  ports.take_over = [http, slack, pagerduty](const config::Config& changed) {
    const auto& now = changed.alerts;
    if (slack && now.slack.configured()) {
      slack->replace(std::make_shared<alerts::SlackChannel>(http, now.slack));
    }
    if (pagerduty && now.pagerduty.configured()) {
      pagerduty->replace(std::make_shared<alerts::PagerDutyChannel>(http, now.pagerduty));
    }
  };
}

void use_aws(PlatformPorts& ports, const config::Config& config, const std::shared_ptr<Clock>& clock,
             const std::shared_ptr<AwsOwner>& aws) {
  const auto& platform = aws->platform;
  ports.scaling = {shared_port(aws, platform.clusters),
                   shared_port(aws, platform.demand_forecaster),
                   shared_port(aws, platform.workload),
                   shared_port(aws, platform.on_demand_prices),
                   shared_port(aws, platform.spot_prices),
                   clock,
                   platform.accounts};
  ports.interruptions = shared_port(aws, platform.interruptions);
  ports.price_predictor = shared_port(aws, platform.price_predictor);
  if (platform.email) ports.channels["email"] = shared_port(aws, platform.email);
  if (platform.sms) ports.channels["sms"] = shared_port(aws, platform.sms);
  add_webhooks(ports, config.alerts, platform.http);
  ports.check_credentials = [aws](Deadline deadline) {
    return aws::check_credentials(aws->platform, std::move(deadline));
  };
}

pplx::task<std::vector<routes::ReceivedMessage>> list_received(std::shared_ptr<sandbox::Receiver> receiver,
                                                               std::size_t limit) {
  const auto received = co_await receiver->list(limit);
  std::vector<routes::ReceivedMessage> messages;
  for (const auto& one : received) {
    const auto& told = one.notification;
    messages.push_back({one.channel, one.message_id, told.alert_id, told.severity, told.type, told.title,
                        told.message, one.received_at});
  }
  co_return messages;
}

void use_sandbox(PlatformPorts& ports, const config::Config& config, const std::shared_ptr<Clock>& clock) {
  sandbox::SandboxConfig settings;
  settings.seed = config.sandbox.seed;
  if (!config.scaling.default_cluster.empty()) settings.default_cluster = config.scaling.default_cluster;
  auto account = sandbox::make_sandbox_platform(settings, ports.store, *clock);
  ports.scaling = {account.clusters,         account.forecaster,  account.workload,
                   account.on_demand_prices, account.spot_prices, clock};
  ports.interruptions = account.interruptions;
  ports.price_predictor = account.price_predictor;
  ports.channels = account.channels;
  ports.default_cluster = settings.default_cluster;
  ports.received = [receiver = account.receiver](std::size_t limit) {
    return list_received(receiver, limit);
  };
}

}  // namespace

aws::AwsPlatformConfig aws_settings(const config::Config& config) {
  aws::AwsPlatformConfig settings = config.aws;
  if (!config.state.endpoint.empty()) {
    settings.aws.endpoints.overrides.push_back({.service = "dynamodb", .url = config.state.endpoint});
  }
  return settings;
}

aws::DynamoDbStoreConfig state_table(const config::Config& config) {
  aws::DynamoDbStoreConfig table;
  table.table = config.state.table;
  table.region = config.state.region;
  return table;
}

PlatformPorts make_platform(const config::Config& config, std::shared_ptr<Clock> clock,
                            std::shared_ptr<Telemetry> telemetry) {
  PlatformPorts ports;
  std::shared_ptr<AwsOwner> aws;
  const bool on_aws = config.platform == config::Platform::kAws;
  if (on_aws || config.state.backend == config::StateBackend::kDynamodb) {
    aws = make_aws(config, clock, telemetry);
  }
  open_store(ports, config, clock, aws);
  ports.store = make_metered_store(std::move(ports.store), std::move(telemetry), clock);
  if (on_aws) {
    use_aws(ports, config, clock, aws);
  } else {
    use_sandbox(ports, config, clock);
  }
  ports.owner = aws;
  return ports;
}

}  // namespace tidegate
