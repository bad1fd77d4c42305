#include "aws/adapters/delivery.h"

#include "aws/credentials/provider.h"
#include "aws/error.h"
#include "services/alerts/channel.h"

namespace tidegate::aws {

void throw_delivery_failure(std::exception_ptr failure) {
  try {
    std::rethrow_exception(failure);
  } catch (const alerts::DeliveryFailed&) {
    throw;
  } catch (const AwsError& error) {
    const bool may_work = error.origin().retryable || error.origin().http_status == 0;
    throw alerts::DeliveryFailed(error.what(), may_work);
  } catch (const CredentialsFailure& error) {
    throw alerts::DeliveryFailed(error.what(), true);
  } catch (const DeadlineExceeded& error) {
    throw alerts::DeliveryFailed(error.what(), true);
  } catch (const std::exception& error) {
    throw alerts::DeliveryFailed(error.what(), false);
  }
}

}  // namespace tidegate::aws
