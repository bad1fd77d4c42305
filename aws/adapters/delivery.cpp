#include "aws/adapters/delivery.h"

#include "aws/credentials/provider.h"
#include "aws/error.h"

namespace tidegate::aws {

alerts::DeliveryFailed delivery_failure(const std::exception_ptr& failure) {
  using Hints = alerts::DeliveryFailed::Hints;
  try {
    std::rethrow_exception(failure);
  } catch (const alerts::DeliveryFailed& error) {
    return error;
  } catch (const AwsError& error) {
    const bool may_work = error.origin().retryable || error.origin().http_status == 0;
    return {error.what(),
            Hints{.retryable = may_work, .retry_after = {}, .maybe_delivered = error.maybe_applied()}};
  } catch (const CredentialsFailure& error) {
    return {error.what(), true};
  } catch (const DeadlineExceeded& error) {
    return {error.what(), Hints{.retryable = true, .retry_after = {}, .maybe_delivered = true}};
  } catch (const std::exception& error) {
    return {error.what(), false};
  }
}

}  // namespace tidegate::aws
