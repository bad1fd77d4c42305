#include "aws/adapters/lambda_price_predictor.h"

#include <nlohmann/json.hpp>

#include "aws/adapters/lambda_call.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;
using spot::PriceForecast;
using spot::PricePrediction;

namespace {

PricePrediction prediction_of(const json& given) {
  PricePrediction prediction;
  prediction.as_given = given.dump();
  if (!given.is_object()) return prediction;
  const auto volatility = given.find("volatility");
  if (volatility != given.end() && volatility->is_number()) prediction.volatility = volatility->get<double>();
  const auto trend = given.find("trend");
  if (trend != given.end() && trend->is_string()) prediction.trend = trend->get<std::string>();
  return prediction;
}

}  // namespace

pplx::task<PriceForecast> LambdaPricePredictor::predict(std::string region, Deadline deadline) {
  PriceForecast forecast;
  if (config_.function.empty()) {
    forecast.source = "none";
    forecast.unavailable = "no spot price predictor is configured";
    co_return forecast;
  }
  forecast.source = "lambda:" + config_.function;
  json event = {
      {"region", region}, {"prediction_horizon", config_.horizon_hours}, {"include_confidence", true}};
  try {
    const Target target{region, ""};
    const auto answer =
        co_await invoke_function(client_, config_.function, std::move(event), target, deadline);
    const auto predictions = answer.is_object() ? answer.value("predictions", json::object()) : json();
    if (!predictions.is_object()) {
      forecast.unavailable = "function " + config_.function + " gave no predictions";
      co_return forecast;
    }
    for (const auto& [type, zones] : predictions.items()) {
      if (!zones.is_object()) continue;
      for (const auto& [zone, given] : zones.items()) {
        forecast.by_pool[type].emplace(zone, prediction_of(given));
      }
    }
  } catch (const std::exception&) {
    forecast.unavailable = why_unavailable(config_.function, std::current_exception());
  }
  co_return forecast;
}

}  // namespace tidegate::aws
