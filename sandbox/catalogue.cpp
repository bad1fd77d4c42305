#include "sandbox/catalogue.h"

#include <nlohmann/json.hpp>

#include "sandbox/embedded_facts.h"

namespace tidegate::sandbox {

Catalogue load_catalogue() {
  const auto facts = nlohmann::json::parse(kEmbeddedFacts);
  Catalogue catalogue;
  catalogue.region = facts.at("region");
  catalogue.on_demand_as_of = parse_rfc3339(facts.at("on_demand_as_of"));
  catalogue.advisor_as_of = parse_rfc3339(facts.at("advisor_as_of"));
  catalogue.interruption_labels = facts.at("interruption_labels");
  for (const auto& [name, type] : facts.at("types").items()) {
    catalogue.types.emplace(name, InstanceFacts{.usd_per_hour = type.at("usd_per_hour"),
                                                .vcpus = type.at("vcpus"),
                                                .memory_mib = type.at("memory_mib"),
                                                .spot_savings_percent = type.at("spot_savings_percent"),
                                                .interruption_bucket = type.at("interruption_bucket")});
  }
  return catalogue;
}

}  // namespace tidegate::sandbox
