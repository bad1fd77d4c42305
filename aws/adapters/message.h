#pragma once

#include <string>

#include "services/alerts/channel.h"

namespace tidegate::aws {

/// "[CRITICAL] API latency", on one line, at most `code_points_max` code points.
std::string headline(const alerts::Notification& notification, std::size_t code_points_max);

/// The whole notification as a plain-text mail: message, severity, type, id.
std::string mail_text(const alerts::Notification& notification);

}  // namespace tidegate::aws
