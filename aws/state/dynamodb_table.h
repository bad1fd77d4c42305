#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "aws/client/aws_client.h"
#include "aws/state/dynamodb_store.h"
#include "services/json_text.h"

namespace tidegate::aws {

/// Calls on the state table. DeadlineExceeded becomes UpstreamFailure, and a missing table is told with what
/// to do about it; AwsError passes.
class DynamoDbTable {
 public:
  DynamoDbTable(std::shared_ptr<AwsClient> client, DynamoDbStoreConfig config)
      : client_(std::move(client)), config_(std::move(config)) {}

  /// Calls on the table as a whole. `parameters` without TableName; `operation` is a literal.
  pplx::task<nlohmann::json> call(const char* operation, nlohmann::json parameters, Deadline deadline) const;
  /// Calls on its items, from JSON text to JSON text. `request` without TableName.
  pplx::task<std::string> exchange(const char* operation, JsonObject request, Deadline deadline,
                                   CallOptions options = {}) const;
  /// TransactWriteItems, whose parts name the table each.
  pplx::task<std::string> transact(std::string request, Deadline deadline) const;
  /// A strongly consistent GetItem. `projection` is a literal, empty = all attributes.
  pplx::task<std::string> get_item(const state::Key& key, const char* projection, Deadline deadline) const;

  Deadline deadline() const { return Deadline::after(client_->clock(), config_.call_timeout); }
  AwsClient& client() const { return *client_; }
  const DynamoDbStoreConfig& config() const { return config_; }

 private:
  std::shared_ptr<AwsClient> client_;  // shared with every adapter
  DynamoDbStoreConfig config_;
};

struct TableOutcome {
  bool created = false;      ///< false = it was there
  bool ttl_enabled = false;  ///< true = expiry was switched on by this call
};

/// Makes the state table where it is missing: on-demand capacity, key (pk, sk), expiry by `expires_at`. Can
/// be repeated, also after it was cut off, and run by several at once. Waits until the table can be used,
/// three minutes at most. Throws Conflict where a table of that name has another key or expires by another
/// attribute, UpstreamFailure for the rest.
pplx::task<TableOutcome> create_table(std::shared_ptr<AwsClient> client, DynamoDbStoreConfig config);

}  // namespace tidegate::aws
