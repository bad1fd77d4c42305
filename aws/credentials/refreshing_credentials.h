#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "aws/credentials/provider.h"
#include "services/clock.h"

namespace tidegate::aws {

/// When keys are fetched anew.
struct RefreshPolicy {
  std::chrono::seconds advisory{900};   ///< so long before expiry one caller refreshes while the others go on
  std::chrono::seconds jitter_max{60};  ///< added to `advisory`, drawn anew for each key set
  std::chrono::seconds mandatory{60};   ///< so long before expiry everybody waits for the refresh
  std::chrono::seconds retry_pause{30};       ///< after a failed refresh, while the old keys still hold
  std::chrono::seconds outage_pause{1};       ///< after a failed refresh, while no keys hold
  std::chrono::milliseconds timeout{20'000};  ///< of one refresh
};

/// Keeps a source's keys and refreshes them before they expire: one refresh in flight whatever the number of
/// callers, and keys that still hold are used while a refresh fails. While none hold, callers between two
/// attempts get the failure of the last one. Thread-safe.
class RefreshingCredentials final : public CredentialsProvider {
 public:
  /// `random` draws from [0, 1).
  RefreshingCredentials(std::unique_ptr<CredentialsSource> source, Clock& clock, RefreshPolicy policy,
                        std::function<double()> random);
  ~RefreshingCredentials() override;
  RefreshingCredentials(const RefreshingCredentials&) = delete;
  RefreshingCredentials& operator=(const RefreshingCredentials&) = delete;

  pplx::task<SharedCredentials> credentials(Deadline deadline) override;

 private:
  struct State;
  std::shared_ptr<State> state_;  // a refresh in the background may outlive the provider
};

}  // namespace tidegate::aws
