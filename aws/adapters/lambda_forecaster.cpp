#include "aws/adapters/lambda_forecaster.h"

#include <nlohmann/json.hpp>

#include "aws/adapters/lambda_call.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;
using scaling::DemandForecast;
using scaling::DemandRecommendation;

namespace {

/// As Python takes it: the seed asks `if recommendation.get('recommended')`.
bool is_true(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  return !value.is_null() && !value.empty() && value != "";
}

DemandRecommendation recommendation_of(const json& given) {
  DemandRecommendation recommendation;
  recommendation.as_given = given.dump();
  if (!given.is_object()) return recommendation;
  const auto load = given.find("predicted_load_increase");
  if (load != given.end() && load->is_number()) recommendation.predicted_load_increase = load->get<double>();
  const auto spot = given.find("spot_optimization");
  if (spot != given.end() && spot->is_object() && spot->contains("recommended")) {
    recommendation.spot_recommended = is_true(spot->at("recommended"));
  }
  return recommendation;
}

}  // namespace

pplx::task<DemandForecast> LambdaForecaster::recommend(scaling::ClusterRef cluster, std::string action,
                                                       Deadline deadline) {
  DemandForecast forecast;
  if (config_.function.empty()) {
    forecast.source = "none";
    forecast.unavailable = "no demand forecaster is configured";
    co_return forecast;
  }
  forecast.source = "lambda:" + config_.function;
  const std::string place = cluster.account + "/" + cluster.region;
  if (const auto why = missing_.peek(place)) {
    forecast.unavailable = *why;
    co_return forecast;
  }
  json event = {{"cluster_name", cluster.cluster},
                {"action", action},
                {"current_time", format_rfc3339(client_->clock().now())}};
  try {
    const Target target{cluster.region, cluster.account};
    const auto answer =
        co_await invoke_function(client_, config_.function, std::move(event), target, deadline);
    const auto recommendations =
        answer.is_object() ? answer.value("recommendations", json::object()) : json();
    if (!recommendations.is_object()) {
      forecast.unavailable = "function " + config_.function + " gave no recommendations";
      co_return forecast;
    }
    for (const auto& [nodegroup, given] : recommendations.items()) {
      forecast.by_nodegroup.emplace(nodegroup, recommendation_of(given));
    }
  } catch (const AwsError& error) {
    forecast.unavailable = why_unavailable(config_.function, std::current_exception());
    if (error.code() == "ResourceNotFoundException") missing_.put(place, forecast.unavailable);
  } catch (const std::exception&) {
    forecast.unavailable = why_unavailable(config_.function, std::current_exception());
  }
  co_return forecast;
}

}  // namespace tidegate::aws
