#pragma once

#include <pplx/pplxtasks.h>

#include <map>
#include <optional>
#include <string>

#include "services/async/deadline.h"

namespace tidegate::spot {

/// What a predictor says of one pool (seed 000: `predictions.<type>.<zone>`).
struct PricePrediction {
  std::optional<double> volatility;  ///< 0 = flat, 1 = as wild as it gets
  std::optional<std::string> trend;  ///< "decreasing", "stable", "increasing"
  std::string as_given;              ///< the prediction's JSON text
};

struct PriceForecast {
  /// By instance type, then availability zone.
  std::map<std::string, std::map<std::string, PricePrediction>> by_pool;
  std::string source;       ///< "lambda:spot-price-predictor", "none"
  std::string unavailable;  ///< why there is none; empty where there is one
};

/// Predicts spot prices for the next hours. Never throws for an absent or failing predictor (seed 000,
/// get_spot_price_predictions): `unavailable` says why.
class PricePredictor {
 public:
  virtual ~PricePredictor() = default;
  virtual pplx::task<PriceForecast> predict(std::string region, Deadline deadline) = 0;
};

}  // namespace tidegate::spot
