#pragma once

#include <exception>

#include "services/alerts/channel.h"

namespace tidegate::aws {

/// What a failed send means to its alert: retryable where AWS or the way to it may do better next time,
/// maybe delivered where the send may have been carried out without AWS telling so.
alerts::DeliveryFailed delivery_failure(const std::exception_ptr& failure);

}  // namespace tidegate::aws
