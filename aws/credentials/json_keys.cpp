#include "aws/credentials/json_keys.h"

#include <nlohmann/json.hpp>

#include "aws/credentials/provider.h"
#include "aws/protocols/scalars.h"

namespace tidegate::aws {

using nlohmann::json;

Credentials parse_json_keys(const std::string& text, const std::string& source) {
  const auto body = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) throw CredentialsFailure(source + " gave no JSON object");
  const auto member = [&body](const char* name) {
    const auto found = body.find(name);
    return found != body.end() && found->is_string() ? found->get<std::string>() : std::string();
  };
  const auto status = member("Code");
  if (!status.empty() && status != "Success") throw CredentialsFailure(source + " says " + status);

  Credentials keys{member("AccessKeyId"), member("SecretAccessKey"), member("Token")};
  if (keys.session_token.empty()) keys.session_token = member("SessionToken");
  keys.account_id = member("AccountId");
  keys.source = source;
  if (keys.access_key_id.empty() || keys.secret_access_key.empty()) {
    throw CredentialsFailure(source + " gave no AccessKeyId and SecretAccessKey");
  }
  const auto expiration = member("Expiration");
  if (!expiration.empty()) {
    try {
      keys.expires_at =
          Instant(std::chrono::milliseconds(static_cast<std::int64_t>(parse_instant(expiration) * 1000)));
    } catch (const std::runtime_error&) {
      throw CredentialsFailure(source + " gave an Expiration that is no instant");
    }
  }
  return keys;
}

}  // namespace tidegate::aws
