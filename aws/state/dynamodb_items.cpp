#include "aws/state/dynamodb_items.h"

#include <charconv>
#include <chrono>
#include <stdexcept>

#include "services/json_reader.h"

namespace tidegate::aws {

namespace {

using simdjson::dom::element;
using state::Condition;
using state::Document;
using state::Key;
using state::Page;
using state::RangeQuery;
using state::Write;

constexpr const char* kNotExpired = "(attribute_not_exists(expires_at) OR expires_at > :now)";

std::string text(std::string_view value) { return JsonObject().string("S", value).take(); }

/// Numbers travel as text: a double would lose digits.
template <std::integral Number>
std::string number(Number value) {
  return JsonObject().string("N", std::to_string(value)).take();
}

std::string epoch_seconds(Instant at) {
  return number(std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count());
}

/// The value of an attribute, of type S or N; null where the item has none of that name and type.
std::optional<std::string_view> attribute(element item, std::string_view name, std::string_view type) {
  std::string_view value;
  if (item[name][type].get(value) != simdjson::SUCCESS) return std::nullopt;
  return value;
}

std::string_view required(element item, std::string_view name, std::string_view type) {
  const auto value = attribute(item, name, type);
  if (!value) throw std::runtime_error("it has no " + std::string(name) + " of type " + std::string(type));
  return *value;
}

std::int64_t whole_number(std::string_view digits) {
  std::int64_t result = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
  if (error != std::errc() || end != digits.data() + digits.size()) {
    throw std::runtime_error("\"" + std::string(digits) + "\" is no whole number");
  }
  return result;
}

std::uint64_t version_of(element item) {
  return static_cast<std::uint64_t>(whole_number(required(item, "version", "N")));
}

std::optional<Instant> expiry_of(element item) {
  const auto seconds = attribute(item, "expires_at", "N");
  if (!seconds) return std::nullopt;
  return Instant(std::chrono::seconds(whole_number(*seconds)));
}

Document document_of(element item) {
  return {.key = {std::string(required(item, "pk", "S")), std::string(required(item, "sk", "S"))},
          .body = std::string(required(item, "body", "S")),
          .version = version_of(item),
          .expires_at = expiry_of(item)};
}

}  // namespace

bool has_expired(const std::optional<Instant>& expires_at, Instant now) {
  return expires_at && *expires_at <= std::chrono::floor<std::chrono::seconds>(now);
}

std::string key_to_item(const Key& key) {
  return JsonObject().json("pk", text(key.partition)).json("sk", text(key.sort)).take();
}

std::string document_to_item(const Write& put, std::uint64_t version, const std::string& write_id) {
  JsonObject item;
  item.json("pk", text(put.key.partition)).json("sk", text(put.key.sort)).json("body", text(put.body));
  item.json("version", number(version)).json("write_id", text(write_id));
  if (put.expires_at) item.json("expires_at", epoch_seconds(*put.expires_at));
  return item.take();
}

std::optional<Document> document_in(std::string_view answer) {
  const JsonReader reader(answer);
  element item;
  if (reader.root()["Item"].get(item) != simdjson::SUCCESS) return std::nullopt;
  return document_of(item);
}

Page page_in(std::string_view answer) {
  const JsonReader reader(answer);
  Page page;
  simdjson::dom::array items;
  if (reader.root()["Items"].get(items) == simdjson::SUCCESS) {
    for (const element item : items) page.documents.push_back(document_of(item));
  }
  element last;
  if (reader.root()["LastEvaluatedKey"].get(last) == simdjson::SUCCESS) {
    page.next_cursor = required(last, "sk", "S");
  }
  return page;
}

std::optional<ItemState> state_in(std::string_view answer, Instant now) {
  const JsonReader reader(answer);
  element item;
  if (reader.root()["Item"].get(item) != simdjson::SUCCESS) return std::nullopt;
  if (!attribute(item, "version", "N") || has_expired(expiry_of(item), now)) return ItemState();
  return ItemState{.version = version_of(item),
                   .write_id = std::string(attribute(item, "write_id", "S").value_or(""))};
}

std::optional<ItemState> state_in_refusal(std::string_view refusal, Instant now) {
  try {
    return state_in(refusal, now);
  } catch (const std::runtime_error&) {
    return std::nullopt;
  }
}

std::vector<std::string> cancellation_codes_in(std::string_view refusal) {
  std::vector<std::string> codes;
  try {
    const JsonReader reader(refusal);
    simdjson::dom::array reasons;
    if (reader.root()["CancellationReasons"].get(reasons) != simdjson::SUCCESS) return codes;
    for (const element reason : reasons) {
      std::string_view code;
      if (reason["Code"].get(code) != simdjson::SUCCESS) code = "None";
      codes.emplace_back(code);
    }
  } catch (const std::runtime_error&) {
    codes.clear();
  }
  return codes;
}

void add_condition(JsonObject& write, const Condition& condition, Instant now) {
  JsonObject values;
  values.json(":now", epoch_seconds(now));
  switch (condition.kind) {
    case Condition::Kind::kNone:
      return;
    case Condition::Kind::kAbsent:
      write.string("ConditionExpression", "attribute_not_exists(pk) OR expires_at <= :now");
      break;
    case Condition::Kind::kVersion:
      write.string("ConditionExpression", std::string("version = :version AND ") + kNotExpired);
      values.json(":version", number(condition.version));
      break;
  }
  write.json("ExpressionAttributeValues", values.take());
}

void add_range(JsonObject& query, const RangeQuery& range, Instant now) {
  JsonObject values;
  values.json(":pk", text(range.partition)).json(":now", epoch_seconds(now));
  std::string where = "pk = :pk";
  if (!range.sort_from.empty() && !range.sort_until.empty()) {
    where += " AND sk BETWEEN :from AND :until";
  } else if (!range.sort_from.empty()) {
    where += " AND sk >= :from";
  } else if (!range.sort_until.empty()) {
    where += " AND sk < :until";
  }
  if (!range.sort_from.empty()) values.json(":from", text(range.sort_from));
  if (!range.sort_until.empty()) values.json(":until", text(range.sort_until));
  query.string("KeyConditionExpression", where).string("FilterExpression", kNotExpired);
  query.json("ExpressionAttributeValues", values.take());
}

}  // namespace tidegate::aws
