#include "aws/state/dynamodb_writes.h"

#include <algorithm>
#include <functional>

#include "aws/client/uuid.h"
#include "aws/state/dynamodb_items.h"
#include "services/async/task.h"
#include "services/async/when_all.h"

namespace tidegate::aws {

using state::Condition;
using state::Key;
using state::Write;

namespace {

using Writes = std::shared_ptr<const std::vector<Write>>;  // read by coroutines side by side

constexpr const char* kJudgedBy = "version, expires_at, write_id";
constexpr std::size_t kParallelReads = 16;

/// What a transaction's puts are conditioned on and become.
struct Plan {
  std::vector<Condition> conditions;  ///< none of a put is kNone: what was read stands in its place
  std::vector<std::uint64_t> versions;
};

std::uint64_t version_after(const Condition& condition) {
  return condition.kind == Condition::Kind::kVersion ? condition.version + 1 : 1;
}

pplx::task<ItemState> read_state(const DynamoDbTable* table, Key key, Instant now, Deadline deadline) {
  const auto answer = co_await table->get_item(key, kJudgedBy, deadline);
  co_return state_in(answer, now).value_or(ItemState());
}

pplx::task<Plan> make_plan(const DynamoDbTable* table, Writes writes, Instant now, Deadline deadline) {
  Plan plan;
  std::vector<std::size_t> unconditional;
  for (std::size_t i = 0; i < writes->size(); ++i) {
    const Write& write = writes->at(i);
    plan.conditions.push_back(write.condition);
    const bool is_put = write.kind == Write::Kind::kPut;
    plan.versions.push_back(is_put ? version_after(write.condition) : 0);
    if (is_put && write.condition.kind == Condition::Kind::kNone) unconditional.push_back(i);
  }
  const std::function<pplx::task<ItemState>(std::size_t)> read = [&](std::size_t i) {
    return read_state(table, writes->at(i).key, now, deadline);
  };
  const auto states = co_await when_all_settled<ItemState>(unconditional, kParallelReads, read);
  for (std::size_t n = 0; n < unconditional.size(); ++n) {
    if (states[n].failure) std::rethrow_exception(states[n].failure);
    const std::uint64_t present = states[n].value->version;
    Condition& condition = plan.conditions[unconditional[n]];
    condition = present == 0 ? Condition::absent() : Condition::version_is(present);
    plan.versions[unconditional[n]] = version_after(condition);
  }
  co_return plan;
}

bool is_conflict(const std::string& code) {
  return code == "TransactionConflict" || code == "TransactionConflictException";
}

/// What a put that was refused after a lost answer came to: the lost one may have been carried out.
enum class LostPut { kApplied, kNotApplied, kUnknown };

LostPut judge_lost_put(const ItemState& found, std::uint64_t version, const std::string& write_id) {
  if (found.write_id == write_id) return LostPut::kApplied;
  // Had it been carried out, another's write would stand above its version, or an erase have removed it.
  return found.version == version ? LostPut::kNotApplied : LostPut::kUnknown;
}

UpstreamFailure outcome_unknown() {
  return {"the answer to a write was lost, and the document has been changed since",
          {.service = "DynamoDB", .operation = "PutItem", .code = "OutcomeUnknown", .request_id = {}}};
}

pplx::task<WriteOutcome> try_single_put(const DynamoDbTable* table, Writes writes, Plan plan, Instant now,
                                        Deadline deadline) {
  const Write& put = writes->front();
  const std::string write_id = random_uuid();
  JsonObject request;
  request.json("Item", document_to_item(put, plan.versions[0], write_id));
  request.string("ReturnValuesOnConditionCheckFailure", "ALL_OLD");
  add_condition(request, plan.conditions[0], now);
  const CallOptions repeatable{.effect = Effect::kIdempotentWrite};
  WriteOutcome outcome;
  std::optional<AwsError> refusal;
  try {
    // Sent again after a lost answer, it is refused by its own first sending, which its write id shows.
    co_await table->exchange("PutItem", std::move(request), deadline, repeatable);
    outcome.versions = std::move(plan.versions);
  } catch (const AwsError& failure) {
    if (failure.code() == "ConditionalCheckFailedException") {
      refusal = failure;
    } else if (!is_conflict(failure.code())) {
      throw;
    }
  }
  if (!refusal) co_return outcome;
  LostPut lost = LostPut::kNotApplied;
  if (refusal->attempts() > 1) {
    auto found = state_in_refusal(refusal->body(), now);
    if (!found) found = co_await read_state(table, put.key, now, deadline);
    lost = judge_lost_put(*found, plan.versions[0], write_id);
  }
  if (lost == LostPut::kUnknown) throw outcome_unknown();
  if (lost == LostPut::kApplied) {
    outcome.versions = std::move(plan.versions);
  } else if (put.condition.kind != Condition::Kind::kNone) {
    outcome.refused = 0;
  }
  co_return outcome;
}

/// What TransactWriteItems calls a write of that kind.
const char* part_name(Write::Kind kind) {
  switch (kind) {
    case Write::Kind::kPut:
      return "Put";
    case Write::Kind::kErase:
      return "Delete";
    case Write::Kind::kCheck:
      break;
  }
  return "ConditionCheck";
}

std::string part_of(const Write& write, const Condition& condition, std::uint64_t version,
                    const std::string& table, const std::string& write_id, Instant now) {
  JsonObject part;
  part.string("TableName", table);
  if (write.kind == Write::Kind::kPut) {
    part.json("Item", document_to_item(write, version, write_id));
  } else {
    part.json("Key", key_to_item(write.key));
  }
  if (write.kind == Write::Kind::kCheck && condition.kind == Condition::Kind::kNone) {
    // A check has to have a condition; left out, the parts would no longer stand at their writes' places.
    part.string("ConditionExpression", "attribute_exists(pk) OR attribute_not_exists(pk)");
  }
  add_condition(part, condition, now);
  return JsonObject().json(part_name(write.kind), part.take()).take();
}

bool is_passing(const std::string& code) {
  return code == "None" || code == "ConditionalCheckFailed" || code == "TransactionConflict" ||
         code == "ThrottlingError" || code == "ProvisionedThroughputExceeded";
}

/// A condition that the caller set comes before what may pass by itself; what neither is stays a failure.
WriteOutcome judge_cancellation(const AwsError& failure, const std::vector<Write>& writes) {
  const auto codes = cancellation_codes_in(failure.body());
  WriteOutcome outcome;
  for (std::size_t i = 0; i < codes.size() && i < writes.size(); ++i) {
    const bool callers_own = writes[i].condition.kind != Condition::Kind::kNone;
    if (codes[i] == "ConditionalCheckFailed" && callers_own) {
      outcome.refused = i;
      return outcome;
    }
  }
  if (codes.empty() || !std::ranges::all_of(codes, is_passing)) throw AwsError(failure);
  return outcome;
}

pplx::task<WriteOutcome> try_transaction(const DynamoDbTable* table, Writes writes, Plan plan, Instant now,
                                         Deadline deadline) {
  const std::string token = random_uuid();
  std::size_t next = 0;
  const auto parts = json_array(*writes, [&](const Write& write) {
    const std::size_t i = next++;
    return part_of(write, plan.conditions[i], plan.versions[i], table->config().table, token, now);
  });
  auto request = JsonObject().json("TransactItems", parts).string("ClientRequestToken", token).take();
  WriteOutcome outcome;
  try {
    co_await table->transact(std::move(request), deadline);
    outcome.versions = std::move(plan.versions);
  } catch (const AwsError& failure) {
    if (failure.code() == "TransactionCanceledException") {
      outcome = judge_cancellation(failure, *writes);
    } else if (!is_conflict(failure.code())) {
      throw;
    }
  }
  co_return outcome;
}

}  // namespace

pplx::task<WriteOutcome> try_writes(const DynamoDbTable* table, Writes writes, Instant now,
                                    Deadline deadline) {
  auto plan = co_await make_plan(table, writes, now, deadline);
  const bool is_single_put = writes->size() == 1 && writes->front().kind == Write::Kind::kPut;
  if (is_single_put) {
    auto outcome = co_await try_single_put(table, writes, std::move(plan), now, deadline);
    co_return outcome;
  }
  auto outcome = co_await try_transaction(table, writes, std::move(plan), now, deadline);
  co_return outcome;
}

}  // namespace tidegate::aws
