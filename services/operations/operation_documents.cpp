#include "services/operations/operation_documents.h"

#include <cstdint>
#include <nlohmann/json.hpp>

#include "services/json_text.h"

namespace tidegate::operations {

namespace {

/// FNV-1a, so that every replica of any build finds the same shard.
std::string shard_of(const std::string& id) {
  std::uint32_t hash = 2166136261U;
  for (const char c : id) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  return std::string(kShards[hash % kShards.size()]);
}

}  // namespace

state::Key operation_key(const std::string& id) { return {"operation/" + shard_of(id), id}; }

state::Key open_key(const std::string& id) { return {"open-operation/" + shard_of(id), id}; }

state::Key claim_key(const IdempotencyClaim& claim) { return {"idempotency/" + claim.principal, claim.key}; }

std::string encode_claim(const StoredClaim& claim) {
  return JsonObject()
      .string("route", claim.route)
      .string("body_hash", claim.body_hash)
      .string("operation_id", claim.operation_id)
      .json("accepted", claim.accepted)
      .take();
}

StoredClaim decode_claim(const std::string& text) {
  const auto stored = nlohmann::ordered_json::parse(text);
  const auto& accepted = stored.at("accepted");
  return {stored.at("route"), stored.at("body_hash"), stored.at("operation_id"),
          accepted.is_null() ? "" : accepted.dump()};
}

}  // namespace tidegate::operations
