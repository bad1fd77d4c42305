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

std::string dump_or_empty(const json& value) { return value.is_null() ? std::string() : value.dump(); }

// An operation is written many times while it runs, and most of it is JSON text already: it is put together
// as text, without taking those parts apart.

std::string quoted(const std::string& text) { return json(text).dump(); }

std::string quoted_or_null(const std::string& text) { return text.empty() ? "null" : quoted(text); }

std::string json_or_null(const std::string& text) { return text.empty() ? "null" : text; }

std::string steps_text(const std::vector<Step>& steps) {
  std::string text = "[";
  for (const Step& step : steps) {
    if (text.size() > 1) text += ',';
    text.append(R"({"name":)").append(quoted(step.name));
    text.append(R"(,"state":)").append(quoted(step.state));
    text.append(R"(,"detail":)").append(json_or_null(step.detail)).append("}");
  }
  return text.append("]");
}

/// The part that the stored form and the callers' form share, without the closing brace.
std::string shared_part(const Operation& operation) {
  const auto instant = [](Instant at) { return "\"" + format_rfc3339(at) + "\""; };
  std::string text;
  text.append(R"({"operation_id":)").append(quoted(operation.id));
  text.append(R"(,"kind":)").append(quoted(operation.kind));
  text.append(R"(,"state":")").append(state_name(operation.state)).append("\"");
  text.append(R"(,"principal":)").append(quoted(operation.principal));
  text.append(R"(,"request_id":)").append(quoted(operation.request_id));
  text.append(R"(,"dry_run":)").append(operation.dry_run ? "true" : "false");
  text.append(R"(,"created_at":)").append(instant(operation.created_at));
  text.append(R"(,"updated_at":)").append(instant(operation.updated_at));
  text.append(R"(,"finished_at":)").append(operation.finished_at ? instant(*operation.finished_at) : "null");
  text.append(R"(,"request":)").append(json_or_null(operation.request));
  text.append(R"(,"steps":)").append(steps_text(operation.steps));
  text.append(R"(,"result":)").append(json_or_null(operation.result));
  text.append(R"(,"error":)").append(quoted_or_null(operation.error));
  return text;
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
  std::string text = shared_part(operation);
  const json lease = {{"holder", operation.lease.holder},
                      {"epoch", operation.lease.epoch},
                      {"length_ms", operation.lease.length_ms}};
  text.append(R"(,"lease":)").append(lease.dump());
  if (operation.claim) {
    const json claim = {{"principal", operation.claim->principal},
                        {"route", operation.claim->route},
                        {"key", operation.claim->key},
                        {"body_hash", operation.claim->body_hash}};
    text.append(R"(,"claim":)").append(claim.dump());
  }
  return text.append("}");
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

std::string operation_to_api_json(const Operation& operation) { return shared_part(operation).append("}"); }

}  // namespace tidegate::operations
