#include "server/metrics/refusal_log.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "services/telemetry/log.h"

namespace tidegate {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

/// The log's lines since it was made.
class Lines {
 public:
  Lines() {
    flush_log();
    testing::internal::CaptureStdout();
  }
  static std::vector<json> take() {
    flush_log();
    std::vector<json> lines;
    std::istringstream text(testing::internal::GetCapturedStdout());
    for (std::string line; std::getline(text, line);) lines.push_back(json::parse(line));
    return lines;
  }
};

TEST(RefusalLog, NamesReasonPeerAndTheRequestIdOfTheAnswer) {
  RefusalLog refusals;
  const Lines lines;

  refusals.write({transport::Refusal::kBodyTooLarge, "192.0.2.1", "4c1a9c3e"}, SteadyInstant());
  refusals.write({transport::Refusal::kConnectionLimit, "192.0.2.2", {}}, SteadyInstant());

  const auto written = Lines::take();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].at("event"), "refused");
  EXPECT_EQ(written[0].at("level"), "info");
  EXPECT_EQ(written[0].at("reason"), "body_too_large");
  EXPECT_EQ(written[0].at("peer"), "192.0.2.1");
  EXPECT_EQ(written[0].at("request_id"), "4c1a9c3e");
  EXPECT_EQ(written[1].at("level"), "warning") << "the service had no room";
}

TEST(RefusalLog, WritesTenLinesASecondAndTellsHowManyWereLeftOut) {
  RefusalLog refusals;
  const auto refuse = [&refusals](milliseconds at) {
    refusals.write({transport::Refusal::kHeadTimeout, "192.0.2.1", "r"}, SteadyInstant(at));
  };
  const Lines lines;

  for (int i = 0; i < 13; ++i) refuse(milliseconds(5'000));
  refuse(milliseconds(5'999));
  refuse(milliseconds(6'000));
  refuse(milliseconds(6'001));

  const auto written = Lines::take();
  ASSERT_EQ(written.size(), 12U);
  EXPECT_EQ(written[9].at("left_out"), 0);
  EXPECT_EQ(written[10].at("left_out"), 4);
  EXPECT_EQ(written[11].at("left_out"), 0);
}

}  // namespace
}  // namespace tidegate
