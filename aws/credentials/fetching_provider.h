#pragma once

#include <memory>

#include "aws/credentials/provider.h"

namespace tidegate::aws {

/// A source as a provider that fetches anew each time: the base of a role, which is asked once a refresh.
class FetchingProvider final : public CredentialsProvider {
 public:
  explicit FetchingProvider(std::unique_ptr<CredentialsSource> source) : source_(std::move(source)) {}
  pplx::task<SharedCredentials> credentials(Deadline deadline) override;

 private:
  std::shared_ptr<CredentialsSource> source_;
};

}  // namespace tidegate::aws
