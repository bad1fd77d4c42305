#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "routes/call.h"
#include "services/alerts/alert_service.h"
#include "tests/unit/services/alerts_fake_channel.h"
#include "tests/unit/services/memory_store.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::routes {

/// An alert service over fakes, with its own runner.
class WithAlerts : public testing::Test {
 protected:
  void TearDown() override { clock_->run_out(); }

  std::shared_ptr<VirtualClock> clock_ = std::make_shared<VirtualClock>();
  std::shared_ptr<state::MemoryStore> store_ = std::make_shared<state::MemoryStore>();
  std::shared_ptr<alerts::FakeChannel> slack_ = std::make_shared<alerts::FakeChannel>("slack");
  std::shared_ptr<alerts::FakeChannel> email_ = std::make_shared<alerts::FakeChannel>("email");
  std::shared_ptr<operations::OperationRunner> runner_ = std::make_shared<operations::OperationRunner>(
      store_, clock_, std::make_shared<NoTelemetry>(), operations::OperationsConfig{}, "replica", true);
  std::shared_ptr<alerts::AlertService> alerts_ =
      std::make_shared<alerts::AlertService>(alerts::Channels{{"slack", slack_}, {"email", email_}}, store_,
                                             clock_, alerts::AlertsConfig{}, runner_);

  static Call call_with(const std::string& body) {
    Call call;
    call.body = std::make_shared<const nlohmann::json>(nlohmann::json::parse(body));
    call.principal.id = "ops";
    call.request_id = "r-1";
    return call;
  }
  static nlohmann::json body_of(const Answer& answer) { return nlohmann::json::parse(*answer.body); }
  static std::string header_of(const Answer& answer, std::string_view name) {
    const std::string* value = answer.headers.find(name);
    return value ? *value : "";
  }
};

}  // namespace tidegate::routes
