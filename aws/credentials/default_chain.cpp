#include "aws/credentials/default_chain.h"

#include "aws/credentials/chain_source.h"
#include "aws/credentials/container_source.h"
#include "aws/credentials/environment_source.h"
#include "aws/credentials/instance_metadata_source.h"
#include "aws/credentials/profile_source.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

/// What EKS puts into a pod's environment (IRSA).
class EnvironmentWebIdentity final : public CredentialsSource {
 public:
  EnvironmentWebIdentity(Environment environment, StsAccess sts)
      : environment_(std::move(environment)), sts_(std::move(sts)) {}
  std::string name() const override { return "web identity"; }

  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override {
    std::optional<Credentials> keys;
    const auto file = environment_("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (!file) co_return keys;
    const auto arn = environment_("AWS_ROLE_ARN");
    if (!arn) throw CredentialsFailure("AWS_WEB_IDENTITY_TOKEN_FILE is set but AWS_ROLE_ARN is not");
    RoleRequest role;
    role.role_arn = *arn;
    role.session_name = environment_("AWS_ROLE_SESSION_NAME").value_or(role.session_name);
    WebIdentitySource source(sts_, *file, role);
    keys = co_await source.fetch(deadline);
    co_return keys;
  }

 private:
  Environment environment_;
  StsAccess sts_;
};

}  // namespace

std::unique_ptr<CredentialsSource> default_chain(const Environment& environment, const std::string& profile,
                                                 StsAccess sts) {
  std::vector<std::unique_ptr<CredentialsSource>> sources;
  if (profile.empty()) {
    sources.push_back(std::make_unique<EnvironmentSource>(environment));
    sources.push_back(std::make_unique<EnvironmentWebIdentity>(environment, sts));
  }
  sources.push_back(std::make_unique<ProfileSource>(environment, profile, sts));
  sources.push_back(std::make_unique<ContainerSource>(environment, sts.http, *sts.clock));
  sources.push_back(std::make_unique<InstanceMetadataSource>(environment, sts.http, *sts.clock));
  return std::make_unique<ChainSource>(std::move(sources));
}

}  // namespace tidegate::aws
