#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "services/alerts/channel.h"
#include "services/alerts/routing.h"
#include "services/clock.h"
#include "services/operations/operation.h"

namespace tidegate::alerts {

/// An alert as it was taken on.
struct Alert {
  std::string id;
  std::string severity;
  std::string type;
  std::string title;     ///< one line, never empty
  std::string message;   ///< may be empty
  std::string as_given;  ///< JSON object
};

/// How one channel's delivery stands.
enum class DeliveryState {
  kPending,  ///< not delivered; an attempt is under way or due
  kDelivered,
  kFailed,  ///< given up
};

struct Delivery {
  std::string channel;
  DeliveryState state = DeliveryState::kPending;
  int attempts = 0;        ///< begun, those cut off by a crash included
  int failures = 0;        ///< attempts that are known to have failed
  int resends = 0;         ///< attempts repeated because a crash hid their outcome
  bool under_way = false;  ///< an attempt was begun, its outcome is not recorded
  std::string message_id;  ///< empty until delivered
  std::string error;       ///< of the last failed attempt; empty where none failed
  std::optional<Instant> next_attempt_at;
  /// An attempt's outcome was never learnt and another one followed: people may have been told twice.
  bool possible_duplicate = false;
};

/// An alert with its routing and deliveries: what an operation of kind "alert" stands for.
struct AlertRecord {
  std::string operation_id;
  std::string trace_id;  ///< the sender's; empty where there is none
  Alert alert;
  RoutingDecision routing;
  std::vector<Delivery> deliveries;
  Instant created_at;
  Instant updated_at;
};

/// The alert in a JSON object that a caller sent (seed 000: severity defaults to "info", type to "general").
/// `made_up_id` is used where it has none, or one that can't be a key (over 256 bytes, or with NUL). A title
/// or message that is missing is made from what is there. Throws InvalidRequest where the text is no JSON
/// object or longer than `bytes_max`.
Alert parse_alert(const std::string& json_object, const std::string& made_up_id, std::size_t bytes_max);

/// What a channel is asked to tell; `operation_id` makes the dedup token one of this delivery.
Notification notification_of(const Alert& alert, const std::string& operation_id, const std::string& channel);

/// An operation's request and steps, and back. decode throws std::runtime_error for what encode did not
/// write.
std::string encode_request(const Alert& alert, const RoutingDecision& routing);
operations::Step step_of(const Delivery& delivery);
Delivery delivery_of(const operations::Step& step);
AlertRecord record_of(const operations::Operation& operation);

/// The answer to who posted the alert (openapi: AlertAnswer). Equal records give equal bytes.
std::string answer_json(const AlertRecord& record);
/// openapi: AlertRecord.
std::string record_json(const AlertRecord& record);

}  // namespace tidegate::alerts
