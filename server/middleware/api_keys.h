#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "routes/call.h"

namespace tidegate {

/// One API key as it is configured.
struct ApiKeyConfig {
  std::string id;                   ///< names the key in the log
  std::string principal;            ///< who calls with it
  std::vector<std::string> sha256;  ///< of the whole key, in hex; two while a key is being changed
  std::vector<std::string> scopes;  ///< of "read", "operate", "admin"
};

struct AuthConfig {
  std::vector<ApiKeyConfig> keys;
};

/// What is wrong with one key of AuthConfig::keys.
struct KeyMistake {
  std::size_t key = 0;  ///< which one, from 0
  std::string message;
};

/// Everything for which keys can't be used: no id, principal, hash or scope, an unknown scope, an id or a
/// hash twice, more than two active hashes of one principal. Empty = usable.
std::vector<KeyMistake> mistakes_in(const AuthConfig& config);

/// Throws InvalidRequest with the first of mistakes_in(), where there is one.
void require_valid(const AuthConfig& config);

/// Finds out who calls. Immutable, so free to share between threads.
class ApiKeys {
 public:
  /// One who may call. `index` counts principals from 0 and keys their rate limits.
  struct Caller {
    routes::Principal principal;
    std::string key_id = {};  ///< of the key that was sent; empty where none is configured
    std::size_t index = 0;
  };

  /// Throws as require_valid(). Without a key every caller is "local" with all scopes.
  explicit ApiKeys(const AuthConfig& config);

  /// The caller with the key in `Authorization: Bearer` or `X-API-Key`. Every configured hash is compared,
  /// each in constant time. Throws Unauthenticated for no key, an unknown one, or two different ones.
  const Caller& authenticate(const std::string* authorization, const std::string* x_api_key) const;

  std::size_t principals() const { return principals_; }
  bool open() const { return hashes_.empty(); }

 private:
  struct Entry {
    std::array<unsigned char, 32> hash;
    std::size_t caller;
  };
  std::vector<Entry> hashes_;
  std::vector<Caller> callers_;
  std::size_t principals_ = 1;
};

/// A fresh key "tg_<id>_<secret>_<crc>": 8 characters of id, 43 of secret (256 bits from the system's
/// generator), 6 of CRC-32 over what stands before it, so that a scanner knows one when it sees one.
struct NewApiKey {
  std::string key;
  ApiKeyConfig config;
};
NewApiKey make_api_key(const std::string& principal, const std::vector<std::string>& scopes);

/// Whether the check sum of a "tg_..." key is right.
bool is_well_formed_key(std::string_view key);

}  // namespace tidegate
