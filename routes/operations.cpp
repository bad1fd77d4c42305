#include "routes/operations.h"

#include <nlohmann/json.hpp>

#include "routes/paging.h"
#include "services/async/task.h"
#include "services/operations/operation.h"

namespace tidegate::routes {

using nlohmann::json;
using operations::Operation;
using operations::OperationFilter;
using operations::OperationRunner;
using operations::OperationState;

namespace {

std::optional<OperationState> state_from(const std::optional<std::string>& name) {
  for (const auto state : {OperationState::kRunning, OperationState::kSucceeded,
                           OperationState::kPartiallySucceeded, OperationState::kFailed}) {
    if (name == operations::state_name(state)) return state;
  }
  return std::nullopt;
}

pplx::task<Answer> list(std::shared_ptr<OperationRunner> runner, Call call) {
  const Paging paging(call, "/operations", {"kind", "state"});
  OperationFilter filter;
  filter.kind = call.query.text("kind");
  filter.state = state_from(call.query.text("state"));
  filter.limit = paging.limit();
  filter.cursor = paging.position();
  const auto page = co_await runner->list(std::move(filter));
  json items = json::array();
  for (const Operation& operation : page.operations) {
    items.push_back(json::parse(operations::operation_to_api_json(operation)));
  }
  co_return json_answer(200, paging.page(std::move(items), page.next_cursor).dump());
}

pplx::task<Answer> get(std::shared_ptr<OperationRunner> runner, Call call) {
  const auto operation = co_await runner->get(call.path.text("operation_id").value_or(""));
  Answer answer = json_answer(200, operations::operation_to_api_json(operation));
  if (!operation.finished()) answer.headers.add("Retry-After", "1");
  co_return answer;
}

/// 202: the operation goes on, and where to look at it.
Answer accepted_answer(const Operation& operation) {
  Answer answer = json_answer(202, operations::operation_to_api_json(operation));
  answer.headers.add("Location", "/operations/" + operation.id);
  answer.headers.add("Preference-Applied", "respond-async");
  answer.headers.add("Retry-After", "1");
  return answer;
}

}  // namespace

pplx::task<Answer> begun_answer(operations::Begun begun, bool prefer_async, int status) {
  operations::SharedOperation answered;
  if (begun.replayed || !prefer_async) answered = co_await begun.answered;
  const Operation& operation = answered ? *answered : begun.created;
  Answer answer =
      operation.result.empty() ? accepted_answer(operation) : json_answer(status, operation.result);
  if (begun.replayed) answer.headers.add("Idempotent-Replayed", "true");
  co_return answer;
}

void add_operation_routes(Routes& routes, std::shared_ptr<OperationRunner> runner) {
  routes.on("listOperations", [runner](Call call) { return list(runner, std::move(call)); });
  routes.on("getOperation", [runner](Call call) { return get(runner, std::move(call)); });
}

}  // namespace tidegate::routes
