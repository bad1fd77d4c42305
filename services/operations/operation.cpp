#include "services/operations/operation.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tidegate::operations {

using nlohmann::json;

namespace {

struct StateName {
  OperationState state;
  std::string_view name;
};
constexpr std::array kStateNames = {
    StateName{OperationState::kRunning, "running"},
    StateName{OperationState::kSucceeded, "succeeded"},
    StateName{OperationState::kPartiallySucceeded, "partially_succeeded"},
    StateName{OperationState::kFailed, "failed"},
};

OperationState state_from(std::string_view name) {
  for (const auto& known : kStateNames) {
    if (known.name == name) return known.state;
  }
  throw std::runtime_error("unknown operation state in the store: " + std::string(name));
}

json parse_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json::parse(text); }

std::string dump_or_empty(const json& value) { return value.is_null() ? std::string() : value.dump(); }

json text_or_null(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

/// The part that the stored form and the callers' form share.
json shared_part(const Operation& operation) {
  json steps = json::array();
  for (const Step& step : operation.steps) {
    steps.push_back({{"name", step.name}, {"state", step.state}, {"detail", parse_or_null(step.detail)}});
  }
  return {
      {"operation_id", operation.id},
      {"kind", operation.kind},
      {"state", state_name(operation.state)},
      {"principal", operation.principal},
      {"request_id", operation.request_id},
      {"dry_run", operation.dry_run},
      {"created_at", format_rfc3339(operation.created_at)},
      {"updated_at", format_rfc3339(operation.updated_at)},
      {"finished_at", operation.finished_at ? json(format_rfc3339(*operation.finished_at)) : json(nullptr)},
      {"request", parse_or_null(operation.request)},
      {"steps", std::move(steps)},
      {"result", parse_or_null(operation.result)},
      {"error", text_or_null(operation.error)},
  };
}

}  // namespace

std::string_view state_name(OperationState state) {
  return std::ranges::find(kStateNames, state, &StateName::state)->name;
}

Step* Operation::find_step(std::string_view name) {
  const auto found = std::ranges::find(steps, name, &Step::name);
  return found == steps.end() ? nullptr : &*found;
}

const Step* Operation::find_step(std::string_view name) const {
  const auto found = std::ranges::find(steps, name, &Step::name);
  return found == steps.end() ? nullptr : &*found;
}

std::string encode_operation(const Operation& operation) {
  json stored = shared_part(operation);
  stored["lease"] = {{"holder", operation.lease.holder},
                     {"epoch", operation.lease.epoch},
                     {"length_ms", operation.lease.length_ms}};
  if (operation.claim) {
    stored["claim"] = {{"principal", operation.claim->principal},
                       {"route", operation.claim->route},
                       {"key", operation.claim->key},
                       {"body_hash", operation.claim->body_hash}};
  }
  return stored.dump();
}

Operation decode_operation(const std::string& text) {
  const json stored = json::parse(text);
  Operation operation;
  operation.id = stored.at("operation_id");
  operation.kind = stored.at("kind");
  operation.state = state_from(stored.at("state").get<std::string>());
  operation.principal = stored.at("principal");
  operation.request_id = stored.at("request_id");
  operation.dry_run = stored.at("dry_run");
  operation.created_at = parse_rfc3339(stored.at("created_at"));
  operation.updated_at = parse_rfc3339(stored.at("updated_at"));
  if (!stored.at("finished_at").is_null()) operation.finished_at = parse_rfc3339(stored.at("finished_at"));
  operation.request = dump_or_empty(stored.at("request"));
  for (const json& step : stored.at("steps")) {
    operation.steps.push_back({step.at("name"), step.at("state"), dump_or_empty(step.at("detail"))});
  }
  operation.result = dump_or_empty(stored.at("result"));
  operation.error = stored.at("error").is_null() ? "" : stored.at("error").get<std::string>();
  const json& lease = stored.at("lease");
  operation.lease = {lease.at("holder"), lease.at("epoch"), lease.at("length_ms")};
  if (stored.contains("claim")) {
    const json& claim = stored["claim"];
    operation.claim =
        IdempotencyClaim{claim.at("principal"), claim.at("route"), claim.at("key"), claim.at("body_hash")};
  }
  return operation;
}

std::string operation_to_api_json(const Operation& operation) { return shared_part(operation).dump(); }

}  // namespace tidegate::operations
