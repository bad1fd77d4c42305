// Every fault of the way to AWS against every kind of call, over a real socket: what the caller sees, how
// many requests arrive, how often a change is made. With TIDEGATE_PRINT_MATRIX=1 the test prints the table
// that docs/decisions/0014-what-is-repeated.md holds.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <future>
#include <set>

#include "tests/unit/aws/support/aws_fixture.h"

namespace tidegate::aws {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

enum class CallKind { kRead, kIdempotentWrite, kWrite };

const char* word(CallKind kind) {
  switch (kind) {
    case CallKind::kRead:
      return "read";
    case CallKind::kIdempotentWrite:
      return "idempotent write";
    case CallKind::kWrite:
      break;
  }
  return "write";
}

struct Fault {
  const char* name;
  bool reaches_aws;  ///< the request arrives and AWS acts on it
  std::function<ScriptedReply(const ScriptedReply& good)> reply;
};

ScriptedReply cut(const ScriptedReply& good, std::size_t bytes_off) {
  return {good.bytes.substr(0, good.bytes.size() - bytes_off), ScriptedReply::After::kClose};
}

ScriptedReply with_length(const ScriptedReply& good, long more) {
  const auto at = good.bytes.find("Content-Length: ") + 16;
  const auto end = good.bytes.find("\r\n", at);
  const long length = std::stol(good.bytes.substr(at, end - at)) + more;
  return {good.bytes.substr(0, at) + std::to_string(length) + good.bytes.substr(end),
          ScriptedReply::After::kClose};
}

/// The body half gone, under a Content-Length that says it is whole.
ScriptedReply half_body(const ScriptedReply& good) {
  const auto body_at = good.bytes.find("\r\n\r\n") + 4;
  const auto body = good.bytes.substr(body_at);
  return http_reply(200, body.substr(0, body.size() / 2));
}

ScriptedReply error(int status, const std::string& code) {
  return http_reply(
      status, "<ErrorResponse><Error><Code>" + code + "</Code><Message>m</Message></Error></ErrorResponse>",
      {{"x-amzn-errortype", code}});
}

const std::vector<Fault>& faults() {
  static const std::vector<Fault> kFaults = {
      {"throttle", false, [](const auto&) { return error(400, "ThrottlingException"); }},
      {"500", true, [](const auto&) { return error(500, "InternalFailure"); }},
      {"503", true, [](const auto&) { return error(503, "ServiceUnavailable"); }},
      {"reset before headers", true,
       [](const auto&) {
         return ScriptedReply{"", ScriptedReply::After::kReset};
       }},
      {"reset mid-body", true, [](const auto& good) { return cut(good, 5); }},
      {"truncated body", true, [](const auto& good) { return half_body(good); }},
      {"length too long", true, [](const auto& good) { return with_length(good, 100); }},
      {"length too short", true, [](const auto& good) { return with_length(good, -5); }},
  };
  return kFaults;
}

ScriptedReply good_reply(CallKind kind) {
  switch (kind) {
    case CallKind::kRead:
      return http_reply(200, R"({"nodegroup":{"nodegroupName":"web","status":"ACTIVE"}})");
    case CallKind::kIdempotentWrite:
      return http_reply(200, R"({"update":{"id":"u-1","status":"InProgress"}})");
    case CallKind::kWrite:
      break;
  }
  return http_reply(
      200, "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>");
}

/// What AWS would have done: a change is made once for each token, or for each request where there is none.
class Ledger {
 public:
  void act(CallKind kind, const SeenRequest& request) {
    if (kind == CallKind::kRead) return;
    const std::scoped_lock lock(mutex_);
    if (kind == CallKind::kWrite) {
      ++changes_;
    } else if (tokens_.insert(json::parse(request.body)["clientRequestToken"].get<std::string>()).second) {
      ++changes_;
    }
  }
  int changes() const {
    const std::scoped_lock lock(mutex_);
    return changes_;
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> tokens_;
  int changes_ = 0;
};

struct Outcome {
  std::string seen;  ///< "ok", or the error's code
  int requests = 0;
  int changes = 0;
  bool maybe_applied = false;
};

class FaultMatrix : public testing::Test {
 protected:
  AwsConfig config_for(const std::string& url) const {
    AwsConfig config;
    config.region = "us-east-1";
    config.endpoints.overrides = {{"", "", url}};
    config.breaker.enabled = false;
    return config;
  }

  Outcome run(CallKind kind, const AwsConfig& config, milliseconds first_byte = milliseconds(5'000)) {
    CurlClientConfig http;
    http.first_byte_timeout = first_byte;
    http.connect_timeout = milliseconds(2'000);
    AwsClient client(config, {std::make_shared<CurlClient>(http, clock_), clock_, telemetry_,
                              std::make_shared<FixedCredentials>(), [] { return 1.0; }});
    Outcome outcome;
    try {
      call(client, kind).get();
      outcome.seen = "ok";
    } catch (const AwsError& failure) {
      outcome.seen = failure.code().empty() ? "unreadable" : failure.code();
      outcome.requests = failure.attempts();
      outcome.maybe_applied = failure.maybe_applied();
    }
    return outcome;
  }

  pplx::task<json> call(AwsClient& client, CallKind kind) {
    const auto deadline = Deadline::after(clock_, std::chrono::minutes(10));
    switch (kind) {
      case CallKind::kRead:
        return client.call(eks().operation("DescribeNodegroup"),
                           {{"clusterName", "c"}, {"nodegroupName", "web"}}, {}, deadline);
      case CallKind::kIdempotentWrite:
        return client.call(eks().operation("UpdateNodegroupConfig"),
                           {{"clusterName", "c"}, {"nodegroupName", "web"}}, {}, deadline);
      case CallKind::kWrite:
        break;
    }
    return client.call(sns().operation("Publish"), {{"Message", "hello"}}, {}, deadline);
  }

  /// The fault strikes the first `times` requests.
  Outcome strike(const Fault& fault, CallKind kind, int times) {
    Ledger ledger;
    std::atomic<int> number{0};
    ScriptedServer server([&](const SeenRequest& request) {
      const bool struck = number++ < times;
      if (!struck || fault.reaches_aws) ledger.act(kind, request);
      const auto good = good_reply(kind);
      return struck ? fault.reply(good) : good;
    });
    auto outcome = run(kind, config_for(server.url()));
    outcome.requests = static_cast<int>(server.seen().size());
    outcome.changes = ledger.changes();
    return outcome;
  }

  static void print(const char* fault, const char* how, CallKind kind, const Outcome& outcome) {
    if (std::getenv("TIDEGATE_PRINT_MATRIX") == nullptr) return;  // NOLINT(concurrency-mt-unsafe)
    std::printf("| %s | %s | %s | %s%s | %d | %d |\n", fault, how, word(kind), outcome.seen.c_str(),
                outcome.maybe_applied ? ", may be applied" : "", outcome.requests, outcome.changes);
  }

  LeapingClock clock_;
  NoTelemetry telemetry_;
};

TEST_F(FaultMatrix, AFaultThatPassesIsOvercomeWhereAnotherRequestDoesNoHarm) {
  for (const auto& fault : faults()) {
    for (const auto kind : {CallKind::kRead, CallKind::kIdempotentWrite, CallKind::kWrite}) {
      const auto outcome = strike(fault, kind, 1);
      print(fault.name, "once", kind, outcome);
      const std::string where = std::string(fault.name) + ", " + word(kind);
      const bool may_repeat = kind != CallKind::kWrite || !fault.reaches_aws;

      EXPECT_LE(outcome.changes, 1) << where;
      EXPECT_EQ(outcome.requests, may_repeat ? 2 : 1) << where;
      EXPECT_EQ(outcome.seen == "ok", may_repeat) << where << ": " << outcome.seen;
      EXPECT_EQ(outcome.maybe_applied, !may_repeat) << where;
    }
  }
}

TEST_F(FaultMatrix, AFaultThatStaysIsToldAfterThreeRequestsAndNothingIsAppliedTwice) {
  for (const auto& fault : faults()) {
    for (const auto kind : {CallKind::kRead, CallKind::kIdempotentWrite, CallKind::kWrite}) {
      const auto outcome = strike(fault, kind, 100);
      print(fault.name, "always", kind, outcome);
      const std::string where = std::string(fault.name) + ", " + word(kind);
      const bool may_repeat = kind != CallKind::kWrite || !fault.reaches_aws;

      EXPECT_LE(outcome.changes, 1) << where;
      EXPECT_EQ(outcome.requests, may_repeat ? 3 : 1) << where;
      EXPECT_NE(outcome.seen, "ok") << where;
      EXPECT_EQ(outcome.maybe_applied, fault.reaches_aws) << where;
    }
  }
}

TEST_F(FaultMatrix, ASlowFirstByteIsGivenUp) {
  for (const auto kind : {CallKind::kRead, CallKind::kIdempotentWrite, CallKind::kWrite}) {
    Ledger ledger;
    std::promise<void> gate;
    auto opened = gate.get_future().share();
    Outcome outcome;
    {
      ScriptedServer server([&](const SeenRequest& request) {
        ledger.act(kind, request);
        opened.wait();
        return good_reply(kind);
      });
      outcome = run(kind, config_for(server.url()), milliseconds(60));
      outcome.requests = static_cast<int>(server.seen().size());
      gate.set_value();
    }
    outcome.changes = ledger.changes();
    print("slow first byte", "always", kind, outcome);
    EXPECT_EQ(outcome.seen, "timeout");
    EXPECT_EQ(outcome.requests, kind == CallKind::kWrite ? 1 : 3);
    EXPECT_LE(outcome.changes, 1);
    EXPECT_TRUE(outcome.maybe_applied);
  }
}

TEST_F(FaultMatrix, WhatNeverReachesAwsIsTriedAgainForEveryKindOfCall) {
  ScriptedServer plain([](const SeenRequest&) { return http_reply(200, ""); });
  int closed_port = 0;
  {
    closed_port = ScriptedServer([](const SeenRequest&) { return http_reply(200, ""); }).port();
  }
  const std::vector<std::pair<const char*, std::string>> ways = {
      {"DNS failure", "http://nowhere.invalid"},
      {"connection refused", "http://127.0.0.1:" + std::to_string(closed_port)},
      {"TLS failure", "https://127.0.0.1:" + std::to_string(plain.port())},
  };
  for (const auto& [name, url] : ways) {
    for (const auto kind : {CallKind::kRead, CallKind::kIdempotentWrite, CallKind::kWrite}) {
      const auto outcome = run(kind, config_for(url));
      print(name, "always", kind, outcome);
      EXPECT_EQ(outcome.requests, 3) << name << ", " << word(kind);
      EXPECT_FALSE(outcome.maybe_applied) << name;
    }
  }
}

TEST_F(FaultMatrix, AClockTenMinutesOffIsCorrectedOnce) {
  for (const auto kind : {CallKind::kRead, CallKind::kIdempotentWrite, CallKind::kWrite}) {
    Ledger ledger;
    ScriptedServer server([&](const SeenRequest& request) {
      if (request.header("X-Amz-Date") < "20261121T023900Z") {
        return http_reply(
            403,
            "<ErrorResponse><Error><Code>RequestExpired</Code><Message>m</Message></Error></ErrorResponse>",
            {{"x-amzn-errortype", "RequestExpired"}, {"Date", "Sat, 21 Nov 2026 02:40:00 GMT"}});
      }
      ledger.act(kind, request);
      return good_reply(kind);
    });
    auto outcome = run(kind, config_for(server.url()));
    outcome.requests = static_cast<int>(server.seen().size());
    outcome.changes = ledger.changes();
    print("clock 10 min off", "always", kind, outcome);
    EXPECT_EQ(outcome.seen, "ok");
    EXPECT_EQ(outcome.requests, 2);
    EXPECT_LE(outcome.changes, 1);
  }
}

}  // namespace
}  // namespace tidegate::aws
