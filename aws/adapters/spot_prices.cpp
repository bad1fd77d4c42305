#include "aws/adapters/spot_prices.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <nlohmann/json.hpp>

#include "aws/client/paged.h"
#include "aws/operations/table.h"

namespace tidegate::aws {

using nlohmann::json;
using pricing::SpotQuote;

namespace {

using Quotes = std::vector<SpotQuote>;
using QuotesPtr = std::shared_ptr<const Quotes>;

Instant instant_of(double epoch_seconds) {
  return Instant(std::chrono::milliseconds(static_cast<std::int64_t>(epoch_seconds * 1000)));
}

std::optional<SpotQuote> quote_of(const json& row) {
  const auto text = row.value("SpotPrice", "");
  double price = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), price);
  if (error != std::errc() || end != text.data() + text.size() || price <= 0) return {};
  SpotQuote quote{row.value("InstanceType", ""), row.value("AvailabilityZone", ""), {}};
  if (quote.instance_type.empty() || quote.availability_zone.empty()) return {};
  quote.quote = {price, "aws:spot-price-history", instant_of(row.value("Timestamp", 0.0))};
  return quote;
}

/// The latest row of each pool; the history may hold several, and rows in no order.
Quotes latest_by_pool(const json& rows) {
  std::map<std::pair<std::string, std::string>, SpotQuote> latest;
  for (const auto& row : rows) {
    const auto quote = quote_of(row);
    if (!quote) continue;
    const auto [at, fresh] = latest.try_emplace({quote->instance_type, quote->availability_zone}, *quote);
    if (!fresh && quote->quote.observed_at > at->second.quote.observed_at) at->second = *quote;
  }
  Quotes quotes;
  quotes.reserve(latest.size());
  for (auto& [pool, quote] : latest) quotes.push_back(std::move(quote));
  return quotes;
}

pplx::task<QuotesPtr> fetch(std::shared_ptr<AwsClient> client, int page_size, std::string region,
                            std::vector<std::string> types, Deadline deadline) {
  const auto now = std::chrono::floor<std::chrono::seconds>(client->clock().now());
  json parameters = {{"StartTime", static_cast<double>(now.time_since_epoch().count())},
                     {"ProductDescriptions", {"Linux/UNIX"}},
                     {"MaxResults", page_size}};
  if (!types.empty()) parameters["InstanceTypes"] = types;
  const Target target{region, ""};
  const auto history =
      co_await client->call_all(ec2().operation("DescribeSpotPriceHistory"), parameters, target, deadline);
  co_return std::make_shared<const Quotes>(latest_by_pool(history.items));
}

bool wanted(const std::vector<std::string>& names, const std::string& name) {
  return names.empty() || std::ranges::find(names, name) != names.end();
}

}  // namespace

Ec2SpotPrices::Ec2SpotPrices(std::shared_ptr<AwsClient> client, SpotPricesConfig config)
    : client_(std::move(client)), config_(config), cache_(config.cache, client_->clock()) {}

pplx::task<Quotes> Ec2SpotPrices::spot(std::string region, std::vector<std::string> instance_types,
                                       std::vector<std::string> zones, Deadline deadline) {
  std::ranges::sort(instance_types);
  auto quotes = cache_.peek(region);
  if (!quotes) {
    std::string key = region;
    for (const auto& type : instance_types) key += "/" + type;
    const TimedCache<Quotes>::Load load = [client = client_, page_size = config_.page_size, region,
                                           instance_types](Deadline shared) {
      return fetch(client, page_size, region, instance_types, std::move(shared));
    };
    quotes = co_await cache_.get(key, deadline, load);
  }
  Quotes found;
  for (const auto& quote : *quotes) {
    if (wanted(instance_types, quote.instance_type) && wanted(zones, quote.availability_zone)) {
      found.push_back(quote);
    }
  }
  co_return found;
}

}  // namespace tidegate::aws
