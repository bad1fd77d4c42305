#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "services/state/store.h"

namespace tidegate::aws {

class AwsClient;

struct DynamoDbStoreConfig {
  std::string table = "tidegate";
  std::string region = {};                         ///< empty = the client's
  std::chrono::milliseconds call_timeout{10'000};  ///< of one call of the store, all its attempts together
  std::chrono::milliseconds ping_timeout{2'000};
  /// Tries of a write that other transactions or unconditional puts got in the way of.
  int contention_attempts_max = 30;
  std::chrono::milliseconds contention_pause{25};       ///< the first pause's bound; doubles
  std::chrono::milliseconds contention_pause_max{500};  ///< with every try, up to this
};

/// The document store in one DynamoDB table, which replicas share (made by create_table(), dynamodb_table.h).
///
/// Reads are strongly consistent. A single put is a conditional PutItem that carries a write id: a refusal
/// after a lost answer is told from another's write by it. Everything else is TransactWriteItems under one
/// ClientRequestToken. A put without condition is read first, so that its new version is known, and tried
/// anew where another comes in between. Waiting is measured on the client's clock, expiry on the store's.
///
/// Beside what DocumentStore says: UpstreamFailure's code is "OutcomeUnknown" where a put's answer was lost
/// and later writes have covered what it came to.
class DynamoDbStore final : public state::DocumentStore {
 public:
  /// `random` draws from [0, 1), thread-safe. `clock` must outlive the store.
  DynamoDbStore(std::shared_ptr<AwsClient> client, const Clock& clock, std::function<double()> random,
                DynamoDbStoreConfig config);
  ~DynamoDbStore() override;
  DynamoDbStore(const DynamoDbStore&) = delete;
  DynamoDbStore& operator=(const DynamoDbStore&) = delete;

  pplx::task<std::optional<state::Document>> get(state::Key key) override;
  pplx::task<state::Page> query(state::RangeQuery query) override;
  pplx::task<std::vector<std::uint64_t>> transact(std::vector<state::Write> writes) override;
  pplx::task<void> ping() override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;  // calls in flight may outlive the store
};

}  // namespace tidegate::aws
