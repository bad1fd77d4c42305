#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "aws/credentials/provider.h"

namespace tidegate::aws {

/// Asks its sources in order; the first that is configured stays the one. A source that is configured and
/// fails ends the search: falling through to another identity would be a surprise.
class ChainSource final : public CredentialsSource {
 public:
  explicit ChainSource(std::vector<std::unique_ptr<CredentialsSource>> sources)
      : sources_(std::move(sources)) {}
  std::string name() const override;
  /// Throws CredentialsFailure, naming every source, where none is configured.
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::vector<std::unique_ptr<CredentialsSource>> sources_;
  mutable std::mutex mutex_;
  CredentialsSource* chosen_ = nullptr;
};

}  // namespace tidegate::aws
