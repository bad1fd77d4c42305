#pragma once

#include <string>

#include "services/alerts/channel.h"
#include "services/http/http_client.h"

namespace tidegate::alerts {

/// The failure that an HTTP answer other than success stands for: 429 and 5xx may work later (with what
/// Retry-After says, in seconds), other ones never. `what` is "Slack"; the answer's text is told shortened,
/// the request's URL, which may be a secret, is not.
DeliveryFailed failure_of_answer(const std::string& what, const http::Response& response);

/// The failure that a lost connection stands for: retryable, and maybe delivered where the request had gone
/// out.
DeliveryFailed failure_of_transport(const std::string& what, const http::TransportFailure& failure);

}  // namespace tidegate::alerts
