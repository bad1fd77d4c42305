// An AWS that is slow and does nothing: bench_eks_upstream PORT LATENCY_MS. Every call is answered LATENCY_MS
// after it arrived; signatures are not looked at. Node groups have 2 nodes whatever was asked before, so that
// every scale-up has something to do. Answers until SIGTERM, then says how many calls came.
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "bench/late_server.h"

namespace {

using tidegate::bench::LateServer;

constexpr const char* kScaling = R"({"minSize":1,"maxSize":10,"desiredSize":2})";

// One on-demand product in the price list's shape, as a JSON string in a list.
constexpr const char* kPrices =
    R"({"FormatVersion":"aws_v1","PriceList":["{\"product\":{\"productFamily\":\"Compute Instance\",)"
    R"(\"attributes\":{\"instanceType\":\"m5.large\",\"regionCode\":\"us-east-1\"}},\"terms\":{\"OnDemand\":)"
    R"({\"A.B\":{\"priceDimensions\":{\"A.B.C\":{\"unit\":\"Hrs\",\"pricePerUnit\":{\"USD\":\"0.0960000000\"}}}}}}}"]})";

constexpr const char* kNotFound = "404 Not Found\r\nx-amzn-ErrorType: ResourceNotFoundException";

std::string part(std::string_view path, std::size_t index) {
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= index; ++i) begin = path.find('/', begin) + 1;
  return std::string(path.substr(begin, path.find('/', begin) - begin));
}

std::string update(const std::string& id) {
  return R"({"update":{"id":")" + id +
         R"(","status":"Successful","type":"ConfigUpdate","params":[],"createdAt":1795000000.0,"errors":[]}})";
}

/// /clusters/NAME/node-groups/GROUP, .../update-config, /clusters/NAME/updates/ID, functions and prices.
std::string answer(std::string_view request) {
  static std::size_t updates = 0;
  const auto from = request.find(' ') + 1;
  const auto target = request.substr(from, request.find(' ', from) - from);
  const auto path = target.substr(0, target.find('?'));
  if (path == "/") return LateServer::reply("application/x-amz-json-1.1", kPrices);
  if (path.find("/functions/") != std::string_view::npos) {
    return LateServer::reply("application/json", R"({"Type":"User","Message":"Function not found"})",
                             kNotFound);
  }
  if (path.ends_with("/update-config")) {
    return LateServer::reply("application/json", update("update-" + std::to_string(++updates)));
  }
  if (path.find("/updates/") != std::string_view::npos) {
    return LateServer::reply("application/json", update(part(path, 3)));
  }
  if (path.find("/node-groups/") != std::string_view::npos) {
    return LateServer::reply(
        "application/json",
        R"({"nodegroup":{"clusterName":")" + part(path, 1) + R"(","nodegroupName":")" + part(path, 3) +
            R"(","status":"ACTIVE","capacityType":"ON_DEMAND","instanceTypes":["m5.large"],"scalingConfig":)" +
            kScaling + R"(,"health":{"issues":[]}}})");
  }
  return LateServer::reply("application/json", R"({"message":"this upstream does not know this call"})",
                           kNotFound);
}

}  // namespace

int main(int argc, char** argv) {
  const int port = argc > 1 ? std::atoi(argv[1]) : 8081;
  const std::chrono::milliseconds latency(argc > 2 ? std::atoi(argv[2]) : 200);
  LateServer server(port, latency, answer);
  std::printf("listening on %d\n", port);
  std::fflush(stdout);
  std::printf("%zu calls\n", server.run());
}
