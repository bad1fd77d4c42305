#include "aws/credentials/fetching_provider.h"

#include "services/async/task.h"

namespace tidegate::aws {

namespace {

pplx::task<SharedCredentials> fetch(std::shared_ptr<CredentialsSource> source, Deadline deadline) {
  auto keys = co_await source->fetch(deadline);
  if (!keys) throw CredentialsFailure(source->name() + " has no credentials");
  co_return std::make_shared<const Credentials>(std::move(*keys));
}

}  // namespace

pplx::task<SharedCredentials> FetchingProvider::credentials(Deadline deadline) {
  return fetch(source_, std::move(deadline));
}

}  // namespace tidegate::aws
