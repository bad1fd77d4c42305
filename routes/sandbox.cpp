#include "routes/sandbox.h"

#include <nlohmann/json.hpp>

#include "services/async/task.h"
#include "services/error.h"

namespace tidegate::routes {

using nlohmann::json;

namespace {

constexpr std::size_t kLookedThroughMax = 1000;  // for a channel's messages among the others'

json message_json(const ReceivedMessage& message) {
  return {{"channel", message.channel},   {"message_id", message.message_id},
          {"alert_id", message.alert_id}, {"severity", message.severity},
          {"type", message.type},         {"title", message.title},
          {"message", message.message},   {"received_at", format_rfc3339(message.received_at)}};
}

pplx::task<Answer> list_messages(ListReceived list, Call call) {
  if (!list) throw NotFound("this service does not run on the sandbox: real channels were told");
  const auto channel = call.query.text("channel");
  const auto limit = static_cast<std::size_t>(call.query.integer("limit").value_or(20));
  const auto messages = co_await list(channel ? kLookedThroughMax : limit);
  json items = json::array();
  for (const auto& message : messages) {
    if (items.size() == limit) break;
    if (!channel || message.channel == *channel) items.push_back(message_json(message));
  }
  co_return json_answer(200, json({{"items", std::move(items)}}).dump());
}

}  // namespace

void add_sandbox_routes(Routes& routes, ListReceived list) {
  routes.on("listSandboxNotifications", [list](Call call) { return list_messages(list, std::move(call)); });
}

}  // namespace tidegate::routes
