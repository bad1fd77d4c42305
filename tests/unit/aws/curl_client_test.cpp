#include "aws/http/curl_client.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "services/async/task.h"
#include "services/async/when_all.h"
#include "tests/unit/aws/support/clocks.h"
#include "tests/unit/aws/support/scripted_server.h"

namespace tidegate::aws {
namespace {

using http::TransportFailure;
using Kind = TransportFailure::Kind;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CurlClientTest : public testing::Test {
 protected:
  Deadline soon() const { return Deadline::after(clock_, seconds(20)); }

  static http::Request get(const std::string& url) { return {"GET", url, {}, ""}; }

  TransportFailure failure_of(pplx::task<http::Response> call) const {
    try {
      call.get();
    } catch (const TransportFailure& failure) {
      return failure;
    }
    ADD_FAILURE() << "the call did not fail";
    return {Kind::kReset, "", false};
  }

  RealClock clock_;
};

TEST_F(CurlClientTest, SendsTheRequestAsItStands) {
  ScriptedServer server([](const SeenRequest&) {
    return http_reply(201, "made", {{"X-Amzn-RequestId", "r-1"}});
  });
  CurlClient client({}, clock_);
  http::Request request{
      "PUT", server.url() + "/a/../b%2Fc?x=%20&y", {{"X-Amz-Target", "T.Op"}, {"Empty", ""}}, "{}"};

  const auto response = client.send(request, soon()).get();

  EXPECT_EQ(response.status, 201);
  EXPECT_EQ(response.body, "made");
  EXPECT_EQ(response.header("x-amzn-requestid"), "r-1");
  const auto seen = server.seen().at(0);
  EXPECT_EQ(seen.method, "PUT");
  EXPECT_EQ(seen.target, "/a/../b%2Fc?x=%20&y");
  EXPECT_EQ(seen.header("X-Amz-Target"), "T.Op");
  EXPECT_EQ(seen.header("Content-Type"), "");
  EXPECT_EQ(seen.header("Accept"), "");
  EXPECT_EQ(seen.header("Expect"), "");
  EXPECT_EQ(seen.body, "{}");
}

TEST_F(CurlClientTest, AsksAProxyForAllButThisMachine) {
  ScriptedServer proxy([](const SeenRequest&) { return http_reply(200, "by proxy"); });
  ScriptedServer here([](const SeenRequest&) { return http_reply(200, "itself"); });
  CurlClientConfig config;
  config.proxy = proxy.url();
  CurlClient client(config, clock_);

  EXPECT_EQ(client.send(get("http://sts.invalid/a"), soon()).get().body, "by proxy");
  EXPECT_EQ(client.send(get(here.url() + "/"), soon()).get().body, "itself");

  ASSERT_EQ(proxy.seen().size(), 1U);
  EXPECT_EQ(proxy.seen().at(0).target, "http://sts.invalid/a");
}

TEST_F(CurlClientTest, FollowsTheEnvironmentsProxy) {
  ScriptedServer proxy([](const SeenRequest&) { return http_reply(200, "by proxy"); });
  setenv("http_proxy", proxy.url().c_str(), 1);
  CurlClient client({}, clock_);

  EXPECT_EQ(client.send(get("http://sts.invalid/a"), soon()).get().body, "by proxy");

  unsetenv("http_proxy");
}

TEST_F(CurlClientTest, AsksForNoLeaveToSendALargeBody) {
  ScriptedServer server([](const SeenRequest&) { return http_reply(200, ""); });
  CurlClient client({}, clock_);
  const std::string body(std::size_t{2} << 20U, 'x');

  client.send({"PUT", server.url(), {}, body}, soon()).get();

  const auto seen = server.seen().at(0);
  EXPECT_EQ(seen.header("Expect"), "");
  EXPECT_EQ(seen.body.size(), body.size());
}

TEST_F(CurlClientTest, ReusesOneConnectionForCallsInTurn) {
  ScriptedServer server([](const SeenRequest&) { return http_reply(200, "ok"); });
  CurlClient client({}, clock_);

  for (int i = 0; i < 20; ++i) EXPECT_EQ(client.send(get(server.url()), soon()).get().body, "ok");

  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(client.usage().connections_opened, 1U);
}

TEST_F(CurlClientTest, FollowsNoRedirect) {
  ScriptedServer server([](const SeenRequest&) {
    return http_reply(302, "", {{"Location", "http://127.0.0.1:1/"}});
  });
  CurlClient client({}, clock_);

  EXPECT_EQ(client.send(get(server.url()), soon()).get().status, 302);
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST_F(CurlClientTest, NeverSendsTwiceOnAConnectionThatDiedUnderTheRequest) {
  std::atomic<int> requests{0};
  ScriptedServer server([&requests](const SeenRequest&) {
    if (requests++ == 0) return http_reply(200, "first");
    return ScriptedReply{"", ScriptedReply::After::kClose};
  });
  CurlClient client({}, clock_);
  client.send(get(server.url()), soon()).get();

  http::Request write{"POST", server.url() + "/change", {}, "body"};
  const auto failure = failure_of(client.send(write, soon()));

  EXPECT_EQ(failure.kind(), Kind::kReset);
  EXPECT_TRUE(failure.maybe_applied());
  EXPECT_EQ(server.seen().size(), 2U);
}

TEST_F(CurlClientTest, TellsAResetBeforeAnyAnswer) {
  ScriptedServer server([](const SeenRequest&) { return ScriptedReply{"", ScriptedReply::After::kReset}; });
  CurlClient client({}, clock_);

  const auto failure = failure_of(client.send(get(server.url()), soon()));

  EXPECT_EQ(failure.kind(), Kind::kReset);
  EXPECT_TRUE(failure.maybe_applied());
}

TEST_F(CurlClientTest, TellsAnAnswerThatEndsEarly) {
  ScriptedServer server([](const SeenRequest&) {
    return ScriptedReply{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
                         ScriptedReply::After::kClose};
  });
  CurlClient client({}, clock_);

  EXPECT_EQ(failure_of(client.send(get(server.url()), soon())).kind(), Kind::kTruncated);
}

TEST_F(CurlClientTest, RefusesAnAnswerBeyondTheLimit) {
  ScriptedServer server([](const SeenRequest&) { return http_reply(200, std::string(5'000, 'x')); });
  CurlClientConfig config;
  config.response_bytes_max = 4'999;
  CurlClient client(config, clock_);

  const auto failure = failure_of(client.send(get(server.url()), soon()));

  EXPECT_EQ(failure.kind(), Kind::kTruncated);
  EXPECT_NE(std::string(failure.what()).find("larger than 4999 bytes"), std::string::npos);
}

TEST_F(CurlClientTest, KnowsThatNothingWasAppliedWhereNobodyListens) {
  int port = 0;
  {
    port = ScriptedServer([](const SeenRequest&) { return http_reply(200, ""); }).port();
  }
  CurlClient client({}, clock_);

  const auto failure = failure_of(client.send(get("http://127.0.0.1:" + std::to_string(port)), soon()));

  EXPECT_EQ(failure.kind(), Kind::kConnect);
  EXPECT_FALSE(failure.maybe_applied());
}

TEST_F(CurlClientTest, TellsANameThatDoesNotResolve) {
  CurlClient client({}, clock_);

  const auto failure = failure_of(client.send(get("http://nowhere.invalid/"), soon()));

  EXPECT_EQ(failure.kind(), Kind::kResolve);
  EXPECT_FALSE(failure.maybe_applied());
}

TEST_F(CurlClientTest, TellsAPeerThatSpeaksNoTls) {
  ScriptedServer server([](const SeenRequest&) { return http_reply(200, ""); });
  CurlClientConfig config;
  config.connect_timeout = milliseconds(300);
  CurlClient impatient(config, clock_);

  const auto failure =
      failure_of(impatient.send(get("https://127.0.0.1:" + std::to_string(server.port())), soon()));

  EXPECT_FALSE(failure.maybe_applied());
  EXPECT_TRUE(failure.kind() == Kind::kTls || failure.kind() == Kind::kConnect);
}

class HeldServer {
 public:
  HeldServer() : server_([this](const SeenRequest&) { return hold(); }) {}
  ~HeldServer() { release(); }
  void release() {
    if (!released_.exchange(true)) gate_.set_value();
  }
  std::string url() const { return server_.url(); }
  std::size_t seen() const { return server_.seen().size(); }

 private:
  ScriptedReply hold() {
    opened_.wait();
    return http_reply(200, "late");
  }

  std::promise<void> gate_;
  std::shared_future<void> opened_ = gate_.get_future().share();
  std::atomic<bool> released_{false};
  ScriptedServer server_;
};

TEST_F(CurlClientTest, GivesUpOnASilentPeer) {
  HeldServer server;
  CurlClientConfig config;
  config.first_byte_timeout = milliseconds(50);
  CurlClient client(config, clock_);

  const auto failure = failure_of(client.send(get(server.url()), soon()));

  EXPECT_EQ(failure.kind(), Kind::kTimeout);
  EXPECT_TRUE(failure.maybe_applied());
  EXPECT_NE(std::string(failure.what()).find("no answer within 50 ms"), std::string::npos);
}

TEST_F(CurlClientTest, EndsACallAtItsDeadline) {
  HeldServer server;
  CurlClient client({}, clock_);

  const auto failure = failure_of(client.send(get(server.url()), Deadline::after(clock_, milliseconds(50))));

  EXPECT_EQ(failure.kind(), Kind::kTimeout);
}

TEST_F(CurlClientTest, EndsACallThatIsCancelled) {
  HeldServer server;
  CurlClient client({}, clock_);
  pplx::cancellation_token_source source;
  auto call = client.send(get(server.url()), Deadline::after(clock_, seconds(20), source.get_token()));
  while (server.seen() == 0) std::this_thread::yield();

  source.cancel();

  const auto failure = failure_of(call);
  EXPECT_EQ(failure.kind(), Kind::kCancelled);
  EXPECT_TRUE(failure.maybe_applied());
}

TEST_F(CurlClientTest, SendsNothingForACallAlreadyCancelledOrOutOfTime) {
  ScriptedServer server([](const SeenRequest&) { return http_reply(200, ""); });
  CurlClient client({}, clock_);
  pplx::cancellation_token_source source;
  source.cancel();

  const auto cancelled =
      failure_of(client.send(get(server.url()), Deadline::after(clock_, seconds(20), source.get_token())));
  const auto late = failure_of(client.send(get(server.url()), Deadline::after(clock_, seconds(0))));

  EXPECT_EQ(cancelled.kind(), Kind::kCancelled);
  EXPECT_EQ(late.kind(), Kind::kTimeout);
  EXPECT_FALSE(late.maybe_applied());
  EXPECT_TRUE(server.seen().empty());
}

TEST_F(CurlClientTest, EndsWhatIsInFlightWhenItIsDestroyed) {
  HeldServer server;
  std::vector<pplx::task<http::Response>> calls;
  {
    CurlClient client({}, clock_);
    for (int i = 0; i < 10; ++i) calls.push_back(client.send(get(server.url()), soon()));
    while (server.seen() < 10) std::this_thread::yield();
  }

  for (auto& call : calls) EXPECT_EQ(failure_of(call).kind(), Kind::kCancelled);
}

pplx::task<std::string> ask_holding(std::shared_ptr<CurlClient> client, http::Request request,
                                    Deadline deadline) {
  auto answer = client->send(std::move(request), deadline);
  const auto response = co_await answer;
  co_return response.body;
}

TEST_F(CurlClientTest, MayBeHeldLastByWhatWaitsForACall) {
  HeldServer server;
  auto client = std::make_shared<CurlClient>(CurlClientConfig{}, clock_);
  auto asked = ask_holding(client, get(server.url()), soon());
  client.reset();

  server.release();

  EXPECT_EQ(asked.get(), "late");
}

TEST_F(CurlClientTest, EndsEachOfManyCallsOnceHoweverManyThreadsBeginAndCancelThem) {
  ScriptedServer server([](const SeenRequest& request) { return http_reply(200, request.target); });
  CurlClient client({}, clock_);
  std::atomic<int> answered{0};
  std::atomic<int> cancelled{0};
  const auto work = [&](int line) {
    for (int i = 0; i < 100; ++i) {
      pplx::cancellation_token_source source;
      const auto path = "/" + std::to_string(line) + "/" + std::to_string(i);
      auto call =
          client.send(get(server.url() + path), Deadline::after(clock_, seconds(20), source.get_token()));
      if (i % 2 == 1) source.cancel();
      try {
        EXPECT_EQ(call.get().body, path);
        ++answered;
      } catch (const TransportFailure& failure) {
        EXPECT_EQ(failure.kind(), Kind::kCancelled);
        ++cancelled;
      }
    }
  };
  std::vector<std::thread> threads;
  for (int line = 0; line < 8; ++line) threads.emplace_back(work, line);

  for (auto& thread : threads) thread.join();

  EXPECT_EQ(answered + cancelled, 800);
  EXPECT_GE(answered, 400);
  EXPECT_EQ(client.usage().calls_in_flight, 0U);
}

TEST_F(CurlClientTest, HoldsToItsConnectionLimitAndLosesNoCall) {
  ScriptedServer server([](const SeenRequest& request) { return http_reply(200, request.target); });
  CurlClientConfig config;
  config.connections_per_host_max = 8;
  CurlClient client(config, clock_);
  std::vector<pplx::task<http::Response>> calls;

  for (int i = 0; i < 500; ++i) {
    calls.push_back(client.send(get(server.url() + "/" + std::to_string(i)), soon()));
  }

  for (int i = 0; i < 500; ++i) {
    EXPECT_EQ(calls[static_cast<std::size_t>(i)].get().body, "/" + std::to_string(i));
  }
  EXPECT_LE(server.connections(), 8);
}

TEST_F(CurlClientTest, UsesEveryConnectionItMayWhereCallsWaitForOne) {
  constexpr std::size_t kConnections = 512;  // of several shards
  constexpr std::size_t kCallers = 32;       // so many that one is often kept waiting in the midst of a call
  HeldServer server;
  CurlClientConfig config;
  config.connections_per_host_max = kConnections;
  CurlClient client(config, clock_);
  std::vector<std::vector<pplx::task<http::Response>>> calls(kCallers);
  std::vector<std::thread> callers;
  for (auto& line : calls) {
    callers.emplace_back([&] {
      for (std::size_t i = 0; i < kConnections / kCallers + 1; ++i)
        line.push_back(client.send(get(server.url()), soon()));
    });
  }
  for (auto& caller : callers) caller.join();

  for (const auto patience = soon(); server.seen() < kConnections && !patience.expired(clock_);) {
    std::this_thread::yield();
  }

  EXPECT_EQ(server.seen(), kConnections);
  server.release();
  for (const auto& line : calls) {
    for (const auto& call : line) EXPECT_EQ(call.get().body, "late");
  }
}

TEST_F(CurlClientTest, RefusesControlCharactersInHeaders) {
  CurlClient client({}, clock_);
  http::Request request{"GET", "http://127.0.0.1:1/", {{"X-A", "b\r\nX-Evil: 1"}}, ""};

  EXPECT_THROW(client.send(request, soon()).get(), InvalidRequest);
}

TEST_F(CurlClientTest, RefusesACallBeyondItsLimitOfCallsInFlight) {
  HeldServer server;
  CurlClientConfig config;
  config.calls_in_flight_max = 1;
  CurlClient client(config, clock_);
  auto first = client.send(get(server.url()), soon());

  EXPECT_FALSE(failure_of(client.send(get(server.url()), soon())).maybe_applied());

  server.release();
  EXPECT_EQ(first.get().body, "late");
}

}  // namespace
}  // namespace tidegate::aws
