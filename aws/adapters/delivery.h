#pragma once

#include <exception>

namespace tidegate::aws {

/// Rethrows a failed send as alerts::DeliveryFailed: retryable where AWS or the way to it may do better next
/// time.
[[noreturn]] void throw_delivery_failure(std::exception_ptr failure);

}  // namespace tidegate::aws
