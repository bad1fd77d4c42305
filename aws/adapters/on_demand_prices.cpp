#include "aws/adapters/on_demand_prices.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "aws/client/paged.h"
#include "aws/operations/table.h"
#include "services/async/when_all.h"

namespace tidegate::aws {

using nlohmann::json;
using pricing::Quote;

namespace {

using Prices = std::map<std::string, Quote>;
using PricesPtr = std::shared_ptr<const Prices>;

json filter(const char* field, const std::string& value) {
  return {{"Type", "TERM_MATCH"}, {"Field", field}, {"Value", value}};
}

std::string cache_key(const std::string& region, const std::string& instance_type) {
  return region + "/" + instance_type;
}

/// The hourly price of one product of the list, or null where it is no plain hourly price in USD.
std::optional<double> hourly_usd(const json& product) {
  for (const auto& term : product.at("terms").at("OnDemand")) {
    for (const auto& dimension : term.at("priceDimensions")) {
      const auto& per_unit = dimension.at("pricePerUnit");
      if (dimension.value("unit", "") != "Hrs" || !per_unit.contains("USD")) continue;
      const auto text = per_unit["USD"].get<std::string>();
      double price = 0;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), price);
      if (error == std::errc() && end == text.data() + text.size() && price > 0) return price;
    }
  }
  return {};
}

/// Reads GetProducts' list, whose entries are JSON in strings. An entry that is not what we know is passed
/// over: its price is unknown.
Prices read_products(const json& list, Instant now) {
  Prices prices;
  for (const auto& entry : list) {
    const auto product =
        entry.is_string() ? json::parse(entry.get_ref<const std::string&>(), nullptr, false) : entry;
    if (product.is_discarded()) continue;
    try {
      const std::string type = product.at("product").at("attributes").at("instanceType");
      if (const auto price = hourly_usd(product))
        prices.insert_or_assign(type, Quote{*price, "aws:pricing", now});
    } catch (const json::exception&) {
      continue;
    }
  }
  return prices;
}

pplx::task<PricesPtr> fetch(std::shared_ptr<AwsClient> client, std::string region, std::string type,
                            Deadline deadline) {
  json filters = {filter("regionCode", region),      filter("operatingSystem", "Linux"),
                  filter("tenancy", "Shared"),       filter("preInstalledSw", "NA"),
                  filter("capacitystatus", "Used"),  filter("licenseModel", "No License required"),
                  filter("marketoption", "OnDemand")};
  if (!type.empty()) filters.push_back(filter("instanceType", type));
  json parameters = {{"ServiceCode", "AmazonEC2"}, {"FormatVersion", "aws_v1"}, {"MaxResults", 100}};
  parameters["Filters"] = std::move(filters);
  const Target target{region, ""};
  const auto products =
      co_await client->call_all(price_list().operation("GetProducts"), parameters, target, deadline);
  co_return std::make_shared<const Prices>(read_products(products.items, client->clock().now()));
}

}  // namespace

PricingOnDemandPrices::PricingOnDemandPrices(std::shared_ptr<AwsClient> client, OnDemandPricesConfig config)
    : client_(std::move(client)), config_(config), cache_(config.cache, client_->clock()) {}

pplx::task<Prices> PricingOnDemandPrices::on_demand(std::string region,
                                                    std::vector<std::string> instance_types,
                                                    Deadline deadline) {
  auto whole_region = cache_.peek(region);
  std::vector<std::string> unknown;
  if (!whole_region) {
    for (const auto& type : instance_types) {
      if (!cache_.peek(cache_key(region, type))) unknown.push_back(type);
    }
  }
  if (unknown.size() > config_.types_singly_max) {
    const TimedCache<Prices>::Load load = [client = client_, region](Deadline shared) {
      return fetch(client, region, "", std::move(shared));
    };
    whole_region = co_await cache_.get(region, deadline, load);
  }
  Prices prices;
  if (whole_region) {
    for (const auto& type : instance_types) {
      const auto found = whole_region->find(type);
      if (found != whole_region->end()) prices.insert(*found);
    }
    co_return prices;
  }
  const auto one = [this, region, deadline](const std::string& type) {
    return cache_.get(cache_key(region, type), deadline, [client = client_, region, type](Deadline shared) {
      return fetch(client, region, type, shared);
    });
  };
  const auto found =
      co_await when_all_settled<PricesPtr>(std::move(instance_types), config_.calls_in_parallel_max, one);
  for (const auto& settled : found) {
    if (settled.failure) std::rethrow_exception(settled.failure);
    prices.insert((*settled.value)->begin(), (*settled.value)->end());
  }
  co_return prices;
}

}  // namespace tidegate::aws
