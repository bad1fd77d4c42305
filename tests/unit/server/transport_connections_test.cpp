// How many connections, for how long, and how they end.
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "server/transport/address_counts.h"
#include "tests/unit/server/transport_support.h"

namespace tidegate::transport {
namespace {

using web::http::http_request;

constexpr const char* kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

bool can_connect(std::uint16_t port) {
  try {
    RawClient client(port);
    return true;
  } catch (const std::runtime_error&) {
    return false;
  }
}

TEST(TransportCaps, RefuseOneConnectionTooManyOfAnAddress) {
  TransportOptions options;
  options.limits.connections_per_address_max = 2;
  TestServer server(echo, std::move(options));
  auto first = std::make_unique<RawClient>(server.port(), "127.0.0.2");
  RawClient second(server.port(), "127.0.0.2");
  EXPECT_EQ(first->get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);

  RawClient third(server.port(), "127.0.0.2");
  RawClient other_address(server.port(), "127.0.0.3");

  const Answer refused = third.read();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(server.observer().refused_peer(), "127.0.0.2");
  EXPECT_EQ(server.observer().refused_request_id(), refused.fields.at("x-request-id"));
  EXPECT_EQ(other_address.get("/").status, 200);
  EXPECT_EQ(server.observer().refusals(Refusal::kAddressLimit), 1U);
  first.reset();
  ASSERT_TRUE(server.observer().wait_for_closed(1));
  RawClient instead(server.port(), "127.0.0.2");
  EXPECT_EQ(instead.get("/").status, 200);
}

TEST(TransportCaps, RefuseOneConnectionTooManyInTotal) {
  TransportOptions options;
  options.limits.connections_max = 2;
  TestServer server(echo, std::move(options));
  RawClient first(server.port(), "127.0.0.2");
  RawClient second(server.port(), "127.0.0.3");
  EXPECT_EQ(first.get("/").status, 200);
  EXPECT_EQ(second.get("/").status, 200);

  RawClient third(server.port(), "127.0.0.4");

  EXPECT_EQ(third.read().status, 503);
  EXPECT_EQ(server.observer().refusals(Refusal::kConnectionLimit), 1U);
  EXPECT_EQ(server.transport().open_connections(), 2U);
}

TEST(TransportCaps, CountAnIpv6HostByItsPrefixAndAMappedAddressAsIpv4) {
  const auto key = [](const char* text) { return address_key(boost::asio::ip::make_address(text)); };

  EXPECT_EQ(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
  EXPECT_FALSE(key("2001:db8:1:2::1") == key("2001:db8:1:3::1"));
  EXPECT_EQ(key("::ffff:10.0.0.1"), key("10.0.0.1"));
  EXPECT_FALSE(key("10.0.0.1") == key("10.0.0.2"));
}

TEST(TransportTimeouts, EndAHeadThatIsNeverFinished) {
  TestServer server(echo, impatient());
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: h\r\nA: ");
  const Answer answer = client.read();

  EXPECT_EQ(answer.status, 408);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.observer().refusals(Refusal::kHeadTimeout), 1U);
}

TEST(TransportTimeouts, EndAHeadThatDripsInSlowly) {
  TestServer server(echo, impatient());
  RawClient client(server.port());
  client.send("GET / HTTP/1.1\r\nHost: h\r\n");

  std::atomic<bool> ended{false};
  std::thread dripping([&] {
    while (!ended) {
      client.send("A: b\r\n");
      std::this_thread::sleep_for(
          std::chrono::milliseconds(20));  // the pace of the drip, not a wait for a result
    }
  });
  const bool refused = server.observer().wait_for_refusals(Refusal::kHeadTimeout, 1);
  ended = true;
  dripping.join();

  EXPECT_TRUE(refused);
}

TEST(TransportTimeouts, EndABodyThatIsTooSlow) {
  TestServer server(echo, impatient());
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nsome");

  EXPECT_EQ(client.read().status, 408);
  EXPECT_EQ(server.observer().refusals(Refusal::kBodyTimeout), 1U);
}

TEST(TransportTimeouts, EndAnIdleConnectionSilently) {
  TestServer server(echo, impatient());
  RawClient fresh(server.port());
  RawClient used(server.port());

  EXPECT_EQ(used.get("/").status, 200);

  EXPECT_TRUE(used.closed_by_server());
  EXPECT_TRUE(fresh.closed_by_server());
  for (const Refusal reason : kRefusals) {
    EXPECT_EQ(server.observer().refusals(reason), 0U) << name(reason);
  }
}

TEST(TransportTimeouts, LeaveARequestInItsHandlerAlone) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); }, impatient());
  RawClient client(server.port());
  RawClient idle(server.port());
  client.send(kGet);
  const http_request request = held.take();

  ASSERT_TRUE(idle.closed_by_server());  // the idle timeout has passed, for both
  reply_text(request, "took its time");

  EXPECT_EQ(client.read().body, "took its time");
}

TEST(TransportTimeouts, CutOffAReaderThatStoppedReading) {
  TestServer server(
      [](const http_request& request) { reply_text(request, std::string(64 * 1024 * 1024, 'x')); },
      impatient());
  RawClient client(server.port());

  client.send(kGet);

  EXPECT_TRUE(server.observer().wait_for_refusals(Refusal::kWriteTimeout, 1));
}

TEST(TransportConnections, HalfClosedWithoutARequestAreClosed) {
  TestServer server(echo);
  RawClient empty(server.port());
  RawClient partial(server.port());

  empty.finish_sending();
  partial.send("GET / HT");
  partial.finish_sending();

  EXPECT_TRUE(empty.closed_by_server());
  EXPECT_TRUE(partial.closed_by_server());
  EXPECT_TRUE(server.observer().wait_for_closed(2));
}

TEST(TransportDrain, FinishesWhatIsInFlightAndAcceptsNoMore) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient busy(server.port());
  RawClient idle(server.port());
  busy.send(kGet);
  const http_request request = held.take();

  auto drained = std::async(std::launch::async, [&server] {
    return server.transport().drain(std::chrono::steady_clock::now() + std::chrono::seconds(20));
  });
  EXPECT_TRUE(idle.closed_by_server());
  EXPECT_FALSE(can_connect(server.port()));
  reply_text(request, "finished");
  const Answer answer = busy.read();

  EXPECT_EQ(answer.body, "finished");
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_TRUE(busy.closed_by_server());
  busy.finish_sending();
  idle.finish_sending();
  EXPECT_EQ(drained.get(), 0U);
  EXPECT_EQ(server.transport().open_connections(), 0U);
}

TEST(TransportDrain, AnswersARequestThatHadBeenSentBefore) {
  TestServer server(echo);
  RawClient client(server.port());
  client.send(kGet);

  const auto left = server.transport().drain(std::chrono::steady_clock::now() + std::chrono::seconds(20));

  EXPECT_EQ(left, 0U);
  EXPECT_EQ(client.read().status, 200);
}

TEST(TransportDrain, CutsOffWhatIsLeftAtTheDeadline) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());
  client.send(kGet);
  const http_request request = held.take();

  const auto left = server.transport().drain(std::chrono::steady_clock::now());

  EXPECT_EQ(left, 1U);
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.observer().refusals(Refusal::kDrainDeadline), 1U);
  request.reply(web::http::status_codes::OK);
}

TEST(TransportDrain, ClosingTheListenerAloneIsGracefulToo) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());
  client.send(kGet);
  const http_request request = held.take();

  auto closed = std::async(std::launch::async, [&server] { server.close(); });
  while (can_connect(server.port())) {
    std::this_thread::yield();
  }
  reply_text(request, "still answered");

  EXPECT_EQ(client.read().body, "still answered");
  client.finish_sending();
  closed.get();
}

TEST(TransportOptions, WithALimitOfZeroAreRefused) {
  TransportOptions options;
  options.limits.header_bytes_max = 0;

  EXPECT_THROW(make_transport(std::move(options), nullptr), std::invalid_argument);
}

}  // namespace
}  // namespace tidegate::transport
