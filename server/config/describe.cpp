#include "server/config/describe.h"

namespace tidegate::config {

void describe(Binder& binder, Config& config) {
  binder.choice<Platform>("platform", config.platform,
                          {{"sandbox", Platform::kSandbox}, {"aws", Platform::kAws}},
                          {.doc = "What the service acts on: a simulated account, or AWS"});
  binder.choice<std::string>(
      "log.level", config.log_level,
      {{"debug", "debug"}, {"info", "info"}, {"warning", "warning"}, {"error", "error"}, {"off", "off"}},
      {.doc = "Log lines below this level are dropped"});
  describe_server(binder, config.server);
  describe_auth(binder, config.auth);
  describe_rate_limit(binder, config.rate_limit);
  describe_state(binder, config.state);
  describe_operations(binder, config.operations);
  describe_scaling(binder, config.scaling);
  describe_spot(binder, config.spot);
  describe_alerts(binder, config.alerts);
  describe_aws_channels(binder, config.aws.email, config.aws.sms);
  describe_aws(binder, config.aws);
  describe_accounts(binder, config.aws.accounts);
  binder.field("sandbox.seed", config.sandbox.seed,
               {.doc = "Everything the simulated account does follows from it"});
}

}  // namespace tidegate::config
