#include "aws/credentials/profile_source.h"

#include <charconv>
#include <set>

#include "aws/credentials/container_source.h"
#include "aws/credentials/environment_source.h"
#include "aws/credentials/fetching_provider.h"
#include "aws/credentials/instance_metadata_source.h"
#include "aws/credentials/process_source.h"
#include "aws/credentials/shared_files.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

/// Keys that were read already.
class KnownKeysSource final : public CredentialsSource {
 public:
  explicit KnownKeysSource(Credentials keys) : keys_(std::move(keys)) {}
  std::string name() const override { return keys_.source; }
  pplx::task<std::optional<Credentials>> fetch(Deadline) override {
    return pplx::task_from_result(std::optional<Credentials>(keys_));
  }

 private:
  Credentials keys_;
};

using SourcePtr = std::unique_ptr<CredentialsSource>;

/// Finds out what a profile says. Each method throws CredentialsFailure where it contradicts itself.
class Resolver {
 public:
  Resolver(const Environment& environment, const SharedFiles& files, const StsAccess& sts)
      : environment_(environment), files_(files), sts_(sts) {}

  /// The source that a profile describes, or null where it describes none.
  SourcePtr resolve(const std::string& name) {
    const auto* profile = files_.profile(name);
    if (profile == nullptr) throw CredentialsFailure("the shared AWS files have no profile " + name);
    if (setting(*profile, "role_arn")) {
      if (!visited_.insert(name).second) {
        // A role may name its own profile as the source where that has keys; anything else goes in circles.
        if (auto keys = static_keys(name, *profile)) return keys;
        throw CredentialsFailure("profile " + name + " is its own source_profile, over one or more others");
      }
      return role(name, *profile);
    }
    if (auto keys = static_keys(name, *profile)) return keys;
    for (const auto* key : {"sso_session", "sso_start_url", "login_session"}) {
      if (setting(*profile, key)) {
        throw CredentialsFailure("profile " + name + " signs in through " + key +
                                 ", which takes a person; give the service a role or keys");
      }
    }
    if (const auto command = setting(*profile, "credential_process")) {
      return std::make_unique<ProcessSource>(*command, *sts_.clock);
    }
    return nullptr;
  }

 private:
  SourcePtr static_keys(const std::string& name, const ProfileSettings& profile) const {
    const auto id = setting(profile, "aws_access_key_id");
    const auto secret = setting(profile, "aws_secret_access_key");
    if (!id && !secret) return nullptr;
    if (!id || !secret) throw CredentialsFailure("profile " + name + " has one half of a key pair only");
    Credentials keys{*id, *secret, setting(profile, "aws_session_token").value_or("")};
    keys.account_id = setting(profile, "aws_account_id").value_or("");
    keys.source = "profile " + name;
    return std::make_unique<KnownKeysSource>(std::move(keys));
  }

  RoleRequest role_request(const std::string& name, const ProfileSettings& profile) const {
    RoleRequest role;
    role.role_arn = *setting(profile, "role_arn");
    role.session_name = setting(profile, "role_session_name").value_or(role.session_name);
    role.external_id = setting(profile, "external_id").value_or("");
    if (const auto text = setting(profile, "duration_seconds")) {
      int seconds = 0;
      const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), seconds);
      if (error != std::errc() || end != text->data() + text->size()) {
        throw CredentialsFailure("profile " + name + ": duration_seconds is no whole number");
      }
      role.duration = std::chrono::seconds(seconds);
    }
    try {
      role.check();
    } catch (const InvalidRequest& wrong) {
      throw CredentialsFailure("profile " + name + ": " + wrong.what());
    }
    return role;
  }

  SourcePtr role(const std::string& name, const ProfileSettings& profile) {
    const auto request = role_request(name, profile);
    if (const auto file = setting(profile, "web_identity_token_file")) {
      return std::make_unique<WebIdentitySource>(sts_, *file, request);
    }
    if (setting(profile, "mfa_serial")) {
      throw CredentialsFailure("profile " + name + " wants an MFA code, which takes a person");
    }
    const auto source_profile = setting(profile, "source_profile");
    const auto credential_source = setting(profile, "credential_source");
    if (source_profile.has_value() == credential_source.has_value()) {
      throw CredentialsFailure("profile " + name +
                               " has a role_arn and needs one of source_profile and credential_source");
    }
    SourcePtr base = source_profile ? resolve(*source_profile) : base_of(name, *credential_source);
    if (!base) throw CredentialsFailure("profile " + *source_profile + " has no credentials");
    return std::make_unique<AssumeRoleSource>(sts_, std::make_shared<FetchingProvider>(std::move(base)),
                                              request);
  }

  SourcePtr base_of(const std::string& name, const std::string& credential_source) const {
    if (credential_source == "Environment") return std::make_unique<EnvironmentSource>(environment_);
    if (credential_source == "Ec2InstanceMetadata") {
      return std::make_unique<InstanceMetadataSource>(environment_, sts_.http, *sts_.clock);
    }
    if (credential_source == "EcsContainer") {
      return std::make_unique<ContainerSource>(environment_, sts_.http, *sts_.clock);
    }
    throw CredentialsFailure("profile " + name +
                             ": credential_source is none of Environment, Ec2InstanceMetadata" +
                             " and EcsContainer");
  }

  const Environment& environment_;
  const SharedFiles& files_;
  const StsAccess& sts_;
  std::set<std::string> visited_;
};

}  // namespace

std::string ProfileSource::name() const { return "profile " + profile_name(environment_, profile_); }

pplx::task<std::optional<Credentials>> ProfileSource::fetch(Deadline deadline) {
  std::optional<Credentials> keys;
  const auto profile = profile_name(environment_, profile_);
  const auto files = load_shared_files(environment_);
  const bool named = !profile_.empty() || environment_("AWS_PROFILE").has_value();
  if (!named && files.profile(profile) == nullptr) co_return keys;
  const auto source = Resolver(environment_, files, sts_).resolve(profile);
  if (!source && named) throw CredentialsFailure("profile " + profile + " has no credentials");
  if (source) keys = co_await source->fetch(deadline);
  co_return keys;
}

}  // namespace tidegate::aws
