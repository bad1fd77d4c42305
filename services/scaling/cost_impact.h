#pragma once

#include <optional>
#include <string>

#include "services/pricing/price_source.h"
#include "services/scaling/cluster_api.h"

namespace tidegate::scaling {

/// What a change of size costs, or saves where negative. Compute only, before discounts and tax.
struct CostImpact {
  int nodes = 0;  ///< more (or, negative, fewer)
  std::optional<double> hourly_usd;
  std::optional<double> monthly_usd;
  std::optional<pricing::Quote> node_price;  ///< what one node costs
  std::string instance_type;                 ///< what a node was priced as; empty where that is not known
  std::string reason;                        ///< how it was computed, or why it could not be
};

/// The instance type that stands for the group's nodes: the first of its list, EKS's order of preference.
/// Empty where a launch template decides.
std::string priced_type(const Nodegroup& group);

/// Without the noise of binary fractions: to a millionth of a dollar.
double rounded_usd(double amount);

/// Nodes gained or lost times a node's price, and that times the hours of a month. Null without a price.
CostImpact cost_impact(const Nodegroup& group, const ScalingConfig& target,
                       const std::optional<pricing::Quote>& price, double hours_per_month);

}  // namespace tidegate::scaling
