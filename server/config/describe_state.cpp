#include "server/config/describe.h"

namespace tidegate::config {

using std::chrono::hours;
using std::chrono::milliseconds;

void describe_state(Binder& b, StateConfig& state) {
  b.choice<StateBackend>(
      "state.backend", state.backend,
      {{"sqlite", StateBackend::kSqlite}, {"dynamodb", StateBackend::kDynamodb}},
      {.doc = "Where state is kept: in a directory of one process, or in a table that replicas share"});
  b.field("state.data_dir", state.data_dir, {.doc = "Directory of the sqlite backend"});
  b.field("state.table", state.table,
          {.doc = "Table of the dynamodb backend; made by `tidegate table create`"});
  b.field("state.region", state.region, {.doc = "Region of the table; empty is aws.region"});
  b.field("state.endpoint", state.endpoint, {.doc = "URL of DynamoDB; empty is AWS's own"});
}

void describe_operations(Binder& b, operations::OperationsConfig& operations) {
  b.field("operations.lease", operations.lease,
          {.doc = "How long a replica that is silent keeps its operations", .min = milliseconds(1'000)});
  b.field("operations.heartbeat", operations.heartbeat,
          {.doc = "How often a replica renews its leases; at most a third of operations.lease",
           .min = milliseconds(100)});
  b.field(
      "operations.scan_interval", operations.scan_interval,
      {.doc = "How often a replica looks for operations that others left behind", .min = milliseconds(100)});
  b.field("operations.retention", operations.retention,
          {.doc = "How long a finished operation, an alert among them, can be read", .min = hours(1)});
  b.field("operations.running_max", operations.running_max,
          {.doc = "Unfinished operations of one replica; one more is refused with 503", .min = 1});
  b.field("idempotency.ttl", operations.idempotency_retention,
          {.doc = "How long an Idempotency-Key is remembered", .min = hours(1)});
}

}  // namespace tidegate::config
