// What the contract costs a request: routing and validation, on one thread, and reading it at start.
#include <benchmark/benchmark.h>

#include "openapi/embedded.h"
#include "server/contract/contract.h"

namespace {

using tidegate::contract::Contract;

void read_contract(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Contract(tidegate::openapi::json()));
}
BENCHMARK(read_contract)->Unit(benchmark::kMillisecond);

void admit(benchmark::State& state, const std::string& method, const std::string& target,
           const std::string& body) {
  const Contract contract(tidegate::openapi::json());
  const auto raw_body = body.empty() ? nullptr : std::make_shared<const std::string>(body);
  for (auto _ : state) {
    tidegate::routes::Call call{.method = method, .target = target};
    call.raw_body = raw_body;
    call.headers.add("content-type", "application/json");
    const auto match = contract.match(method, target);
    contract.validate(match, call);
    benchmark::DoNotOptimize(call);
  }
}
BENCHMARK_CAPTURE(admit, livez, "GET", "/livez", "");
BENCHMARK_CAPTURE(admit, operation, "GET", "/operations/op_01K9Z6V1QK3Y8M4T7C2B5N6D0F", "");
BENCHMARK_CAPTURE(admit, spot, "GET", "/spot/opportunities?region=us-east-1&limit=20", "");
BENCHMARK_CAPTURE(admit, spot_filtered, "GET",
                  "/spot/opportunities?region=us-east-1&instance_types=m5.large,c5.xlarge,r5.2xlarge"
                  "&zones=us-east-1a,us-east-1b&min_score=75&limit=20",
                  "");
BENCHMARK_CAPTURE(admit, scale, "POST", "/scale",
                  R"({"action": "scale_up", "cluster": "production", "nodegroups": [
                      {"name": "web", "desired_size": 6, "min_size": 2, "max_size": 12},
                      {"name": "batch-spot", "desired_size": 3}]})");

}  // namespace

BENCHMARK_MAIN();
