#include "server/contract/target_memo.h"

#include <gtest/gtest.h>

#include <string>

#include "openapi/embedded.h"
#include "server/contract/contract.h"
#include "services/error.h"

namespace tidegate::contract {
namespace {

std::shared_ptr<const Understood> something() { return std::make_shared<const Understood>(); }

TEST(TargetMemo, TellsMethodsApart) {
  TargetMemo memo;
  const auto understood = something();
  memo.put("GET", "/alerts", understood);

  EXPECT_EQ(memo.find("GET", "/alerts"), understood);
  EXPECT_EQ(memo.find("POST", "/alerts"), nullptr);
  EXPECT_EQ(memo.find("GET", "/alerts?"), nullptr);
}

TEST(TargetMemo, IsBoundedAndKeepsWhatIsAskedFor) {
  TargetMemo memo;
  memo.put("GET", "/asked", something());
  for (std::size_t i = 0; i < 3 * TargetMemo::kTargetsMax; ++i) {
    memo.put("GET", "/" + std::to_string(i), something());
    EXPECT_NE(memo.find("GET", "/asked"), nullptr) << i;
  }

  std::size_t kept = 0;
  for (std::size_t i = 0; i < 3 * TargetMemo::kTargetsMax; ++i) {
    if (memo.find("GET", "/" + std::to_string(i)) != nullptr) ++kept;
  }
  EXPECT_GT(kept, 0U);
  EXPECT_LE(kept, TargetMemo::kTargetsMax);
}

TEST(TargetMemo, LeavesLongTargetsOut) {
  TargetMemo memo;
  const std::string target = "/" + std::string(TargetMemo::kTargetBytesMax, 'x');
  memo.put("GET", target, something());

  EXPECT_EQ(memo.find("GET", target), nullptr);
}

class RepeatedTarget : public testing::Test {
 protected:
  routes::Call admit(const std::string& target, routes::Headers headers = {}) {
    routes::Call call{.method = "GET", .target = target, .headers = std::move(headers)};
    contract_.validate(contract_.match("GET", target), call);
    return call;
  }

  const Contract contract_{openapi::json()};
};

TEST_F(RepeatedTarget, MeansTheSameEachTime) {
  for (int i = 0; i < 3; ++i) {
    const routes::Call listed = admit("/spot/opportunities?region=us-west-2&limit=7");
    EXPECT_EQ(listed.operation_id, "listSpotOpportunities");
    EXPECT_EQ(listed.query.text("region"), "us-west-2");
    EXPECT_EQ(listed.query.integer("limit"), 7);
    EXPECT_EQ(admit("/operations/op%5F1").path.text("operation_id"), "op_1");
  }
}

TEST_F(RepeatedTarget, IsRefusedEachTimeWhereItWasRefused) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_THROW(admit("/spot/opportunities?limit=0"), InvalidRequest);
    EXPECT_THROW(admit("/spot/opportunities?limt=1"), InvalidRequest);
    EXPECT_THROW(admit("/nowhere"), NotFound);
  }
}

}  // namespace
}  // namespace tidegate::contract
