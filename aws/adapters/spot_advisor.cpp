#include "aws/adapters/spot_advisor.h"

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "aws/protocols/scalars.h"

namespace tidegate::aws {

using nlohmann::json;
using spot::InterruptionBucket;

namespace {

constexpr std::uintmax_t kFeedBytesMax = std::uintmax_t{32} << 20U;
constexpr const char* kSource = "aws:spot-advisor";

[[noreturn]] void fail(const std::string& why) {
  throw UpstreamFailure("the Spot Advisor feed " + why, {.service = "spot-advisor", .operation = "read"});
}

using Feed = SpotAdvisor::Feed;
using FeedPtr = std::shared_ptr<const Feed>;

FeedPtr read_file(const std::string& path) {
  std::error_code failure;
  const auto size = std::filesystem::file_size(path, failure);
  if (failure) fail("can't be read from " + path + ": " + failure.message());
  if (size > kFeedBytesMax) fail("in " + path + " is too large");
  const auto written = std::filesystem::last_write_time(path, failure);
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  const auto observed_at =
      std::chrono::time_point_cast<Instant::duration>(std::chrono::file_clock::to_sys(written));
  return std::make_shared<const Feed>(SpotAdvisor::parse(text.str(), observed_at));
}

pplx::task<FeedPtr> load(SpotAdvisorConfig config, std::shared_ptr<http::HttpClient> http, Clock* clock,
                         Deadline deadline) {
  if (!config.file.empty()) co_return read_file(config.file);
  http::Request request{"GET", config.url, {}, ""};
  http::Response response;
  std::string why;
  try {
    response = co_await http->send(std::move(request), deadline);
  } catch (const http::TransportFailure& failure) {
    why = std::string("can't be fetched: ") + failure.what();
  }
  if (why.empty() && response.status != 200) {
    why = "can't be fetched: status " + std::to_string(response.status);
  }
  if (!why.empty()) fail(why);
  Instant observed_at = clock->now();
  try {
    const auto modified = parse_instant(response.header("last-modified"));
    observed_at = Instant(std::chrono::seconds(static_cast<std::int64_t>(modified)));
  } catch (const std::runtime_error&) {
    // No Last-Modified: as of now is all that is known.
  }
  co_return std::make_shared<const Feed>(SpotAdvisor::parse(response.body, observed_at));
}

/// Labels of the feed's ranges by their index.
std::map<int, std::string> labels_of(const json& feed) {
  std::map<int, std::string> labels;
  for (const auto& range : feed.at("ranges")) {
    labels.emplace(range.at("index").get<int>(), range.at("label").get<std::string>());
  }
  return labels;
}

}  // namespace

SpotAdvisor::SpotAdvisor(SpotAdvisorConfig config, std::shared_ptr<http::HttpClient> http, Clock& clock)
    : config_(std::move(config)), http_(std::move(http)), clock_(clock), cache_(config_.cache, clock) {}

SpotAdvisor::~SpotAdvisor() = default;

SpotAdvisor::Feed SpotAdvisor::parse(const std::string& text, Instant observed_at) {
  const auto feed = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (feed.is_discarded()) fail("is no JSON");
  Feed result;
  try {
    const auto labels = labels_of(feed);
    for (const auto& [region, systems] : feed.at("spot_advisor").items()) {
      const auto linux_types = systems.find("Linux");
      if (linux_types == systems.end()) continue;
      auto& types = result[region];
      for (const auto& [type, row] : linux_types->items()) {
        const int index = row.at("r").get<int>();
        const auto label = labels.find(index);
        if (label == labels.end()) continue;
        types.emplace(type, InterruptionBucket{index, label->second, kSource, observed_at});
      }
    }
  } catch (const json::exception& failure) {
    fail(std::string("is not of the shape known: ") + failure.what());
  }
  if (result.empty()) fail("holds no region");
  return result;
}

pplx::task<std::map<std::string, InterruptionBucket>> SpotAdvisor::buckets(std::string region,
                                                                           Deadline deadline) {
  std::map<std::string, InterruptionBucket> types;
  if (config_.file.empty() && config_.url.empty()) co_return types;
  const TimedCache<Feed>::Load fetch = [config = config_, http = http_, clock = &clock_](Deadline shared) {
    return load(config, http, clock, std::move(shared));
  };
  const auto feed = co_await cache_.get("feed", deadline, fetch);
  const auto found = feed->find(region);
  if (found != feed->end()) types = found->second;
  co_return types;
}

}  // namespace tidegate::aws
