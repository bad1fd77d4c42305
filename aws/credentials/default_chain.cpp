#include "aws/credentials/default_chain.h"

#include "aws/credentials/chain_source.h"
#include "aws/credentials/environment_source.h"
#include "aws/credentials/profile_source.h"

namespace tidegate::aws {

std::unique_ptr<CredentialsSource> default_chain(const Environment& environment, const std::string& profile) {
  std::vector<std::unique_ptr<CredentialsSource>> sources;
  // A profile that configuration names is meant: keys in the environment don't replace it.
  if (profile.empty()) sources.push_back(std::make_unique<EnvironmentSource>(environment));
  sources.push_back(std::make_unique<ProfileKeysSource>(environment, profile));
  return std::make_unique<ChainSource>(std::move(sources));
}

}  // namespace tidegate::aws
