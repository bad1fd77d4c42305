#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "services/json_text.h"
#include "services/state/store.h"

// Internal to aws/state/: how documents and conditions are written in DynamoDB's JSON, and read from it. Both
// as text: a store is called too often for values in between. The table has the attributes pk and sk (the
// key), body, version, expires_at (epoch seconds, the TTL attribute) and write_id (who wrote this version:
// tells a repeated write from another's).

namespace tidegate::aws {

/// An item's key, as JSON.
std::string key_to_item(const state::Key& key);

/// A whole item, as JSON.
std::string document_to_item(const state::Write& put, std::uint64_t version, const std::string& write_id);

/// The document in GetItem's answer; null where there is none. Throws std::runtime_error for an item that
/// tidegate did not write.
std::optional<state::Document> document_in(std::string_view answer);

/// The documents and the cursor in Query's answer. Throws as document_in().
state::Page page_in(std::string_view answer);

/// What a condition is judged by.
struct ItemState {
  std::uint64_t version = 0;  ///< 0 = absent or expired
  std::string write_id = {};
};

/// The state of `Item` in GetItem's answer; null where there is none. Throws as document_in().
std::optional<ItemState> state_in(std::string_view answer, Instant now);

/// The same of the item that refused a PutItem; null also where the refusal did not come whole.
std::optional<ItemState> state_in_refusal(std::string_view refusal, Instant now);

/// The code of each part of a cancelled transaction, in order, "None" where the part was fine; empty where
/// the refusal does not tell.
std::vector<std::string> cancellation_codes_in(std::string_view refusal);

/// Adds ConditionExpression and its values to a write; nothing for Condition::none().
void add_condition(JsonObject& write, const state::Condition& condition, Instant now);

/// Adds the KeyConditionExpression of a range, its filter on expiry and their values. `sort_until` is in
/// force only where there is no `sort_from`: DynamoDB knows one condition on a sort key, and its BETWEEN
/// includes both ends, so the caller drops a document at `sort_until` itself.
void add_range(JsonObject& query, const state::RangeQuery& range, Instant now);

/// True where the document of that expiry is to be taken as gone.
bool has_expired(const std::optional<Instant>& expires_at, Instant now);

}  // namespace tidegate::aws
