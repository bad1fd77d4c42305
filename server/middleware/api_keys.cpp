#include "server/middleware/api_keys.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <boost/crc.hpp>
#include <stdexcept>

#include "aws/signing/hash.h"
#include "services/error.h"

namespace tidegate {

namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr std::size_t kIdLength = 8;
constexpr std::size_t kSecretLength = 43;
constexpr std::size_t kCrcLength = 6;
constexpr std::size_t kActiveHashesMax = 2;
constexpr std::array<std::string_view, 3> kScopes{"read", "operate", "admin"};

bool is_hex_sha256(const std::string& text) {
  return text.size() == 64 && std::ranges::all_of(text, [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

unsigned char nibble(char c) {
  if (c <= '9') return static_cast<unsigned char>(c - '0');
  return static_cast<unsigned char>((c | 0x20) - 'a' + 10);
}

std::array<unsigned char, 32> from_hex(const std::string& hex) {
  std::array<unsigned char, 32> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<unsigned char>(nibble(hex[2 * i]) << 4 | nibble(hex[2 * i + 1]));
  }
  return bytes;
}

/// Uniform over the alphabet: bytes that would favour its first letters are thrown away.
std::string random_text(std::size_t length) {
  constexpr unsigned kUsable = 256 / kAlphabet.size() * kAlphabet.size();
  std::string text;
  while (text.size() < length) {
    std::array<unsigned char, 64> bytes{};
    if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) {
      throw std::runtime_error("the system gives no random numbers");
    }
    for (const unsigned char byte : bytes) {
      if (byte < kUsable && text.size() < length) text += kAlphabet[byte % kAlphabet.size()];
    }
  }
  return text;
}

std::string crc_text(std::string_view text) {
  boost::crc_32_type crc;
  crc.process_bytes(text.data(), text.size());
  std::uint32_t rest = crc.checksum();
  std::string written(kCrcLength, kAlphabet[0]);
  for (std::size_t i = kCrcLength; i-- > 0; rest /= static_cast<std::uint32_t>(kAlphabet.size())) {
    written[i] = kAlphabet[rest % kAlphabet.size()];
  }
  return written;
}

/// The token of `Authorization: Bearer <token>`; the scheme in any case.
std::string_view bearer_token(const std::string& header) {
  constexpr std::string_view kScheme = "bearer ";
  const bool bearer =
      header.size() > kScheme.size() &&
      std::equal(kScheme.begin(), kScheme.end(), header.begin(), [](char expected, char given) {
        return given == ' ' ? expected == ' ' : (given | 0x20) == expected;
      });
  if (!bearer) throw Unauthenticated("the Authorization header holds no Bearer token");
  std::string_view token(header);
  token.remove_prefix(std::min(token.find_first_not_of(' ', kScheme.size()), token.size()));
  return token.substr(0, token.find_last_not_of(' ') + 1);
}

}  // namespace

std::vector<KeyMistake> mistakes_in(const AuthConfig& config) {
  std::vector<KeyMistake> mistakes;
  std::vector<std::string> ids;
  std::vector<std::string> hashes;
  std::map<std::string, std::size_t> active;
  for (std::size_t i = 0; i < config.keys.size(); ++i) {
    const ApiKeyConfig& key = config.keys[i];
    const std::string name = key.id.empty() ? "a key" : "key \"" + key.id + "\"";
    const auto note = [&](const std::string& what) { mistakes.push_back({i, name + what}); };
    if (key.id.empty()) note(" needs an id");
    if (!key.id.empty() && std::ranges::find(ids, key.id) != ids.end()) note(" stands there twice");
    ids.push_back(key.id);
    if (key.principal.empty()) note(" needs a principal");
    if (key.sha256.empty()) note(" needs a sha256");
    for (const std::string& hash : key.sha256) {
      if (!is_hex_sha256(hash)) note(" has a sha256 that is not 64 hexadecimal digits");
      if (std::ranges::find(hashes, hash) != hashes.end()) note(" has the sha256 of another key");
      hashes.push_back(hash);
    }
    std::size_t& of_principal = active[key.principal];
    of_principal += key.sha256.size();
    if (!key.principal.empty() && of_principal > kActiveHashesMax) {
      mistakes.push_back({i, "principal \"" + key.principal + "\" has more than two active keys"});
    }
    if (key.scopes.empty()) note(" needs at least one scope: read, operate or admin");
    for (const std::string& scope : key.scopes) {
      if (std::ranges::find(kScopes, scope) != kScopes.end()) continue;
      note(" has an unknown scope \"" + scope + "\": read, operate or admin");
    }
  }
  return mistakes;
}

void require_valid(const AuthConfig& config) {
  const std::vector<KeyMistake> mistakes = mistakes_in(config);
  if (!mistakes.empty()) throw InvalidRequest(mistakes.front().message);
}

ApiKeys::ApiKeys(const AuthConfig& config) {
  require_valid(config);
  if (config.keys.empty()) {
    callers_.push_back({.principal = {.id = "local", .scopes = {"read", "operate", "admin"}}});
    return;
  }
  // A principal's two keys may have different scopes, so each key is a caller; they share one rate limit.
  std::map<std::string, std::size_t> index_of;
  for (const ApiKeyConfig& key : config.keys) {
    const std::size_t index = index_of.emplace(key.principal, index_of.size()).first->second;
    for (const std::string& hash : key.sha256) hashes_.push_back({from_hex(hash), callers_.size()});
    callers_.push_back(
        {.principal = {.id = key.principal, .scopes = key.scopes}, .key_id = key.id, .index = index});
  }
  principals_ = index_of.size();
}

const ApiKeys::Caller& ApiKeys::authenticate(const std::string* authorization,
                                             const std::string* x_api_key) const {
  if (open()) return callers_.front();
  std::string_view key;
  if (authorization != nullptr) key = bearer_token(*authorization);
  if (x_api_key != nullptr) {
    if (authorization != nullptr && key != *x_api_key) {
      throw Unauthenticated("the Authorization and X-API-Key headers hold different keys");
    }
    key = *x_api_key;
  }
  if (key.empty()) throw Unauthenticated("send an API key as Authorization: Bearer or X-API-Key");

  const aws::Digest digest = aws::sha256(key);
  const Caller* found = nullptr;
  for (const Entry& entry : hashes_) {
    if (CRYPTO_memcmp(entry.hash.data(), digest.data(), digest.size()) == 0) found = &callers_[entry.caller];
  }
  if (found == nullptr) throw Unauthenticated("this API key is not known");
  return *found;
}

NewApiKey make_api_key(const std::string& principal, const std::vector<std::string>& scopes) {
  NewApiKey made;
  made.config.id = random_text(kIdLength);
  made.key = "tg_" + made.config.id + "_" + random_text(kSecretLength);
  made.key += "_" + crc_text(made.key);
  made.config.principal = principal;
  made.config.scopes = scopes;
  made.config.sha256 = {aws::hex(aws::sha256(made.key))};
  return made;
}

bool is_well_formed_key(std::string_view key) {
  constexpr std::size_t kLength = 3 + kIdLength + 1 + kSecretLength + 1 + kCrcLength;
  if (key.size() != kLength || !key.starts_with("tg_")) return false;
  return key.substr(kLength - kCrcLength) == crc_text(key.substr(0, kLength - kCrcLength - 1));
}

}  // namespace tidegate
