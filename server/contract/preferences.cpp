#include "server/contract/preferences.h"

#include <openssl/sha.h>

#include <array>
#include <cctype>
#include <nlohmann/json.hpp>
#include <string_view>

namespace tidegate::contract {

namespace {

using nlohmann::json;

/// The preference's name: up to its value, its parameters or its end, without white space, in lower case.
std::string preference_name(std::string_view preference) {
  std::string name;
  for (const char c : preference) {
    if (c == '=' || c == ';') break;
    if (c != ' ' && c != '\t') name += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return name;
}

json members(const routes::Parameters& parameters) {
  json object = json::object();
  for (const auto& [name, value] : parameters) {
    object[name] = std::visit([](const auto& typed) { return json(typed); }, value);
  }
  return object;
}

std::string sha256_hex(const std::string& text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * digest.size());
  for (const unsigned char byte : digest) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 0xF];
  }
  return hex;
}

}  // namespace

bool prefers_async(const routes::Headers& headers) {
  for (const auto& [field, value] : headers) {
    if (field != "prefer") continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      if (preference_name(rest.substr(0, comma)) == "respond-async") return true;
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
  }
  return false;
}

std::optional<operations::IdempotencyClaim> idempotency_claim(const Operation& operation,
                                                              const routes::Call& call) {
  const std::string* sent = operation.takes_idempotency_key ? call.headers.find("idempotency-key") : nullptr;
  if (sent == nullptr) return std::nullopt;
  const bool quoted = sent->size() >= 2 && sent->front() == '"' && sent->back() == '"';
  // Members of a json object are ordered by name, so its text is canonical.
  const json request = {{"path", members(call.path)},
                        {"query", members(call.query)},
                        {"body", call.body ? *call.body : json(nullptr)}};
  return operations::IdempotencyClaim{.principal = call.principal.id,
                                      .route = operation.id,
                                      .key = quoted ? sent->substr(1, sent->size() - 2) : *sent,
                                      .body_hash = sha256_hex(request.dump())};
}

}  // namespace tidegate::contract
