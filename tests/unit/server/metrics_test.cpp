#include "server/metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>

namespace tidegate {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountRequestsByRouteMethodAndStatus) {
  Metrics metrics;
  metrics.route("GET", "/operations/{operation_id}").finished(false, 200, 0.003);
  metrics.route("GET", "/operations/{operation_id}").finished(false, 200, 0.3);
  metrics.route("GET", "/operations/{operation_id}").finished(true, 404, 0.001);
  metrics.unmatched("GET").finished(false, 404, 0.001);
  metrics.unmatched("BREW").finished(false, 404, 0.001);

  const std::string text = metrics.text();
  const std::string labels =
      "http_request_method=\"GET\",http_response_status_code=\"200\",http_route=\"/operations/"
      "{operation_id}\"";
  EXPECT_THAT(text, HasSubstr("# TYPE http_server_request_duration_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("http_server_request_duration_seconds_count{" + labels + "} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.005\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("http_server_request_duration_seconds_bucket{" + labels + ",le=\"0.5\"} 2\n"));
  EXPECT_THAT(
      text, HasSubstr("{http_request_method=\"HEAD\",http_response_status_code=\"404\",http_route=\"/oper"));
  EXPECT_THAT(text,
              HasSubstr("{http_request_method=\"GET\",http_response_status_code=\"404\",http_route=\"\"}"));
  EXPECT_THAT(
      text, HasSubstr("{http_request_method=\"_OTHER\",http_response_status_code=\"404\",http_route=\"\"}"));
}

TEST(Metrics, ShowEveryRefusalReasonFromTheStart) {
  Metrics metrics;
  metrics.refused({transport::Refusal::kBodyTooLarge, "127.0.0.1", "r1"});
  metrics.turned_away(Turned::kKeyRate);

  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("tidegate_refusals_total{reason=\"body_too_large\"} 1\n"));
  for (const transport::Refusal reason : transport::kRefusals) {
    EXPECT_THAT(
        text, HasSubstr("tidegate_refusals_total{reason=\"" + std::string(transport::name(reason)) + "\"}"));
  }
  EXPECT_THAT(text, HasSubstr("tidegate_requests_turned_away_total{reason=\"rate_limit_key\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_requests_turned_away_total{reason=\"forbidden\"} 0\n"));
}

TEST(Metrics, ShowFailuresOfTheStoreFromTheStart) {
  Metrics metrics;

  EXPECT_THAT(metrics.text(),
              HasSubstr("tidegate_store_call_duration_seconds_count{call=\"get\",outcome=\"error\"} 0\n"));
}

TEST(Metrics, TellSinceWhenCertificateAndSettingsAreInUseWhereThereAreAny) {
  Metrics metrics;
  EXPECT_THAT(metrics.text(), Not(HasSubstr("last_success_timestamp_seconds")));

  metrics.certificate_rejected("half written");
  EXPECT_THAT(metrics.text(), Not(HasSubstr("last_success_timestamp_seconds")));
  metrics.certificate_reloaded();
  metrics.settings_read(Instant(std::chrono::seconds(1'800'000'000)));

  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("\ntidegate_certificate_last_success_timestamp_seconds "));
  EXPECT_THAT(text, HasSubstr("\ntidegate_settings_refresh_last_success_timestamp_seconds 1800000000\n"));
}

TEST(Metrics, FollowConnectionsAndRequestsUpAndDown) {
  Metrics metrics;
  metrics.connection_opened();
  metrics.connection_opened();
  metrics.connection_closed(3);
  metrics.transferred(100, 250);
  metrics.request_started();

  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("tidegate_connections 1\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_connections_opened_total 2\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_received_bytes_total 100\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_sent_bytes_total 250\n"));
  EXPECT_THAT(text, HasSubstr("http_server_active_requests 1\n"));
  metrics.request_finished();
  EXPECT_EQ(metrics.requests_in_flight(), 0U);
}

TEST(Metrics, CountWhatServicesTell) {
  Metrics metrics;
  metrics.outgoing_call("eks", "DescribeNodegroup", "ok", 0.2);
  metrics.store_call("transact", "condition_failed", 0.002);
  metrics.operation_started("scale");
  metrics.operation_taken_over("scale");
  metrics.operation_started("scale");
  metrics.operation_started("scale");
  metrics.operation_finished("scale", "succeeded", 3);
  metrics.operation_left("scale");

  const std::string text = metrics.text();
  EXPECT_THAT(text, HasSubstr("tidegate_outgoing_call_duration_seconds_count{"));
  EXPECT_THAT(text, HasSubstr("operation=\"DescribeNodegroup\""));
  EXPECT_THAT(text, HasSubstr("outcome=\"condition_failed\""));
  EXPECT_THAT(text, HasSubstr("tidegate_operations_started_total{kind=\"scale\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_operations_running{kind=\"scale\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("tidegate_operations_taken_over_total{kind=\"scale\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("tidegate_operation_duration_seconds_count{kind=\"scale\",state=\"succeeded\"} 1\n"));
}

TEST(Metrics, ShowTheProcess) {
  Metrics metrics;
  const std::string text = metrics.text();

  EXPECT_THAT(text, HasSubstr("tidegate_build_info{version=\"" TIDEGATE_VERSION "\"} 1\n"));
  std::istringstream lines(text);
  double resident = 0;
  double started = 0;
  double descriptors = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("process_resident_memory_bytes ")) resident = std::stod(line.substr(line.find(' ')));
    if (line.starts_with("process_start_time_seconds ")) started = std::stod(line.substr(line.find(' ')));
    if (line.starts_with("process_open_fds ")) descriptors = std::stod(line.substr(line.find(' ')));
  }
  EXPECT_GT(resident, 1e6);
  EXPECT_GT(started, 1.6e9);
  EXPECT_GE(descriptors, 3);
}

TEST(Metrics, HaveHelpAndTypeOnceForEachName) {
  Metrics metrics;
  metrics.route("GET", "/a").finished(false, 200, 1);
  metrics.route("GET", "/b").finished(false, 200, 1);
  std::multiset<std::string> helped;
  std::istringstream lines(metrics.text());
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# HELP ")) helped.insert(line.substr(7, line.find(' ', 7) - 7));
  }

  for (const std::string& name : helped) EXPECT_EQ(helped.count(name), 1U) << name;
  EXPECT_GE(helped.size(), 15U);
}

}  // namespace
}  // namespace tidegate
