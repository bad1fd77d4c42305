#include "services/operations/operation.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "services/json_text.h"

namespace tidegate::operations {

/// In the order of the text: a stored answer is replayed as it was given.
using StoredJson = nlohmann::ordered_json;

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

std::string dump_or_empty(const StoredJson& value) { return value.is_null() ? std::string() : value.dump(); }

// An operation is written many times while it runs, and most of it is JSON text already: it is put together
// as text, without taking those parts apart.

std::string step_text(const Step& step) {
  return JsonObject()
      .string("name", step.name)
      .string("state", step.state)
      .json("detail", step.detail)
      .take();
}

/// The part that the stored form and the callers' form share.
JsonObject shared_part(const Operation& operation) {
  JsonObject object;
  object.string("operation_id", operation.id)
      .string("kind", operation.kind)
      .string("state", state_name(operation.state))
      .string("principal", operation.principal)
      .string("request_id", operation.request_id)
      .boolean("dry_run", operation.dry_run)
      .string("created_at", format_rfc3339(operation.created_at))
      .string("updated_at", format_rfc3339(operation.updated_at))
      .string_or_null("finished_at", operation.finished_at ? format_rfc3339(*operation.finished_at) : "")
      .json("request", operation.request)
      .json("steps", json_array(operation.steps, step_text))
      .json("result", operation.result)
      .string_or_null("error", operation.error);
  return object;
}

}  // namespace

std::string_view state_name(OperationState state) {
  return std::ranges::find(kStateNames, state, &StateName::state)->name;
}

std::string_view Operation::trace_id() const {
  constexpr std::size_t kBegin = 3;  // "00-<trace id>-<span id>-<flags>"
  constexpr std::size_t kLength = 32;
  if (traceparent.size() < kBegin + kLength) return {};
  return std::string_view(traceparent).substr(kBegin, kLength);
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
  JsonObject object = shared_part(operation);
  JsonObject lease;
  lease.string("holder", operation.lease.holder)
      .number("epoch", operation.lease.epoch)
      .number("length_ms", operation.lease.length_ms);
  object.json("lease", lease.take());
  if (operation.claim) {
    JsonObject claim;
    claim.string("principal", operation.claim->principal)
        .string("route", operation.claim->route)
        .string("key", operation.claim->key)
        .string("body_hash", operation.claim->body_hash);
    object.json("claim", claim.take());
  }
  if (!operation.traceparent.empty()) object.string("traceparent", operation.traceparent);
  return object.take();
}

Operation decode_operation(const std::string& text) {
  const StoredJson stored = StoredJson::parse(text);
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
  for (const StoredJson& step : stored.at("steps")) {
    operation.steps.push_back({step.at("name"), step.at("state"), dump_or_empty(step.at("detail"))});
  }
  operation.result = dump_or_empty(stored.at("result"));
  operation.error = stored.at("error").is_null() ? "" : stored.at("error").get<std::string>();
  const StoredJson& lease = stored.at("lease");
  operation.lease = {lease.at("holder"), lease.at("epoch"), lease.at("length_ms")};
  if (stored.contains("claim")) {
    const StoredJson& claim = stored["claim"];
    operation.claim =
        IdempotencyClaim{claim.at("principal"), claim.at("route"), claim.at("key"), claim.at("body_hash")};
  }
  operation.traceparent = stored.value("traceparent", "");
  return operation;
}

std::string operation_to_api_json(const Operation& operation) { return shared_part(operation).take(); }

}  // namespace tidegate::operations
