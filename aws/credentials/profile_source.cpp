#include "aws/credentials/profile_source.h"

#include "aws/credentials/shared_files.h"
#include "services/async/task.h"

namespace tidegate::aws {

std::string ProfileKeysSource::profile_name_now() const { return profile_name(environment_, profile_); }

pplx::task<std::optional<Credentials>> ProfileKeysSource::fetch(Deadline /*deadline*/) {
  const auto files = load_shared_files(environment_);
  const auto* profile = files.profile(profile_name_now());
  if (profile == nullptr) {
    const bool named = !profile_.empty() || environment_("AWS_PROFILE").has_value();
    if (named) throw CredentialsFailure("the shared AWS files have no profile " + profile_name_now());
    co_return std::nullopt;
  }
  const auto id = setting(*profile, "aws_access_key_id");
  const auto secret = setting(*profile, "aws_secret_access_key");
  if (!id && !secret) co_return std::nullopt;
  if (!id || !secret) {
    throw CredentialsFailure("profile " + profile_name_now() + " has one half of a key pair only");
  }
  Credentials keys{*id, *secret, setting(*profile, "aws_session_token").value_or("")};
  keys.account_id = setting(*profile, "aws_account_id").value_or("");
  keys.source = name();
  co_return keys;
}

}  // namespace tidegate::aws
