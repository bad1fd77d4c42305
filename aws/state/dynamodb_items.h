#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "services/state/store.h"

// Internal to aws/state/: how documents and conditions are written in DynamoDB's JSON. The table has the
// attributes pk and sk (the key), body, version, expires_at (epoch seconds, the TTL attribute) and write_id
// (who wrote this version: tells a repeated write from another's).

namespace tidegate::aws {

nlohmann::json key_to_item(const state::Key& key);

/// A whole item.
nlohmann::json document_to_item(const state::Write& put, std::uint64_t version, const std::string& write_id);

/// Throws std::runtime_error for an item that tidegate did not write.
state::Document document_from_item(const nlohmann::json& item);

/// What a condition is judged by.
struct ItemState {
  std::uint64_t version = 0;  ///< 0 = absent or expired
  std::string write_id;
};

/// `item` as GetItem's `Item`, null or without version = absent.
ItemState state_of_item(const nlohmann::json& item, Instant now);

/// Adds ConditionExpression, names and values to a write; nothing for Condition::none().
void add_condition(nlohmann::json& write, const state::Condition& condition, Instant now);

/// The KeyConditionExpression of a range, its filter on expiry, names and values. `sort_until` is in force
/// only where there is no `sort_from`: DynamoDB knows one condition on a sort key, and its BETWEEN includes
/// both ends, so the caller drops a document at `sort_until` itself.
void add_range(nlohmann::json& query, const state::RangeQuery& range, Instant now);

/// True where the document of that expiry is to be taken as gone.
bool has_expired(const std::optional<Instant>& expires_at, Instant now);

}  // namespace tidegate::aws
