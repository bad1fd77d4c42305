#include "services/operations/operation_documents.h"

#include <cstdint>
#include <nlohmann/json.hpp>

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
  return nlohmann::json({{"route", claim.route},
                         {"body_hash", claim.body_hash},
                         {"operation_id", claim.operation_id},
                         {"accepted", claim.accepted}})
      .dump();
}

StoredClaim decode_claim(const std::string& text) {
  const auto stored = nlohmann::json::parse(text);
  return {stored.at("route"), stored.at("body_hash"), stored.at("operation_id"), stored.at("accepted")};
}

}  // namespace tidegate::operations
