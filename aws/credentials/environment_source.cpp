#include "aws/credentials/environment_source.h"

#include "services/async/task.h"

namespace tidegate::aws {

pplx::task<std::optional<Credentials>> EnvironmentSource::fetch(Deadline /*deadline*/) {
  const auto id = environment_("AWS_ACCESS_KEY_ID");
  const auto secret = environment_("AWS_SECRET_ACCESS_KEY");
  if (!id && !secret) co_return std::nullopt;
  if (!id || !secret) {
    throw CredentialsFailure(id ? "AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not"
                                : "AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not");
  }
  Credentials keys{*id, *secret, environment_("AWS_SESSION_TOKEN").value_or("")};
  keys.account_id = environment_("AWS_ACCOUNT_ID").value_or("");
  keys.source = name();
  if (const auto expiry = environment_("AWS_CREDENTIAL_EXPIRATION")) {
    try {
      keys.expires_at = parse_rfc3339(*expiry);
    } catch (const InvalidRequest&) {
      throw CredentialsFailure("AWS_CREDENTIAL_EXPIRATION is no RFC 3339 instant");
    }
  }
  co_return keys;
}

}  // namespace tidegate::aws
