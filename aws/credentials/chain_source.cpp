#include "aws/credentials/chain_source.h"

#include "services/async/task.h"

namespace tidegate::aws {

std::string ChainSource::name() const {
  const std::scoped_lock lock(mutex_);
  return chosen_ == nullptr ? "chain" : chosen_->name();
}

pplx::task<std::optional<Credentials>> ChainSource::fetch(Deadline deadline) {
  CredentialsSource* chosen = nullptr;
  {
    const std::scoped_lock lock(mutex_);
    chosen = chosen_;
  }
  if (chosen != nullptr) co_return co_await chosen->fetch(deadline);
  std::string asked;
  for (auto& source : sources_) {
    auto keys = co_await source->fetch(deadline);
    if (keys) {
      const std::scoped_lock lock(mutex_);
      chosen_ = source.get();
      co_return keys;
    }
    asked += (asked.empty() ? "" : ", ") + source->name();
  }
  throw CredentialsFailure("no AWS credentials are configured (looked at: " + asked + ")");
}

}  // namespace tidegate::aws
