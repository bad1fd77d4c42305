#include "routes/spot.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "routes/answer_cache.h"
#include "services/async/task.h"

namespace tidegate::routes {

namespace {

using Json = nlohmann::ordered_json;

/// Percents and points to four decimals: what lies beyond is the noise of binary fractions.
Json rounded(std::optional<double> value) {
  if (!value) return nullptr;
  return std::round(*value * 1e4) / 1e4;
}

/// A dependency's error text may hold bytes that are no UTF-8; they don't cost the answer.
std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json(nullptr);
}

Json value_json(const std::variant<std::monostate, double, std::string>& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  return nullptr;
}

Json factor_json(const spot::ScoreFactor& factor) {
  Json json;
  json["name"] = factor.name;
  const auto* number = std::get_if<double>(&factor.value);
  json["value"] = number ? rounded(*number) : value_json(factor.value);
  json["points"] = rounded(factor.points);
  json["reason"] = factor.reason;
  return json;
}

Json figure_json(const spot::Figure& figure) {
  Json json;
  json["value"] = value_json(figure.value);
  json["source"] = figure.source.empty() ? Json(nullptr) : Json(figure.source);
  json["observed_at"] = figure.observed_at ? Json(format_rfc3339(*figure.observed_at)) : Json(nullptr);
  json["age_seconds"] = figure.age ? Json(figure.age->count()) : Json(nullptr);
  return json;
}

template <class T>
Json array_of(const std::vector<T>& items, Json (*as_json)(const T&)) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(as_json(item));
  return array;
}

Json row_json(const spot::Opportunity& row) {
  Json json;
  json["instance_type"] = row.instance_type;
  json["availability_zone"] = row.availability_zone;
  json["current_price"] = or_null(row.spot_usd_per_hour);
  json["on_demand_price"] = or_null(row.on_demand_usd_per_hour);
  json["savings_percent"] = rounded(row.savings_percent);
  json["opportunity_score"] = rounded(row.score);
  json["interruption_risk"] = or_null(row.interruption_risk);
  json["price_trend"] = or_null(row.price_trend);
  json["recommended"] = row.recommended;
  json["factors"] = array_of(row.factors, factor_json);
  Json figures = Json::object();
  for (const spot::Figure& figure : row.figures) figures[figure.name] = figure_json(figure);
  json["figures"] = figures;
  return json;
}

spot::OpportunityQuery query_of(const Parameters& parameters) {
  spot::OpportunityQuery query;
  query.region = parameters.text("region").value_or("");
  query.instance_types = parameters.list("instance_types");
  query.zones = parameters.list("zones");
  query.filter.score_min = parameters.number("min_score");
  if (const auto limit = parameters.integer("limit")) query.filter.limit = static_cast<std::size_t>(*limit);
  return query;
}

void append_sorted(std::string& key, std::vector<std::string> names) {
  key += '|';
  std::ranges::sort(names);
  for (const std::string& name : names) key.append(name).push_back(',');
}

/// The same for queries that differ only in the order of their lists.
std::string key_of(const spot::OpportunityQuery& query) {
  std::string key = query.region;
  append_sorted(key, query.instance_types);
  append_sorted(key, query.zones);
  key += '|' + std::to_string(query.filter.limit) + '|';
  if (query.filter.score_min) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), *query.filter.score_min).ptr;
    key.append(digits.data(), end);
  }
  return key;
}

struct SpotRoutes {
  SpotRoutes(std::shared_ptr<spot::SpotService> spot_service, std::shared_ptr<Clock> clock)
      : service(std::move(spot_service)),
        answers(std::move(clock), service->config().answer_ttl, service->config().answers_max) {}

  std::shared_ptr<spot::SpotService> service;
  AnswerCache answers;

  static pplx::task<Answer> render(std::shared_ptr<SpotRoutes> self, spot::OpportunityQuery query,
                                   std::string key) {
    const auto report = co_await self->service->opportunities(std::move(query));
    const auto body = std::make_shared<const std::string>(render_opportunities(report) + '\n');
    self->answers.put(std::move(key), body);
    co_return Answer{.body = body};
  }

  static pplx::task<Answer> opportunities(const std::shared_ptr<SpotRoutes>& self, const Call& call) {
    spot::OpportunityQuery query = query_of(call.query);
    std::string key = key_of(query);
    if (auto body = self->answers.find(key)) return pplx::task_from_result(Answer{.body = std::move(body)});
    return render(self, std::move(query), std::move(key));
  }
};

}  // namespace

std::string render_opportunities(const spot::OpportunityReport& report) {
  Json json;
  json["timestamp"] = format_rfc3339(report.timestamp);
  json["region"] = report.region;
  json["total_opportunities"] = report.total;
  json["high_value_opportunities"] = report.high_value;
  json["opportunities"] = array_of(report.opportunities, row_json);
  Json summary;
  summary["avg_savings"] = rounded(report.savings_percent_average);
  summary["best_savings"] = rounded(report.savings_percent_best);
  summary["recommended_count"] = report.recommended;
  json["summary"] = summary;
  json["degraded"] = report.degraded;
  return text_of(json);
}

std::string render_forecast(const spot::ForecastReport& report) {
  Json predictions = Json::object();
  for (const auto& [type, pools] : report.forecast.by_pool) {
    for (const auto& [zone, prediction] : pools) {
      Json given = Json::parse(prediction.as_given, nullptr, false);
      predictions[type][zone] = given.is_discarded() ? Json(nullptr) : std::move(given);
    }
  }
  Json json;
  json["timestamp"] = format_rfc3339(report.timestamp);
  json["region"] = report.region;
  json["predictions"] = predictions;
  json["source"] = report.forecast.source;
  json["unavailable"] =
      report.forecast.unavailable.empty() ? Json(nullptr) : Json(report.forecast.unavailable);
  return text_of(json);
}

void add_spot_routes(Routes& routes, std::shared_ptr<spot::SpotService> service,
                     std::shared_ptr<Clock> clock) {
  const auto spot_routes = std::make_shared<SpotRoutes>(std::move(service), std::move(clock));
  routes.on("listSpotOpportunities",
            [spot_routes](const Call& call) { return SpotRoutes::opportunities(spot_routes, call); });
}

}  // namespace tidegate::routes
