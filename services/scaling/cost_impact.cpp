#include "services/scaling/cost_impact.h"

#include <cmath>

namespace tidegate::scaling {

std::string priced_type(const Nodegroup& group) {
  return group.instance_types.empty() ? std::string() : group.instance_types.front();
}

double rounded_usd(double amount) { return std::round(amount * 1e6) / 1e6; }

CostImpact cost_impact(const Nodegroup& group, const ScalingConfig& target,
                       const std::optional<pricing::Quote>& price, double hours_per_month) {
  CostImpact impact;
  impact.nodes = target.desired_size - group.scaling.desired_size;
  impact.instance_type = priced_type(group);
  impact.node_price = price;
  if (impact.instance_type.empty()) {
    impact.reason = "the node group's launch template decides the instance type";
    return impact;
  }
  if (!price) {
    impact.reason = "no price of " + impact.instance_type + " is known";
    return impact;
  }
  impact.hourly_usd = rounded_usd(impact.nodes * price->usd_per_hour);
  impact.monthly_usd = rounded_usd(impact.nodes * price->usd_per_hour * hours_per_month);
  impact.reason = group.instance_types.size() == 1
                      ? "every node is a " + impact.instance_type
                      : "nodes priced as " + impact.instance_type + ", the first of the group's " +
                            std::to_string(group.instance_types.size()) + " types";
  return impact;
}

}  // namespace tidegate::scaling
