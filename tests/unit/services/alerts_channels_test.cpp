#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <optional>

#include "services/alerts/channels/pagerduty.h"
#include "services/alerts/channels/slack.h"
#include "services/async/task.h"
#include "tests/unit/services/virtual_clock.h"

namespace tidegate::alerts {
namespace {

using Json = nlohmann::json;
using http::TransportFailure;

/// Records requests; answers what it is told to.
struct FakeHttp final : http::HttpClient {
  http::Response response{200, {}, "ok"};
  std::optional<TransportFailure> failure;
  std::vector<http::Request> requests;

  pplx::task<http::Response> send(http::Request request, Deadline) override {
    requests.push_back(std::move(request));
    if (failure) return pplx::task_from_exception<http::Response>(*failure);
    return pplx::task_from_result(response);
  }
};

constexpr const char* kWebhook = "https://hooks.slack.example/services/SECRET";
constexpr const char* kRoutingKey = "0123456789abcdef0123456789abcdef";

class HttpChannels : public testing::Test {
 protected:
  VirtualClock clock_;
  std::shared_ptr<FakeHttp> http_ = std::make_shared<FakeHttp>();
  SlackChannel slack_{http_, {.webhook_url = kWebhook}};
  PagerDutyChannel pagerduty_{http_, {.routing_key = kRoutingKey}};
  Notification notification_{
      "a-1", "critical", "cpu", "API is <slow>", "p99 & up", R"({"id":"a-1","rack":7})", "op_1/chan"};

  std::string send(Channel& channel) {
    return channel.notify(notification_, Deadline::after(clock_, std::chrono::seconds(10))).get();
  }
  DeliveryFailed failure_of(Channel& channel) {
    try {
      send(channel);
    } catch (const DeliveryFailed& failed) {
      return failed;
    }
    ADD_FAILURE() << "was delivered";
    return DeliveryFailed("none", false);
  }
  Json sent() const { return Json::parse(http_->requests.at(0).body); }
};

TEST_F(HttpChannels, SlackIsPostedAHeaderTheTextAndItsContext) {
  EXPECT_EQ(send(slack_), "op_1/chan");

  ASSERT_EQ(http_->requests.size(), 1U);
  EXPECT_EQ(http_->requests[0].method, "POST");
  EXPECT_EQ(http_->requests[0].url, kWebhook);
  const Json message = sent();
  EXPECT_EQ(message["text"], "[critical] API is &lt;slow&gt;");
  EXPECT_EQ(message["blocks"][0]["text"]["text"], "API is <slow>") << "plain text needs no escape";
  EXPECT_EQ(message["blocks"][1]["text"]["text"], "p99 &amp; up");
  EXPECT_EQ(message["blocks"][2]["elements"][0]["text"], "critical · cpu · a-1");
}

TEST_F(HttpChannels, SlackCantBeMadeToMentionAChannel) {
  notification_.message = "<!channel> wake up";
  EXPECT_EQ(Json::parse(slack_message(notification_))["blocks"][1]["text"]["text"],
            "&lt;!channel&gt; wake up");
}

TEST_F(HttpChannels, SlackGetsNoMoreThanItTakes) {
  notification_.title = std::string(500, 't');
  for (const std::string& unit : {std::string("x"), std::string("&"), std::string("ñ")}) {
    notification_.message.clear();
    for (int i = 0; i < 5000; ++i) notification_.message += unit;

    const Json blocks = Json::parse(slack_message(notification_))["blocks"];

    EXPECT_LE(blocks[0]["text"]["text"].get<std::string>().size(), 152U);
    const std::string section = blocks[1]["text"]["text"];
    EXPECT_LE(std::count_if(section.begin(), section.end(), [](char c) { return (c & 0xC0) != 0x80; }), 3000);
    EXPECT_GT(section.size(), 2500U) << "no more is cut than must be: " << unit;
    EXPECT_TRUE(section.ends_with("…"));
    EXPECT_EQ(section.find("&amp;amp;"), std::string::npos);
  }
}

TEST_F(HttpChannels, SlackTellsARefusalInsideA200) {
  http_->response = {200, {}, R"({"ok":false,"error":"invalid_auth"})"};
  const auto failed = failure_of(slack_);
  EXPECT_FALSE(failed.retryable());
  EXPECT_NE(std::string(failed.what()).find("invalid_auth"), std::string::npos);
}

TEST_F(HttpChannels, PagerDutyIsSentATriggerWithTheDeliverysTokenAsItsKey) {
  http_->response = {202, {}, R"({"status":"success","message":"Event processed","dedup_key":"op_1/chan"})"};

  EXPECT_EQ(send(pagerduty_), "op_1/chan");

  EXPECT_EQ(http_->requests[0].url, "https://events.pagerduty.com/v2/enqueue");
  const Json event = sent();
  EXPECT_EQ(event["routing_key"], kRoutingKey);
  EXPECT_EQ(event["event_action"], "trigger");
  EXPECT_EQ(event["dedup_key"], "op_1/chan");
  EXPECT_EQ(event["payload"]["summary"], "API is <slow>");
  EXPECT_EQ(event["payload"]["severity"], "critical");
  EXPECT_EQ(event["payload"]["source"], "tidegate");
  EXPECT_EQ(event["payload"]["custom_details"]["rack"], 7);
}

TEST_F(HttpChannels, PagerDutyGetsASeverityThatItKnowsAndNoMoreThanItTakes) {
  notification_.severity = "apocalyptic";
  notification_.title = std::string(3000, 't');
  notification_.alert_json = "{\"m\":\"" + std::string(500'000, 'x') + "\"}";

  const std::string event = pagerduty_event(notification_, {.routing_key = kRoutingKey});

  EXPECT_EQ(Json::parse(event)["payload"]["severity"], "info");
  EXPECT_LE(Json::parse(event)["payload"]["summary"].get<std::string>().size(), 1026U);
  EXPECT_LT(event.size(), 512U * 1024U);
}

struct StatusCase {
  int status;
  bool retryable;
};

class HttpChannelStatus : public HttpChannels, public testing::WithParamInterface<StatusCase> {};

TEST_P(HttpChannelStatus, DecidesWhetherALaterAttemptMayWork) {
  http_->response = {GetParam().status, {}, "because"};

  for (Channel* channel : {static_cast<Channel*>(&slack_), static_cast<Channel*>(&pagerduty_)}) {
    const auto failed = failure_of(*channel);
    EXPECT_EQ(failed.retryable(), GetParam().retryable);
    EXPECT_FALSE(failed.maybe_delivered());
    EXPECT_NE(std::string(failed.what()).find(std::to_string(GetParam().status) + ": because"),
              std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(, HttpChannelStatus,
                         testing::Values(StatusCase{400, false}, StatusCase{403, false},
                                         StatusCase{404, false}, StatusCase{410, false},
                                         StatusCase{429, true}, StatusCase{500, true}, StatusCase{503, true},
                                         StatusCase{302, false}));

TEST_F(HttpChannels, PassOnHowLongToStayAway) {
  http_->response = {429, {{"Retry-After", "30"}}, ""};
  EXPECT_EQ(failure_of(slack_).retry_after(), std::chrono::seconds(30));
  EXPECT_EQ(failure_of(pagerduty_).retry_after(), std::chrono::seconds(30));

  http_->response = {429, {{"Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"}}, ""};
  EXPECT_FALSE(failure_of(slack_).retry_after());
}

TEST_F(HttpChannels, SayThatALostAnswerMayHaveBeenADelivery) {
  http_->failure.emplace(TransportFailure::Kind::kTimeout, "timeout for " + std::string(kWebhook), true);
  const auto failed = failure_of(slack_);
  EXPECT_TRUE(failed.retryable());
  EXPECT_TRUE(failed.maybe_delivered());
  EXPECT_EQ(std::string(failed.what()).find("SECRET"), std::string::npos) << "the URL is a secret";

  http_->failure.emplace(TransportFailure::Kind::kConnect, "refused", false);
  EXPECT_FALSE(failure_of(pagerduty_).maybe_delivered());
}

}  // namespace
}  // namespace tidegate::alerts
