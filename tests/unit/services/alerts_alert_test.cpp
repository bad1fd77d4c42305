#include "services/alerts/alert.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/alerts/message_text.h"
#include "services/error.h"

namespace tidegate::alerts {
namespace {

constexpr std::size_t kBytesMax = 1000;

Alert parsed(const std::string& json) { return parse_alert(json, "alert_made_up", kBytesMax); }

TEST(Alert, TakesTheSeedsDefaultsForWhatIsMissing) {
  const Alert alert = parsed("{}");

  EXPECT_EQ(alert.id, "alert_made_up");
  EXPECT_EQ(alert.severity, "info");
  EXPECT_EQ(alert.type, "general");
  EXPECT_EQ(alert.title, "general alert");
  EXPECT_EQ(alert.message, "");
}

TEST(Alert, KeepsWhatTheSenderSaid) {
  const Alert alert = parsed(R"({"id":"a-1","severity":"critical","type":"cpu","title":"Hot\nsecond line",
                                 "message":"very hot","rack":7})");

  EXPECT_EQ(alert.id, "a-1");
  EXPECT_EQ(alert.severity, "critical");
  EXPECT_EQ(alert.title, "Hot");
  EXPECT_EQ(alert.message, "very hot");
  EXPECT_EQ(nlohmann::json::parse(alert.as_given)["rack"], 7);
}

TEST(Alert, TakesNumbersAndNullsWhereTextIsExpected) {
  const Alert alert = parsed(R"({"id":4711,"severity":null,"type":["x"]})");

  EXPECT_EQ(alert.id, "4711");
  EXPECT_EQ(alert.severity, "info");
  EXPECT_EQ(alert.type, "[\"x\"]");
}

TEST(Alert, IsTitledByTheFirstLineOfItsMessageWhereItHasNoTitle) {
  EXPECT_EQ(parsed(R"({"message":"  disk full \nnode 3"})").title, "disk full");
}

TEST(Alert, IsRefusedWhereItIsNoObjectOrTooLong) {
  EXPECT_THROW(parsed("[]"), InvalidRequest);
  EXPECT_THROW(parsed("\"text\""), InvalidRequest);
  EXPECT_THROW(parsed("{"), InvalidRequest);
  EXPECT_THROW(parsed("{\"message\":\"" + std::string(kBytesMax, 'x') + "\"}"), InvalidRequest);
  EXPECT_THROW(parsed("{\"severity\":\"" + std::string(257, 'x') + "\"}"), InvalidRequest);
}

TEST(Alert, GetsAnotherIdForOneThatItCantBeLookedUpBy) {
  for (const auto& id : {std::string(257, 'x'), std::string("a\\u0000b")}) {
    const auto alert = parsed("{\"id\":\"" + id + "\"}");

    EXPECT_EQ(alert.id, parsed("{}").id);
    EXPECT_NE(alert.as_given.find(id), std::string::npos);
  }
}

TEST(Delivery, ComesBackFromItsStepAsItWas) {
  Delivery delivery;
  delivery.channel = "slack";
  delivery.attempts = 3;
  delivery.failures = 1;
  delivery.resends = 1;
  delivery.under_way = true;
  delivery.error = "broken \xFF text";
  delivery.possible_duplicate = true;

  const operations::Step step = step_of(delivery);
  const Delivery back = delivery_of(step);

  EXPECT_EQ(step.state, "applying");
  EXPECT_EQ(back.channel, "slack");
  EXPECT_EQ(back.attempts, 3);
  EXPECT_EQ(back.failures, 1);
  EXPECT_EQ(back.resends, 1);
  EXPECT_TRUE(back.under_way);
  EXPECT_TRUE(back.possible_duplicate);
  EXPECT_EQ(back.error, "broken \xEF\xBF\xBD text") << "bytes that are no UTF-8 are replaced, not fatal";
}

TEST(Delivery, HasTheStepStateOfAnOperation) {
  Delivery delivery;
  delivery.channel = "slack";
  EXPECT_EQ(step_of(delivery).state, "planned");
  delivery.state = DeliveryState::kDelivered;
  EXPECT_EQ(step_of(delivery).state, "done");
  delivery.state = DeliveryState::kFailed;
  EXPECT_EQ(step_of(delivery).state, "failed");
  EXPECT_EQ(delivery_of(step_of(delivery)).state, DeliveryState::kFailed);
}

TEST(Notification, HasOneTokenForEveryAttemptOfADelivery) {
  const Alert alert = parsed(R"({"id":"a-1"})");

  EXPECT_EQ(notification_of(alert, "op_1", "slack").dedup_token, "op_1/slack");
  EXPECT_NE(notification_of(alert, "op_1", "slack").dedup_token,
            notification_of(alert, "op_1", "sms").dedup_token);
}

TEST(MessageText, IsNeverCutThroughACharacter) {
  EXPECT_EQ(shortened("añb", 3), "añb");
  EXPECT_EQ(shortened("añb", 2), "a…");
  EXPECT_EQ(shortened("ññññ", 3), "ññ…");
  EXPECT_EQ(shortened("", 3), "");
  EXPECT_EQ(shortened("abc", 1), "…");
}

TEST(MessageText, HasAFirstLine) {
  EXPECT_EQ(first_line("\n\n  one \r\ntwo"), "one");
  EXPECT_EQ(first_line(" \n "), "");
  EXPECT_EQ(first_line("one"), "one");
}

}  // namespace
}  // namespace tidegate::alerts
