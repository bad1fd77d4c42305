// An AWS that is slow and does nothing: bench_eks_upstream PORT LATENCY_MS. Every call is answered LATENCY_MS
// after it arrived; signatures are not looked at. Node groups have 2 nodes whatever was asked before, so that
// every scale-up has something to do. Answers until SIGTERM, then says how many calls came.
#include <cpprest/http_listener.h>
#include <pplx/threadpool.h>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <string>

#include "server/system_clock.h"
#include "server/transport/transport.h"
#include "services/async/spawn.h"
#include "services/async/task.h"

namespace {

struct Reply {
  int status = 200;
  std::string type = "application/json";
  std::string body;
};

constexpr const char* kScaling = R"({"minSize":1,"maxSize":10,"desiredSize":2})";

// One on-demand product in the price list's shape, as a JSON string in a list.
constexpr const char* kPrices =
    R"({"FormatVersion":"aws_v1","PriceList":["{\"product\":{\"productFamily\":\"Compute Instance\",)"
    R"(\"attributes\":{\"instanceType\":\"m5.large\",\"regionCode\":\"us-east-1\"}},\"terms\":{\"OnDemand\":)"
    R"({\"A.B\":{\"priceDimensions\":{\"A.B.C\":{\"unit\":\"Hrs\",\"pricePerUnit\":{\"USD\":\"0.0960000000\"}}}}}}}"]})";

std::string part(const std::string& path, std::size_t index) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= index; ++i) begin = path.find('/', begin) + 1;
  return path.substr(begin, path.find('/', begin) - begin);
}

std::string update(const std::string& id, const char* status) {
  return R"({"update":{"id":")" + id + R"(","status":")" + status +
         R"(","type":"ConfigUpdate","params":[],"createdAt":1795000000.0,"errors":[]}})";
}

/// /clusters/NAME/node-groups/GROUP, .../update-config, /clusters/NAME/updates/ID, functions and prices.
Reply answer(const web::http::http_request& request, std::size_t number) {
  const std::string path = request.relative_uri().path();
  if (request.headers().has("x-amz-target")) return {200, "application/x-amz-json-1.1", kPrices};
  if (path.find("/functions/") != std::string::npos) {
    return {404, "application/json", R"({"Type":"User","Message":"Function not found"})"};
  }
  if (path.ends_with("/update-config")) {
    return {200, "application/json", update("update-" + std::to_string(number), "Successful")};
  }
  if (path.find("/updates/") != std::string::npos)
    return {200, "application/json", update(part(path, 3), "Successful")};
  if (path.find("/node-groups/") != std::string::npos) {
    return {
        200, "application/json",
        R"({"nodegroup":{"clusterName":")" + part(path, 1) + R"(","nodegroupName":")" + part(path, 3) +
            R"(","status":"ACTIVE","capacityType":"ON_DEMAND","instanceTypes":["m5.large"],"scalingConfig":)" +
            kScaling + R"(,"health":{"issues":[]}}})"};
  }
  return {404, "application/json", R"({"message":"the upstream of this benchmark does not know this call"})"};
}

pplx::task<void> answer_late(std::shared_ptr<tidegate::Clock> clock, std::chrono::milliseconds latency,
                             web::http::http_request request, std::size_t number) {
  co_await clock->sleep_for(latency);
  const Reply reply = answer(request, number);
  web::http::http_response response(static_cast<web::http::status_code>(reply.status));
  if (reply.status == 404) response.headers().add("x-amzn-ErrorType", "ResourceNotFoundException");
  response.set_body(reply.body, reply.type);
  request.reply(response);
}

}  // namespace

int main(int argc, char** argv) {
  sigset_t end;
  sigemptyset(&end);
  sigaddset(&end, SIGTERM);
  sigaddset(&end, SIGINT);
  pthread_sigmask(SIG_BLOCK, &end, nullptr);  // before any thread exists, so that all inherit it

  const std::string port = argc > 1 ? argv[1] : "8081";
  const std::chrono::milliseconds latency(argc > 2 ? std::stoi(argv[2]) : 200);
  crossplat::threadpool::initialize_with_threads(2);
  const auto clock = std::make_shared<tidegate::SystemClock>();
  const auto transport = tidegate::transport::make_transport({.loops = 1}, nullptr);
  tidegate::transport::register_transport(transport);
  std::atomic<std::size_t> calls = 0;
  web::http::experimental::listener::http_listener listener("http://127.0.0.1:" + port);
  listener.support([&calls, clock, latency](const web::http::http_request& request) {
    tidegate::spawn("answer", answer_late(clock, latency, request, ++calls));
  });
  listener.open().wait();
  std::printf("listening on %u\n", transport->endpoints().front().port);
  std::fflush(stdout);

  int received = 0;
  sigwait(&end, &received);
  transport->drain(std::chrono::steady_clock::now() + std::chrono::seconds(5));
  listener.close().wait();
  std::printf("%zu calls\n", calls.load());
}
