#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "aws/aws_platform.h"
#include "aws/state/dynamodb_store.h"
#include "routes/sandbox.h"
#include "server/config/config.h"
#include "services/alerts/channel.h"
#include "services/scaling/scaling_service.h"
#include "services/spot/interruption_source.h"
#include "services/spot/price_predictor.h"
#include "services/state/store.h"
#include "services/telemetry/telemetry.h"

namespace tidegate {

/// Who implements the ports: AWS, or the sandbox. Chosen here and nowhere else.
struct PlatformPorts {
  std::shared_ptr<state::DocumentStore> store;
  bool store_is_exclusive = false;  ///< no other process can have the store open
  scaling::ScalingPorts scaling;
  std::shared_ptr<spot::InterruptionSource> interruptions;
  std::shared_ptr<spot::PricePredictor> price_predictor;
  std::map<std::string, std::shared_ptr<alerts::Channel>>
      channels;                   ///< by name; unconfigured ones are absent
  routes::ListReceived received;  ///< what simulated receivers were told; empty on AWS
  /// Proves that AWS credentials can be had; empty where none are needed.
  std::function<pplx::task<void>(Deadline)> check_credentials;
  /// Takes over what may change without a restart (the channels' secrets); empty where nothing may.
  /// Thread-safe.
  std::function<void(const config::Config&)> take_over;
  std::string default_cluster;  ///< of the platform, where configuration names none; empty = none
  std::shared_ptr<void> owner;  ///< what must outlive the ports
};

/// Builds the platform that `config` asks for: opens the store, starts the outgoing transport where there is
/// an outside. `clock` and `telemetry` outlive it. Throws the errors of services/error.h where settings can't
/// be.
PlatformPorts make_platform(const config::Config& config, std::shared_ptr<Clock> clock,
                            std::shared_ptr<Telemetry> telemetry);

/// AWS's settings, and the state table's endpoint where it has one of its own.
aws::AwsPlatformConfig aws_settings(const config::Config& config);

/// The state table that `config` names.
aws::DynamoDbStoreConfig state_table(const config::Config& config);

}  // namespace tidegate
