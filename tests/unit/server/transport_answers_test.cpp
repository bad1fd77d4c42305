// What goes out: order, forms of bodies, streams, and answers that nobody waits for any more.
#include <cpprest/producerconsumerstream.h>
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

#include "tests/unit/server/transport_support.h"

namespace tidegate::transport {
namespace {

using concurrency::streams::producer_consumer_buffer;
using web::http::http_request;
using web::http::http_response;

constexpr const char* kEnd = " HTTP/1.1\r\nHost: h\r\n\r\n";

void put(producer_consumer_buffer<std::uint8_t>& buffer, const std::string& text) {
  buffer.putn_nocopy(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()).wait();
}

/// Replies 200 with a body that comes from `buffer`; the task is reply()'s.
pplx::task<void> reply_stream(const http_request& request, producer_consumer_buffer<std::uint8_t>& buffer) {
  http_response response(web::http::status_codes::OK);
  response.set_body(buffer.create_istream(), "text/event-stream");
  return request.reply(response);
}

bool fails(const pplx::task<void>& task) {
  try {
    task.get();
    return false;
  } catch (const web::http::http_exception&) {
    return true;
  }
}

TEST(TransportPipelining, KeepsTheOrderOfRequestsWhateverTheOrderOfAnswers) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());

  client.send(std::string("GET /1") + kEnd + "GET /2" + kEnd + "GET /3" + kEnd);
  const http_request first = held.take();
  const http_request second = held.take();
  const http_request third = held.take();
  reply_text(third, "three");
  reply_text(first, "one");
  reply_text(second, "two");

  EXPECT_EQ(client.read().body, "one");
  EXPECT_EQ(client.read().body, "two");
  EXPECT_EQ(client.read().body, "three");
}

TEST(TransportPipelining, DoesNotStartAnUnsafeRequestBeforeTheEarlierAreAnswered) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());

  client.send(std::string("GET /1") + kEnd + "POST /2 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx" +
              "GET /3" + kEnd);
  std::vector<std::string> started;
  std::vector<std::string> answered;
  for (int i = 0; i < 3; ++i) {
    const http_request request = held.take();
    started.push_back(request.request_uri().to_string());
    reply_text(request, request.request_uri().to_string());
    answered.push_back(client.read().body);
  }

  EXPECT_EQ(started, (std::vector<std::string>{"/1", "/2", "/3"}));
  EXPECT_EQ(answered, started);
}

TEST(TransportPipelining, AnswersMoreRequestsThanMayBeInFlight) {
  TestServer server(echo);
  RawClient client(server.port());
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "GET /" + std::to_string(i) + kEnd;
  }

  client.send(requests);

  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(client.read().body, "GET /" + std::to_string(i) + " ") << i;
  }
}

TEST(TransportPipelining, SendsARefusalAfterTheAnswersBeforeIt) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());

  client.send(std::string("GET /1") + kEnd + "broken\r\n\r\n");
  const http_request first = held.take();
  ASSERT_TRUE(server.observer().wait_for_refusals(Refusal::kMalformedHead, 1));
  reply_text(first, "one");

  EXPECT_EQ(client.read().body, "one");
  EXPECT_EQ(client.read().status, 400);
  EXPECT_TRUE(client.closed_by_server());
}

TEST(TransportAnswers, ToHeadHaveTheFieldsOfGetAndNoBody) {
  TestServer server([](const http_request& request) { reply_text(request, "twelve bytes"); });
  RawClient client(server.port());

  client.send(std::string("HEAD /") + kEnd);
  const Answer head = client.read(true);
  const Answer get = client.get("/");

  EXPECT_EQ(head.fields.at("content-length"), "12");
  EXPECT_EQ(head.fields.at("content-type"), get.fields.at("content-type"));
  EXPECT_EQ(get.body, "twelve bytes");
}

TEST(TransportAnswers, OfNoContentCarryNoLength) {
  TestServer server([](const http_request& request) { request.reply(web::http::status_codes::NoContent); });
  RawClient client(server.port());

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(answer.fields.contains("content-length"));
  EXPECT_EQ(client.get("/").status, 204);
}

TEST(TransportAnswers, LargeOnesArriveWhole) {
  std::string large(5'000'000, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) {
    large[i] = static_cast<char>('a' + i % 23);
  }
  TestServer server([&large](const http_request& request) { reply_text(request, large); });
  RawClient client(server.port());

  EXPECT_TRUE(client.get("/").body == large);
  EXPECT_TRUE(client.get("/").body == large);
  EXPECT_GE(server.observer().sent_bytes(), large.size());
}

TEST(TransportAnswers, KeepHttp10ConnectionsOnlyWhenAsked) {
  TestServer server(echo);
  RawClient asks(server.port());
  RawClient does_not(server.port());

  asks.send("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer kept = asks.read();
  does_not.send("GET /1 HTTP/1.0\r\n\r\n");
  const Answer closed = does_not.read();

  EXPECT_EQ(kept.fields.at("connection"), "keep-alive");
  EXPECT_EQ(asks.get("/2").body, "GET /2 ");
  EXPECT_EQ(closed.fields.at("connection"), "close");
  EXPECT_TRUE(does_not.closed_by_server());
}

TEST(TransportAnswers, EndTheConnectionWhenEitherSideSaysClose) {
  TestServer server([](const http_request& request) {
    http_response response(web::http::status_codes::OK);
    if (request.request_uri().path() == "/server") {
      response.headers()["Connection"] = "close";
    }
    request.reply(response);
  });
  RawClient by_client(server.port());
  RawClient by_server(server.port());

  by_client.send(
      "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\nGET /ignored HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(by_client.read().fields.at("connection"), "close");
  EXPECT_TRUE(by_client.closed_by_server());
  EXPECT_EQ(by_server.get("/server").fields.at("connection"), "close");
  EXPECT_TRUE(by_server.closed_by_server());
}

TEST(TransportAnswers, OfHandlersThatThrowOrForgetAre500) {
  TestServer server([](const http_request& request) {
    if (request.request_uri().path() == "/throws") {
      throw std::runtime_error("secret detail");
    }
  });
  RawClient client(server.port());

  const Answer thrown = client.get("/throws");
  const Answer forgotten = client.get("/forgets");

  EXPECT_EQ(thrown.status, 500);
  EXPECT_EQ(thrown.body.find("secret"), std::string::npos);
  EXPECT_EQ(forgotten.status, 500);
}

TEST(TransportAnswers, WithALineEndInAFieldAreReplacedBy500) {
  TestServer server([](const http_request& request) {
    http_response response(web::http::status_codes::OK);
    response.headers().add("X-Echo", "a\r\nSet-Cookie: stolen=1");
    request.reply(response);
  });
  RawClient client(server.port());

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.status, 500);
  EXPECT_FALSE(answer.fields.contains("set-cookie"));
}

TEST(TransportAnswers, OfOptionsAsteriskNeedNoHandler) {
  TestServer server(echo);
  RawClient client(server.port());

  client.send("OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n");

  EXPECT_EQ(client.read().status, 204);
  EXPECT_EQ(client.get("/x").status, 200);
}

TEST(TransportAnswers, ReachAClientThatHasFinishedSending) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  RawClient client(server.port());

  client.send(std::string("GET /") + kEnd);
  client.finish_sending();
  reply_text(held.take(), "late");

  EXPECT_EQ(client.read().body, "late");
  EXPECT_TRUE(client.closed_by_server());
}

TEST(TransportAnswers, FailWhenTheClientHasGone) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  auto client = std::make_unique<RawClient>(server.port());
  client->send(std::string("GET /") + kEnd);
  const http_request request = held.take();

  client->reset();
  ASSERT_TRUE(server.observer().wait_for_closed(1));
  const pplx::task<void> sent = request.reply(web::http::status_codes::OK, "nobody reads this");

  EXPECT_TRUE(fails(sent));
}

TEST(TransportSharedBodies, ReachEveryClientWhole) {
  const auto body = std::make_shared<const std::string>(300'000, 'x');
  TestServer server([&body](const http_request& request) { reply(request, http_response(200), body); });

  RawClient one(server.port());
  RawClient other(server.port());

  EXPECT_EQ(one.get("/").body, *body);
  EXPECT_EQ(other.get("/").body, *body);
  EXPECT_EQ(one.get("/").body, *body);
}

TEST(TransportSharedBodies, OfHeadAreOnlyAnnounced) {
  TestServer server([](const http_request& request) {
    reply(request, http_response(200), std::make_shared<const std::string>("twelve bytes"));
  });
  RawClient client(server.port());

  client.send(std::string("HEAD /") + kEnd);
  const Answer head = client.read(true);

  EXPECT_EQ(head.fields.at("content-length"), "12");
  EXPECT_EQ(client.get("/").body, "twelve bytes");
}

TEST(TransportSharedBodies, MayBeNone) {
  TestServer server([](const http_request& request) { reply(request, http_response(202), nullptr); });
  RawClient client(server.port());

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.status, 202);
  EXPECT_EQ(answer.fields.at("content-length"), "0");
}

TEST(TransportSharedBodies, KeepTheOrderOfPipelinedRequests) {
  TestServer server([](const http_request& request) {
    reply(request, http_response(200), std::make_shared<const std::string>(request.request_uri().path()));
  });
  RawClient client(server.port());

  std::string requests;
  for (int i = 0; i < 40; ++i) requests += "GET /" + std::to_string(i) + kEnd;
  client.send(requests);

  for (int i = 0; i < 40; ++i) EXPECT_EQ(client.read().body, "/" + std::to_string(i));
}

TEST(TransportSharedBodies, AreLetGoWhenTheClientHasGone) {
  HeldRequests held;
  TestServer server([&held](const http_request& request) { held.put(request); });
  auto client = std::make_unique<RawClient>(server.port());
  client->send(std::string("GET /") + kEnd);
  http_request request = held.take();
  auto body = std::make_shared<const std::string>("nobody reads this");
  const std::weak_ptr<const std::string> kept = body;

  client->reset();
  ASSERT_TRUE(server.observer().wait_for_closed(1));
  reply(request, http_response(200), std::move(body));
  request = http_request();
  server.close();

  EXPECT_TRUE(kept.expired());
}

TEST(TransportSharedBodies, AreOneAnswerOnly) {
  TestServer server([](const http_request& request) {
    reply(request, http_response(200), std::make_shared<const std::string>("first"));
    EXPECT_THROW(reply(request, http_response(200), std::make_shared<const std::string>("second")),
                 web::http::http_exception);
  });
  RawClient client(server.port());

  EXPECT_EQ(client.get("/").body, "first");
}

TEST(TransportAnswers, AfterTheListenerHasClosedAreDropped) {
  HeldRequests held;
  TransportOptions options;
  options.limits.drain_timeout = std::chrono::milliseconds(1);
  auto server =
      std::make_unique<TestServer>([&held](const http_request& request) { held.put(request); }, options);
  RawClient client(server->port());
  client.send(std::string("GET /") + kEnd);
  http_request request = held.take();

  server.reset();
  request.reply(web::http::status_codes::OK);
  request = http_request();

  EXPECT_TRUE(client.closed_by_server());
}

TEST(TransportStreams, SendEachPieceAsItComes) {
  producer_consumer_buffer<std::uint8_t> buffer;
  pplx::task<void> sent;
  std::promise<void> replied;
  TestServer server([&](const http_request& request) {
    sent = reply_stream(request, buffer);
    replied.set_value();
  });
  RawClient client(server.port());
  client.send(std::string("GET /") + kEnd);
  replied.get_future().wait();

  std::string seen;
  for (const std::string piece : {"first", "second", "third"}) {
    put(buffer, piece);
    while (seen.find(piece) == std::string::npos) {
      const std::string more = client.read_some();
      ASSERT_FALSE(more.empty());
      seen += more;
    }
  }
  buffer.close(std::ios_base::out).wait();
  sent.get();
  while (!seen.ends_with("0\r\n\r\n")) {
    seen += client.read_some();
  }

  EXPECT_NE(seen.find("Transfer-Encoding: chunked\r\n"), std::string::npos);
  EXPECT_NE(seen.find("5\r\nfirst\r\n"), std::string::npos);
  EXPECT_EQ(client.get("/").status, 200);
}

TEST(TransportStreams, AreSentUntilCloseOnHttp10) {
  TestServer server([](const http_request& request) {
    producer_consumer_buffer<std::uint8_t> buffer;
    reply_stream(request, buffer);
    put(buffer, "all of it");
    buffer.close(std::ios_base::out).wait();
  });
  RawClient client(server.port());

  client.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const Answer answer = client.read();

  EXPECT_FALSE(answer.fields.contains("transfer-encoding"));
  EXPECT_EQ(answer.fields.at("connection"), "close");
  EXPECT_EQ(answer.body, "all of it");
}

TEST(TransportStreams, KeepTheirAnnouncedLength) {
  TestServer server([](const http_request& request) {
    producer_consumer_buffer<std::uint8_t> buffer;
    http_response response(web::http::status_codes::OK);
    response.set_body(buffer.create_istream(), 7, "text/plain");
    request.reply(response);
    put(buffer, "1234");
    put(buffer, "567");
    buffer.close(std::ios_base::out).wait();
  });
  RawClient client(server.port());

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.fields.at("content-length"), "7");
  EXPECT_EQ(answer.body, "1234567");
  EXPECT_EQ(client.get("/").body, "1234567");
}

TEST(TransportStreams, ThatEndShortBreakTheConnectionOff) {
  pplx::task<void> sent;
  TestServer server([&sent](const http_request& request) {
    producer_consumer_buffer<std::uint8_t> buffer;
    http_response response(web::http::status_codes::OK);
    response.set_body(buffer.create_istream(), 7, "text/plain");
    sent = request.reply(response);
    put(buffer, "1234");
    buffer.close(std::ios_base::out).wait();
  });
  RawClient client(server.port());

  const Answer answer = client.get("/");

  EXPECT_EQ(answer.body, "1234");
  EXPECT_TRUE(fails(sent));
}

TEST(TransportStreams, ThatFailLeaveTheirChunksUnfinished) {
  TestServer server([](const http_request& request) {
    producer_consumer_buffer<std::uint8_t> buffer;
    reply_stream(request, buffer);
    put(buffer, "part");
    buffer.close(std::ios_base::out, std::make_exception_ptr(std::runtime_error("source broke"))).wait();
  });
  RawClient client(server.port());

  client.send(std::string("GET /") + kEnd);
  const std::string all = client.read_to_end();

  EXPECT_FALSE(all.ends_with("0\r\n\r\n"));
}

TEST(TransportStreams, ToASlowReaderAreNotReadAheadAndBlockNobody) {
  TransportOptions options;
  options.loops = 1;
  constexpr std::size_t kBytes = 64 * 1024 * 1024;
  producer_consumer_buffer<std::uint8_t> buffer;
  const std::string piece(1024 * 1024, 'x');
  for (std::size_t i = 0; i < kBytes / piece.size(); ++i) {
    put(buffer, piece);
  }
  pplx::task<void> sent;
  TestServer server(
      [&](const http_request& request) {
        if (request.request_uri().path() == "/stream") {
          sent = reply_stream(request, buffer);
        } else {
          reply_text(request, "quick");
        }
      },
      std::move(options));
  RawClient slow(server.port());
  RawClient quick(server.port());
  slow.send(std::string("GET /stream") + kEnd);
  ASSERT_FALSE(slow.read_some().empty());

  for (int i = 0; i < 1'000; ++i) {
    ASSERT_EQ(quick.get("/").body, "quick");
  }
  const std::size_t unread_bytes = buffer.in_avail();
  slow.reset();

  EXPECT_GT(unread_bytes, kBytes / 2);
  ASSERT_TRUE(server.observer().wait_for_closed(1));
  EXPECT_TRUE(fails(sent));
}

TEST(TransportStreams, AreClosedWhenTheClientGoes) {
  producer_consumer_buffer<std::uint8_t> buffer;
  std::promise<pplx::task<void>> replied;
  TestServer server([&](const http_request& request) { replied.set_value(reply_stream(request, buffer)); });
  RawClient client(server.port());
  client.send(std::string("GET /") + kEnd);
  const pplx::task<void> sent = replied.get_future().get();

  client.reset();

  EXPECT_TRUE(fails(sent));
  EXPECT_FALSE(buffer.can_read());
  buffer.close(std::ios_base::out).wait();
}

TEST(TransportAnswers, FromManyThreadsReachTheirOwnRequests) {
  TestServer server([](const http_request& request) {
    pplx::create_task([request] { reply_text(request, request.request_uri().to_string()); });
  });

  std::vector<std::thread> threads;
  std::atomic<int> right{0};
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      RawClient client(server.port());
      for (int i = 0; i < 200; ++i) {
        const std::string path = "/" + std::to_string(t) + "/" + std::to_string(i);
        right += client.get(path).body == path ? 1 : 0;
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }

  EXPECT_EQ(right, 1600);
}

}  // namespace
}  // namespace tidegate::transport
