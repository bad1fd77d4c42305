#pragma once

#include <functional>
#include <string>
#include <vector>

#include "routes/call.h"
#include "routes/router.h"

namespace tidegate::routes {

/// What a simulated receiver was told, as the answer shows it.
struct ReceivedMessage {
  std::string channel;
  std::string message_id;
  std::string alert_id;
  std::string severity;
  std::string type;
  std::string title;
  std::string message;
  Instant received_at;
};

/// The latest messages, newest first, at most `limit`.
using ListReceived = std::function<pplx::task<std::vector<ReceivedMessage>>(std::size_t limit)>;

/// GET /sandbox/notifications. An empty `list` means that no sandbox stands in for the channels: 404.
void add_sandbox_routes(Routes& routes, ListReceived list);

}  // namespace tidegate::routes
