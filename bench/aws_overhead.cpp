// What a signed DynamoDB GetItem costs beside a bare libcurl call; bench/overhead.py runs it. One mode a
// process:
//   bench_aws_overhead echo PORT LATENCY_MS          a DynamoDB that says the same to everything
//   bench_aws_overhead client PORT CALLS AT_A_TIME [THREADS]   our client, as the state store calls it
//   bench_aws_overhead values PORT CALLS AT_A_TIME [THREADS]   our client, parameters and answer as values of
//   JSON; THREADS are its transport's
//   bench_aws_overhead curl PORT CALLS AT_A_TIME     libcurl alone: one easy handle, or a multi handle for
//   more
// A client prints one JSON line: CPU and wall time a call after a warm-up, p50 and p99, resident memory.
#include <curl/curl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "aws/accounts/account_credentials.h"
#include "aws/client/aws_client.h"
#include "aws/credentials/environment_source.h"
#include "aws/credentials/refreshing_credentials.h"
#include "aws/http/curl_client.h"
#include "aws/operations/table.h"
#include "aws/random.h"
#include "aws/state/dynamodb_items.h"
#include "aws/state/dynamodb_table.h"
#include "bench/late_server.h"
#include "server/pool.h"
#include "server/system_clock.h"
#include "services/async/task.h"

namespace {

using namespace tidegate;
using Steady = std::chrono::steady_clock;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr const char* kItem =
    R"({"Item":{"pk":{"S":"operation"},"sk":{"S":"01J00000000000000000000000"},"version":{"N":"7"},)"
    R"("expires_at":{"N":"1795000000"},"body":{"S":"{\"kind\":\"scale\",\"state\":\"running\",\"steps\":[]}"}}})";

double cpu_us() {
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const auto us = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_usec);
  };
  return us(used.ru_utime) + us(used.ru_stime);
}

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  std::size_t total = 0;
  std::size_t resident = 0;
  statm >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE)) / (1024.0 * 1024.0);
}

// --- the measured

struct Figures {
  std::vector<double> took_us = {};
  double cpu = 0;
  double wall_us = 0;
  double idle_mib = 0;

  void print() {
    std::ranges::sort(took_us);
    const auto calls = static_cast<double>(took_us.size());
    const auto at = [this, calls](double share) {
      return took_us[std::min(took_us.size() - 1, static_cast<std::size_t>(share * calls))];
    };
    std::printf("%s\n", nlohmann::json({{"cpu_us", cpu / calls},
                                        {"wall_us", wall_us / calls},
                                        {"p50_us", at(0.5)},
                                        {"p99_us", at(0.99)},
                                        {"idle_mib", idle_mib},
                                        {"busy_mib", resident_mib()}})
                            .dump()
                            .c_str());
  }
};

/// Runs `round` (how many calls -> their times) once to warm up and once measured.
template <class Round>
void measure(std::size_t calls, std::size_t at_a_time, Round round) {
  Figures figures;
  figures.idle_mib = resident_mib();
  round(std::max<std::size_t>(at_a_time, 200));
  const double cpu_before = cpu_us();
  const auto began = Steady::now();
  figures.took_us = round(calls);
  figures.cpu = cpu_us() - cpu_before;
  figures.wall_us = std::chrono::duration<double, std::micro>(Steady::now() - began).count();
  figures.print();
}

/// One GetItem, read.
using Call = std::function<pplx::task<void>(const Deadline&)>;

/// As the state store makes it: from JSON text to JSON text.
pplx::task<void> get_document(const aws::DynamoDbTable* table, Deadline deadline) {
  const state::Key key{"operation", "01J00000000000000000000000"};
  const auto answer = co_await table->get_item(key, "", deadline);
  if (!aws::document_in(answer)) std::abort();
}

/// As most calls are made: from values to values.
pplx::task<void> get_values(aws::AwsClient* client, Deadline deadline) {
  nlohmann::json parameters;
  parameters["TableName"] = "tidegate";
  parameters["ConsistentRead"] = true;
  parameters["Key"]["pk"]["S"] = "operation";
  parameters["Key"]["sk"]["S"] = "01J00000000000000000000000";
  // Named before it is waited for: GCC 12 copies a temporary's bytes where it lives across a co_await.
  const auto call =
      client->call(aws::dynamodb().operation("GetItem"), std::move(parameters), aws::Target{}, deadline);
  const auto answer = co_await call;
  if (!answer.contains("Item")) std::abort();
}

pplx::task<void> calls_in_turn(const Clock* clock, const Call* call, std::size_t calls, double* took_us) {
  for (std::size_t i = 0; i < calls; ++i) {
    const auto began = Steady::now();
    const auto deadline = Deadline::after(*clock, milliseconds(60'000));
    const auto one = (*call)(deadline);
    co_await one;
    took_us[i] = std::chrono::duration<double, std::micro>(Steady::now() - began).count();
  }
}

void run_client(const std::string& url, bool values, std::size_t calls, std::size_t at_a_time,
                std::size_t threads) {
  size_pool();
  SystemClock clock;
  NoTelemetry telemetry;
  const aws::Environment environment = [](const std::string& name) -> std::optional<std::string> {
    if (name == "AWS_ACCESS_KEY_ID") return "AKIDEXAMPLE";
    if (name == "AWS_SECRET_ACCESS_KEY") return "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    return {};
  };
  aws::RefreshingCredentials keys(std::make_unique<aws::EnvironmentSource>(environment), clock, {},
                                  aws::thread_random());
  aws::AwsConfig config;
  config.region = "us-east-1";
  config.endpoints.overrides.push_back({.service = "", .url = url});
  config.http.connections_per_host_max = std::max(config.http.connections_per_host_max, at_a_time);
  config.http.connections_max = std::max(config.http.connections_max, at_a_time);
  config.http.idle_connections_max = std::max(config.http.idle_connections_max, at_a_time);
  config.http.threads = threads;
  const auto http = std::make_shared<aws::CurlClient>(config.http, clock);
  const auto client = std::make_shared<aws::AwsClient>(
      config, aws::AwsClientParts{http, clock, telemetry, std::make_shared<aws::OwnAccount>(keys),
                                  aws::thread_random()});
  const aws::DynamoDbTable table(client, {});
  const Call call = [&](const Deadline& deadline) {
    return values ? get_values(client.get(), deadline) : get_document(&table, deadline);
  };
  measure(calls, at_a_time, [&](std::size_t count) {
    std::vector<double> took_us(count);
    std::vector<pplx::task<void>> lines;
    for (std::size_t i = 0; i < at_a_time; ++i) {
      const auto from = count * i / at_a_time;
      const auto until = count * (i + 1) / at_a_time;
      lines.push_back(calls_in_turn(&clock, &call, until - from, took_us.data() + from));
    }
    for (auto& line : lines) line.get();
    return took_us;
  });
}

std::size_t keep(char* data, std::size_t size, std::size_t count, void* body) {
  static_cast<std::string*>(body)->append(data, size * count);
  return size * count;
}

/// One bare transfer: the same bytes on the wire, nothing computed.
struct Bare {
  Bare(const std::string& url, curl_slist* headers) : easy(curl_easy_init()) {
    curl_easy_setopt(easy, CURLOPT_URL, (url + "/").c_str());
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, this);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(
        easy, CURLOPT_COPYPOSTFIELDS,
        R"({"ConsistentRead":true,"Key":{"pk":{"S":"operation"},"sk":{"S":"01J00000000000000000000000"}})"
        R"(,"TableName":"tidegate"})");
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &body);
  }
  CURL* easy;
  std::string body = {};
  Steady::time_point began = {};
};

void run_curl(const std::string& url, std::size_t calls, std::size_t at_a_time) {
  curl_global_init(CURL_GLOBAL_DEFAULT);
  curl_slist* headers = nullptr;
  for (const char* line :
       {"Content-Type: application/x-amz-json-1.0", "X-Amz-Target: DynamoDB_20120810.GetItem",
        "amz-sdk-invocation-id: 01234567-89ab-cdef-0123-456789abcdef", "amz-sdk-request: attempt=1; max=4",
        "X-Amz-Date: 20261121T023000Z", "Accept:",
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/us-east-1/dynamodb/aws4_request, "
        "SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;content-type;host;x-amz-date;x-amz-target, "
        "Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}) {
    headers = curl_slist_append(headers, line);
  }
  if (at_a_time == 1) {
    Bare bare(url, headers);
    measure(calls, 1, [&](std::size_t count) {
      std::vector<double> took_us(count);
      for (auto& took : took_us) {
        const auto began = Steady::now();
        bare.body.clear();
        if (curl_easy_perform(bare.easy) != CURLE_OK) std::abort();
        took = std::chrono::duration<double, std::micro>(Steady::now() - began).count();
      }
      return took_us;
    });
    return;
  }
  CURLM* multi = curl_multi_init();
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(at_a_time));
  std::vector<std::unique_ptr<Bare>> bares;
  for (std::size_t i = 0; i < at_a_time; ++i) bares.push_back(std::make_unique<Bare>(url, headers));
  measure(calls, at_a_time, [&](std::size_t count) {
    std::vector<double> took_us;
    std::size_t begun = 0;
    const auto begin = [&](Bare& bare) {
      if (begun++ >= count) return;
      bare.body.clear();
      bare.began = Steady::now();
      curl_multi_add_handle(multi, bare.easy);
    };
    for (auto& bare : bares) begin(*bare);
    while (took_us.size() < count) {
      int running = 0;
      curl_multi_perform(multi, &running);
      int left = 0;
      bool any = false;
      while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
        Bare* bare = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &bare);
        if (message->data.result != CURLE_OK) std::abort();
        curl_multi_remove_handle(multi, bare->easy);
        took_us.push_back(std::chrono::duration<double, std::micro>(Steady::now() - bare->began).count());
        begin(*bare);
        any = true;
      }
      if (!any) curl_multi_poll(multi, nullptr, 0, 1000, nullptr);
    }
    return took_us;
  });
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> words(arguments + 1, arguments + count);
  const auto number = [&words](std::size_t i) { return std::strtoul(words.at(i).c_str(), nullptr, 10); };
  if (words.size() == 3 && words[0] == "echo") {
    const std::string reply = bench::LateServer::reply("application/x-amz-json-1.0", kItem);
    bench::LateServer(static_cast<int>(number(1)), milliseconds(number(2)), [&reply](std::string_view) {
      return reply;
    }).run();
    return 0;
  }
  if (words.size() >= 4) {
    const std::string url = "http://127.0.0.1:" + words[1];
    const auto threads = words.size() == 5 ? number(4) : 0;
    const bool values = words[0] == "values";
    if (values || words[0] == "client") return run_client(url, values, number(2), number(3), threads), 0;
    if (words[0] == "curl") return run_curl(url, number(2), number(3)), 0;
  }
  std::fprintf(stderr, "see the head of bench/aws_overhead.cpp\n");
  return 2;
}
