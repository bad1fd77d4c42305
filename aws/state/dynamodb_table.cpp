#include "aws/state/dynamodb_table.h"

#include <nlohmann/json.hpp>

#include "aws/operations/table.h"
#include "aws/state/dynamodb_items.h"
#include "services/async/task.h"

namespace tidegate::aws {

using nlohmann::json;

namespace {

constexpr std::chrono::minutes kCreateTimeout{3};
constexpr std::chrono::seconds kCreatePoll{1};
constexpr int kCreatePollsMax = 180;
constexpr const char* kExpiryAttribute = "expires_at";

bool is_missing_table(const AwsError& failure) { return failure.code() == "ResourceNotFoundException"; }

UpstreamFailure missing_table(const std::string& table, const char* operation) {
  return {
      "the DynamoDB table " + table + " does not exist: `tidegate table create` makes it",
      {.service = "DynamoDB", .operation = operation, .code = "ResourceNotFoundException", .request_id = {}}};
}

/// A call, its failures told as DynamoDbTable tells them.
template <class Answer>
pplx::task<Answer> checked(pplx::task<Answer> call, const char* operation, std::string table) {
  try {
    auto answer = co_await call;
    co_return answer;
  } catch (const AwsError& failure) {
    if (is_missing_table(failure)) throw missing_table(table, operation);
    throw;
  } catch (const DeadlineExceeded& failure) {
    throw UpstreamFailure(failure.what(), {.service = "DynamoDB",
                                           .operation = operation,
                                           .code = "timeout",
                                           .request_id = {},
                                           .retryable = true});
  }
}

/// DescribeTable's `Table`, or null.
pplx::task<json> describe(const DynamoDbTable* table, Deadline deadline) {
  const json parameters = {{"TableName", table->config().table}};
  const Target target{.region = table->config().region};
  try {
    const auto answer =
        co_await table->client().call(dynamodb().operation("DescribeTable"), parameters, target, deadline);
    co_return answer.at("Table");
  } catch (const AwsError& failure) {
    if (!is_missing_table(failure)) throw;
  }
  co_return json();
}

void check_key_schema(const json& description, const std::string& table) {
  const json expected = {{{"AttributeName", "pk"}, {"KeyType", "HASH"}},
                         {{"AttributeName", "sk"}, {"KeyType", "RANGE"}}};
  if (description.at("KeySchema") != expected) {
    throw Conflict("the table " + table + " is there, but its key is not (pk, sk): choose another name");
  }
}

/// True where this call made it; false where another was faster.
pplx::task<bool> begin_creation(const DynamoDbTable* table, Deadline deadline) {
  json parameters = {
      {"BillingMode", "PAY_PER_REQUEST"},
      {"AttributeDefinitions",
       {{{"AttributeName", "pk"}, {"AttributeType", "S"}},
        {{"AttributeName", "sk"}, {"AttributeType", "S"}}}},
      {"KeySchema",
       {{{"AttributeName", "pk"}, {"KeyType", "HASH"}}, {{"AttributeName", "sk"}, {"KeyType", "RANGE"}}}}};
  try {
    co_await table->call("CreateTable", std::move(parameters), deadline);
    co_return true;
  } catch (const AwsError& failure) {
    if (failure.code() != "ResourceInUseException") throw;
  }
  co_return false;
}

pplx::task<void> wait_until_active(const DynamoDbTable* table, Deadline deadline) {
  for (int poll = 0; poll < kCreatePollsMax; ++poll) {
    const auto description = co_await describe(table, deadline);
    if (!description.is_null()) {
      check_key_schema(description, table->config().table);
      if (description.value("TableStatus", "") == "ACTIVE") co_return;
    }
    co_await table->client().clock().sleep_for(kCreatePoll);
  }
  throw UpstreamFailure("the table " + table->config().table + " does not become ACTIVE",
                        {.service = "DynamoDB",
                         .operation = "DescribeTable",
                         .code = "NotActive",
                         .request_id = {},
                         .retryable = true});
}

/// Whether documents expire by the right attribute. Throws Conflict where they do by another.
pplx::task<bool> expires(const DynamoDbTable* table, Deadline deadline) {
  json parameters = json::object();
  const auto answer = co_await table->call("DescribeTimeToLive", std::move(parameters), deadline);
  const auto present = answer.value("TimeToLiveDescription", json::object());
  const std::string status = present.value("TimeToLiveStatus", "DISABLED");
  if (status != "ENABLED" && status != "ENABLING") co_return false;
  const std::string attribute = present.value("AttributeName", "");
  if (attribute == kExpiryAttribute) co_return true;
  throw Conflict("the table " + table->config().table + " expires by " + attribute + ", not by " +
                 kExpiryAttribute);
}

/// True where this call switched expiry on.
pplx::task<bool> enable_expiry(const DynamoDbTable* table, Deadline deadline) {
  const bool present = co_await expires(table, deadline);
  if (present) co_return false;
  json parameters = {{"TimeToLiveSpecification", {{"Enabled", true}, {"AttributeName", kExpiryAttribute}}}};
  std::optional<AwsError> refusal;
  try {
    co_await table->call("UpdateTimeToLive", std::move(parameters), deadline);
  } catch (const AwsError& failure) {
    refusal = failure;
  }
  if (!refusal) co_return true;
  // Another may have been faster, which is refused as a change to what it is already.
  if (refusal->code() != "ValidationException") throw AwsError(*refusal);
  const bool present_now = co_await expires(table, deadline);
  if (!present_now) throw AwsError(*refusal);
  co_return false;
}

}  // namespace

pplx::task<json> DynamoDbTable::call(const char* operation, json parameters, Deadline deadline) const {
  parameters["TableName"] = config_.table;
  return checked(client_->call(dynamodb().operation(operation), std::move(parameters),
                               Target{.region = config_.region}, std::move(deadline)),
                 operation, config_.table);
}

pplx::task<std::string> DynamoDbTable::exchange(const char* operation, JsonObject request, Deadline deadline,
                                                CallOptions options) const {
  request.string("TableName", config_.table);
  return checked(client_->exchange(dynamodb().operation(operation), request.take(),
                                   Target{.region = config_.region}, std::move(deadline), options),
                 operation, config_.table);
}

pplx::task<std::string> DynamoDbTable::transact(std::string request, Deadline deadline) const {
  constexpr const char* kOperation = "TransactWriteItems";
  return checked(client_->exchange(dynamodb().operation(kOperation), std::move(request),
                                   Target{.region = config_.region}, std::move(deadline)),
                 kOperation, config_.table);
}

pplx::task<std::string> DynamoDbTable::get_item(const state::Key& key, const char* projection,
                                                Deadline deadline) const {
  JsonObject request;
  request.json("Key", key_to_item(key)).boolean("ConsistentRead", true);
  if (const std::string_view attributes = projection; !attributes.empty()) {
    request.string("ProjectionExpression", attributes);
  }
  return exchange("GetItem", std::move(request), std::move(deadline));
}

pplx::task<TableOutcome> create_table(std::shared_ptr<AwsClient> client, DynamoDbStoreConfig config) {
  const DynamoDbTable table(std::move(client), std::move(config));
  const Deadline deadline = Deadline::after(table.client().clock(), kCreateTimeout);
  TableOutcome outcome;
  const auto present = co_await describe(&table, deadline);
  if (present.is_null()) outcome.created = co_await begin_creation(&table, deadline);
  co_await wait_until_active(&table, deadline);
  outcome.ttl_enabled = co_await enable_expiry(&table, deadline);
  co_return outcome;
}

}  // namespace tidegate::aws
