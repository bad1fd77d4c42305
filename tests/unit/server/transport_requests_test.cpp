// What may come in: request smuggling, limits, expectations, and how requests reach their handler.
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <string>
#include <thread>

#include "tests/unit/server/transport_support.h"

namespace tidegate::transport {
namespace {

TEST(TransportRequests, ReachTheHandlerWithMethodTargetFieldsAndBody) {
  TestServer server([](web::http::http_request request) {
    request.extract_utf8string(true).then([request](const std::string& body) mutable {
      reply_text(request, request.method() + "|" + request.request_uri().to_string() + "|" +
                              request.headers()["X-Field"] + "|" + request.remote_address() + "|" + body);
    });
  });
  RawClient client(server.port(), "127.0.0.3");

  client.send(
      "PUT /a/b?c=d%20e HTTP/1.1\r\nHost: h\r\nX-Field: one\r\nx-field:two  \r\nContent-Length: "
      "4\r\n\r\nbody");
  const Answer answer = client.read();

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "PUT|/a/b?c=d%20e|one, two|127.0.0.3|body");
  EXPECT_TRUE(answer.fields.contains("date"));
}

TEST(TransportRequests, GiveTheirBodyOnceWhereItIsNoStream) {
  TransportOptions options;
  options.body_streams = false;
  TestServer server(
      [](const web::http::http_request& request) {
        const std::string first = take_body(request);
        reply_text(request, first + "|" + take_body(request));
      },
      options);
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nbody");

  EXPECT_EQ(client.read().body, "body|");
  EXPECT_EQ(client.get("/").body, "|");
}

TEST(TransportRequests, AreReadTheSameWhateverPiecesTheyComeIn) {
  TestServer server(echo);
  RawClient client(server.port());

  for (const char character : std::string("POST /p HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                                          "3;ext=\"x\"\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n")) {
    client.send(std::string(1, character));
  }

  EXPECT_EQ(client.read().body, "POST /p abcde");
}

TEST(TransportRequests, KeepTrailersOutOfTheFields) {
  TestServer server([](const web::http::http_request& request) {
    reply_text(request, request.headers().has("Authorization") ? "authorised" : "not authorised");
  });
  RawClient client(server.port());

  client.send(
      "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nAuthorization: secret\r\n\r\n");

  EXPECT_EQ(client.read().body, "not authorised");
}

TEST(TransportRequests, OverrideHostWithTheAuthorityOfAnAbsoluteTarget) {
  TestServer server([](web::http::http_request request) {
    reply_text(request, request.headers()["Host"] + request.request_uri().to_string());
  });
  RawClient client(server.port());

  client.send("GET http://real:99/x HTTP/1.1\r\nHost: fake\r\n\r\n");

  EXPECT_EQ(client.read().body, "real:99/x");
}

class Smuggling : public testing::TestWithParam<std::string> {};

TEST_P(Smuggling, Gets400AndALastAnswer) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send(GetParam() + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
  const Answer answer = client.read();

  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_EQ(answer.fields.at("content-type"), "application/problem+json");
  EXPECT_EQ(answer.body.back(), '\n');
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.observer().refusals(Refusal::kMalformedHead) +
                server.observer().refusals(Refusal::kMalformedBody),
            1U);
}

constexpr const char* kPost = "POST / HTTP/1.1\r\nHost: h\r\n";
INSTANTIATE_TEST_SUITE_P(
    Forms, Smuggling,
    testing::Values(std::string(kPost) + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                    std::string(kPost) + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na",
                    std::string(kPost) + "Content-Length: +1\r\n\r\na",
                    std::string(kPost) + "Content-Length: 1\n\r\n\r\na",
                    std::string(kPost) + "A: b\rContent-Length: 1\r\n\r\na",
                    std::string(kPost) + "Content-Length:\r\n 1\r\n\r\na",
                    std::string(kPost) + std::string("A: \0\r\n\r\n", 8),
                    std::string(kPost) + "Content-Length : 1\r\n\r\na",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n0x1\r\na\r\n0\r\n\r\n",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n-1\r\na\r\n0\r\n\r\n",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n1\na\r\n0\r\n\r\n",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n",
                    std::string(kPost) +
                        "Transfer-Encoding: chunked\r\n\r\n10000000000000001\r\na\r\n0\r\n\r\n",
                    std::string(kPost) + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(40'000, 'x')));

class BrokenFraming : public testing::TestWithParam<std::string> {};

TEST_P(BrokenFraming, IsRefusedWithoutWaitingForMore) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + GetParam());
  const Answer answer = client.read();

  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_TRUE(client.closed_by_server());
  EXPECT_EQ(server.observer().refusals(Refusal::kMalformedBody), 1U);
}

TEST_P(BrokenFraming, IsRefusedInWhateverPiecesItComes) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
  for (const char character : GetParam()) {
    client.send(std::string(1, character));
  }

  EXPECT_EQ(client.read().status, 400);
}

INSTANTIATE_TEST_SUITE_P(Forms, BrokenFraming,
                         testing::Values("2\n{}\n0\n\n", "0\n\n", "2\r\n{}\r\n0\n\n", "2\r\n{}\n0\r\n\r\n",
                                         "2\r\n{}\r\n0\r\n\n", "0\r\nA: b\n\r\n", "0\r\nA: b\n",
                                         "0\r\nA: b\r\n c\r\n\r\n", "0\r\nA: b\r\n\tc\r\n\r\n",
                                         "0\r\nA:\r\n c\r\n\r\n", "0\r\nA: b\r\n c", "0\r\n A: b\r\n\r\n"));

TEST(TransportBodies, AreTakenInWhateverPiecesTheirChunksCome) {
  TestServer server(echo);
  RawClient client(server.port());

  for (const std::string chunks :
       {"0\r\n\r\n", "2\r\n\n\r\r\n1;a=b\r\nx\r\n0\r\nA: b\r\n\r\n", "b\r\nhello world\r\n0\r\n\r\n"}) {
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    for (const char character : chunks) client.send(std::string(1, character));

    EXPECT_EQ(client.read().status, 200) << chunks;
  }
}

TEST(TransportLimits, RefusesAHeadOfMoreThan16KiB) {
  TestServer server(echo);
  const std::string start = "GET / HTTP/1.1\r\nHost: h\r\nA: ";
  RawClient fits(server.port());
  RawClient too_large(server.port());

  fits.send(start + std::string(16 * 1024 - start.size() - 4, 'a') + "\r\n\r\n");
  too_large.send(start + std::string(1024 * 1024, 'a'));

  EXPECT_EQ(fits.read().status, 200);
  EXPECT_EQ(too_large.read().status, 431);
  EXPECT_EQ(server.observer().refusals(Refusal::kHeadTooLarge), 1U);
}

TEST(TransportLimits, RefusesABodyByItsLengthBeforeReadingIt) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1048577\r\nExpect: 100-continue\r\n\r\n");
  const Answer answer = client.read();

  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_NE(answer.body.find(R"("type":"/problems/content-too-large")"), std::string::npos) << answer.body;
  const std::string request_id = R"("request_id":")" + answer.fields.at("x-request-id") + '"';
  EXPECT_NE(answer.body.find(request_id), std::string::npos) << answer.body;
  EXPECT_EQ(server.observer().refused_request_id(), answer.fields.at("x-request-id"));
  EXPECT_EQ(server.observer().refused_peer(), "127.0.0.1");
}

TEST(TransportLimits, RefusesAChunkedBodyWhileItStreams) {
  TestServer server(echo);
  RawClient client(server.port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");

  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 17; ++i) {
    client.send(chunk);
  }

  EXPECT_EQ(client.read().status, 413);
  EXPECT_EQ(server.observer().refusals(Refusal::kBodyTooLarge), 1U);
}

TEST(TransportLimits, AsksForTheBodyLimitOfTheOperation) {
  TransportOptions options;
  options.body_limit_for = [](std::string_view method, std::string_view target) -> std::size_t {
    return method == "POST" && target == "/large?x" ? 10 : 3;
  };
  TestServer server(echo, std::move(options));
  RawClient large(server.port());
  RawClient small(server.port());
  RawClient small_chunked(server.port());

  large.send("POST /large?x HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789");
  small.send("POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n0123");
  small_chunked.send(
      "POST /small HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n2\r\ncd\r\n0\r\n\r\n");

  EXPECT_EQ(large.read().status, 200);
  EXPECT_EQ(small.read().status, 413);
  EXPECT_EQ(small_chunked.read().status, 413);
}

TEST(TransportLimits, RefusesABodyOfMoreThanIsConfiguredWhateverTheOperationTakes) {
  TransportOptions options;
  options.limits.body_bytes_max = 3;
  options.body_limit_for = [](std::string_view, std::string_view) -> std::size_t { return 10; };
  TestServer server(echo, std::move(options));
  RawClient fits(server.port());
  RawClient too_large(server.port());

  fits.send("POST /fits HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n012");
  too_large.send("POST /large HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\n0123");

  EXPECT_EQ(fits.read().status, 200);
  EXPECT_EQ(too_large.read().status, 413);
}

TEST(TransportLimits, BoundsTheMemoryOfAllBodiesTogetherAndGivesItBack) {
  TransportOptions options;
  options.limits.body_bytes_total_max = 100'000;
  HeldRequests held;
  TestServer server([&held](const web::http::http_request& request) { held.put(request); },
                    std::move(options));
  const std::string post =
      "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 60000\r\n\r\n" + std::string(60'000, 'x');
  RawClient first(server.port());
  first.send(post);
  web::http::http_request in_flight = held.take();

  RawClient second(server.port());
  second.send(post);
  const Answer refused = second.read();
  reply_text(in_flight, "done");
  const Answer answered = first.read();
  first.send(post);
  reply_text(held.take(), "again");
  const Answer answered_again = first.read();

  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.fields.at("retry-after"), "1");
  EXPECT_EQ(answered.body, "done");
  EXPECT_EQ(answered_again.body, "again");
}

TEST(TransportExpectations, AreMetBeforeTheBodyIsSent) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  const Answer interim = client.read();
  client.send("ok");
  const Answer answer = client.read();

  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(answer.body, "POST /c ok");
}

TEST(TransportExpectations, AreNotAnsweredWhenTheBodyIsAlreadyThere) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("POST /c HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\nok");

  EXPECT_EQ(client.read().status, 200);
}

TEST(TransportExpectations, WaitTheirTurnBehindAnEarlierAnswer) {
  HeldRequests held;
  TestServer server([&held](const web::http::http_request& request) { held.put(request); });
  RawClient client(server.port());

  client.send(
      "GET /first HTTP/1.1\r\nHost: h\r\n\r\n"
      "POST /second HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
  reply_text(held.take(), "first");
  const Answer first = client.read();
  const Answer interim = client.read();
  client.send("ok");
  reply_text(held.take(), "second");

  EXPECT_EQ(first.body, "first");
  EXPECT_EQ(interim.status, 100);
  EXPECT_EQ(client.read().body, "second");
}

TEST(TransportExpectations, OfAnythingElseAreRefused) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("GET / HTTP/1.1\r\nHost: h\r\nExpect: 200-ok\r\n\r\n");

  EXPECT_EQ(client.read().status, 417);
}

TEST(TransportListeners, ShareAPortAndTheLongestPathWins) {
  TransportOptions options;
  options.loops = 1;
  const auto transport = make_transport(std::move(options), nullptr);
  register_transport(transport);
  using web::http::experimental::listener::http_listener;
  http_listener root("http://127.0.0.1:0");
  root.support([](const web::http::http_request& request) { reply_text(request, "root"); });
  root.open().wait();
  const std::uint16_t port = transport->endpoints().front().port;
  http_listener deep("http://127.0.0.1:" + std::to_string(port) + "/deep");
  deep.support([](const web::http::http_request& request) {
    reply_text(request, "deep " + request.relative_uri().path());
  });
  deep.open().wait();
  RawClient client(port);

  EXPECT_EQ(client.get("/other").body, "root");
  EXPECT_EQ(client.get("/deep/er?x=/").body, "deep /er");
  EXPECT_EQ(client.get("/deeper").body, "root");
  deep.close().wait();
  EXPECT_EQ(client.get("/deep/er").body, "root");
  root.close().wait();
  EXPECT_TRUE(client.closed_by_server());
}

TEST(TransportListeners, OutsideTheirPathAnswer404) {
  const auto transport = make_transport({}, nullptr);
  register_transport(transport);
  web::http::experimental::listener::http_listener listener("http://127.0.0.1:0/only");
  listener.support([](const web::http::http_request& request) { reply_text(request, "here"); });
  listener.open().wait();
  RawClient client(transport->endpoints().front().port);

  EXPECT_EQ(client.get("/elsewhere").status, 404);
  EXPECT_EQ(client.get("/only").body, "here");
  listener.close().wait();
}

TEST(TransportListeners, OnATakenPortFailToOpenAndLeaveTheOthersAlone) {
  TestServer server(echo);
  const TakenPort taken;
  web::http::experimental::listener::http_listener second("http://127.0.0.1:" + std::to_string(taken.port()));
  second.support(echo);
  RawClient client(server.port());

  EXPECT_ANY_THROW(second.open().wait());
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(TransportConnections, AreSpreadEvenlyOverTheLoops) {
  TransportOptions options;
  options.loops = 4;
  std::mutex mutex;
  std::map<std::thread::id, std::size_t> handled;
  TestServer server(
      [&](const web::http::http_request& request) {
        {
          const std::lock_guard lock(mutex);
          ++handled[std::this_thread::get_id()];
        }
        reply_text(request, "");
      },
      std::move(options));

  std::vector<std::unique_ptr<RawClient>> clients;
  for (int i = 0; i < 40; ++i) {
    clients.push_back(std::make_unique<RawClient>(server.port()));
    EXPECT_EQ(clients.back()->get("/").status, 200);
  }

  EXPECT_EQ(handled.size(), 4U);
  for (const auto& [thread, requests] : handled) {
    EXPECT_EQ(requests, 10U);
  }
}

}  // namespace
}  // namespace tidegate::transport
