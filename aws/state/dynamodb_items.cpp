#include "aws/state/dynamodb_items.h"

#include <charconv>
#include <chrono>
#include <stdexcept>

namespace tidegate::aws {

namespace {

using nlohmann::json;
using state::Condition;
using state::Document;
using state::Key;
using state::RangeQuery;
using state::Write;

constexpr const char* kNotExpired = "(attribute_not_exists(expires_at) OR expires_at > :now)";

json text(const std::string& value) { return {{"S", value}}; }

/// Numbers travel as text: a double would lose digits.
json number(std::uint64_t value) { return {{"N", std::to_string(value)}}; }

json epoch_seconds(Instant at) {
  return {{"N", std::to_string(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count())}};
}

std::int64_t read_number(const json& value) {
  const auto& digits = value.at("N").get_ref<const std::string&>();
  std::int64_t result = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw std::runtime_error("\"" + digits + "\" is no whole number");
  }
  return result;
}

std::optional<Instant> read_expiry(const json& item) {
  if (!item.contains("expires_at")) return std::nullopt;
  return Instant(std::chrono::seconds(read_number(item.at("expires_at"))));
}

}  // namespace

bool has_expired(const std::optional<Instant>& expires_at, Instant now) {
  return expires_at && *expires_at <= std::chrono::floor<std::chrono::seconds>(now);
}

json key_to_item(const Key& key) { return {{"pk", text(key.partition)}, {"sk", text(key.sort)}}; }

json document_to_item(const Write& put, std::uint64_t version, const std::string& write_id) {
  json item = key_to_item(put.key);
  item["body"] = text(put.body);
  item["version"] = number(version);
  item["write_id"] = text(write_id);
  if (put.expires_at) item["expires_at"] = epoch_seconds(*put.expires_at);
  return item;
}

Document document_from_item(const json& item) {
  try {
    return {.key = {item.at("pk").at("S"), item.at("sk").at("S")},
            .body = item.at("body").at("S"),
            .version = static_cast<std::uint64_t>(read_number(item.at("version"))),
            .expires_at = read_expiry(item)};
  } catch (const json::exception& failure) {
    throw std::runtime_error(failure.what());
  }
}

ItemState state_of_item(const json& item, Instant now) {
  if (!item.is_object() || !item.contains("version") || has_expired(read_expiry(item), now)) return {};
  return {.version = static_cast<std::uint64_t>(read_number(item.at("version"))),
          .write_id = item.value("/write_id/S"_json_pointer, "")};
}

void add_condition(json& write, const Condition& condition, Instant now) {
  switch (condition.kind) {
    case Condition::Kind::kNone:
      return;
    case Condition::Kind::kAbsent:
      write["ConditionExpression"] = "attribute_not_exists(pk) OR expires_at <= :now";
      write["ExpressionAttributeValues"] = {{":now", epoch_seconds(now)}};
      return;
    case Condition::Kind::kVersion:
      write["ConditionExpression"] = std::string("version = :version AND ") + kNotExpired;
      write["ExpressionAttributeValues"] = {{":now", epoch_seconds(now)},
                                            {":version", number(condition.version)}};
      return;
  }
}

void add_range(json& query, const RangeQuery& range, Instant now) {
  json values = {{":pk", text(range.partition)}, {":now", epoch_seconds(now)}};
  std::string where = "pk = :pk";
  if (!range.sort_from.empty() && !range.sort_until.empty()) {
    where += " AND sk BETWEEN :from AND :until";
  } else if (!range.sort_from.empty()) {
    where += " AND sk >= :from";
  } else if (!range.sort_until.empty()) {
    where += " AND sk < :until";
  }
  if (!range.sort_from.empty()) values[":from"] = text(range.sort_from);
  if (!range.sort_until.empty()) values[":until"] = text(range.sort_until);
  query["KeyConditionExpression"] = where;
  query["FilterExpression"] = kNotExpired;
  query["ExpressionAttributeValues"] = std::move(values);
}

}  // namespace tidegate::aws
