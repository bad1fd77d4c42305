#include "aws/credentials/refreshing_credentials.h"

#include <algorithm>

#include "services/async/spawn.h"
#include "services/async/task.h"
#include "services/async/wait_until.h"
#include "services/telemetry/log.h"

namespace tidegate::aws {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct RefreshingCredentials::State {
  State(std::unique_ptr<CredentialsSource> from, Clock& its_clock, RefreshPolicy its_policy,
        std::function<double()> its_random)
      : source(std::move(from)), clock(its_clock), policy(its_policy), random(std::move(its_random)) {}

  const std::unique_ptr<CredentialsSource> source;
  Clock& clock;
  const RefreshPolicy policy;
  const std::function<double()> random;

  std::mutex mutex;
  SharedCredentials keys;
  Instant refresh_at;          ///< from here on one caller refreshes; of keys that expire
  std::string failure;         ///< of the last refresh; empty where it worked
  SteadyInstant ask_again_at;  ///< where no keys hold: the source is left alone until then
  std::optional<pplx::task<void>> in_flight;

  enum class Need { kNone, kSoon, kNow };

  Need need() const {
    if (!keys_hold()) return clock.steady_now() < ask_again_at ? Need::kNone : Need::kNow;
    const auto now = clock.now();
    if (!keys->expires_at || now < refresh_at) return Need::kNone;
    return now < *keys->expires_at - policy.mandatory ? Need::kSoon : Need::kNow;
  }

  bool keys_hold() const {
    return keys && (!keys->expires_at || clock.now() < *keys->expires_at || keys->outlives_expiry);
  }

  SharedCredentials held_keys() const {
    if (!keys_hold()) throw CredentialsFailure(failure);
    return keys;
  }

  void accept(Credentials fresh) {
    const auto now = clock.now();
    if (fresh.expires_at) {
      const milliseconds jitter(
          static_cast<std::int64_t>(random() * 1000 * static_cast<double>(policy.jitter_max.count())));
      // Keys that live no longer than the advisory window are refreshed at half their life, not at every
      // call.
      refresh_at = std::max<Instant>(*fresh.expires_at - policy.advisory - jitter,
                                     now + (*fresh.expires_at - now) / 2);
      if (*fresh.expires_at <= now) refresh_at = now + policy.retry_pause;  // AWS extends them
    }
    keys = std::make_shared<const Credentials>(std::move(fresh));
    failure.clear();
    ask_again_at = {};
  }

  void reject(const std::string& why) {
    failure = why;
    refresh_at = clock.now() + policy.retry_pause;
    ask_again_at = clock.steady_now() + policy.outage_pause;
  }

  static pplx::task<void> refresh(std::shared_ptr<State> state, pplx::task_completion_event<void> done);
  static pplx::task<SharedCredentials> take(std::shared_ptr<State> state, Deadline deadline);
};

pplx::task<void> RefreshingCredentials::State::refresh(std::shared_ptr<State> state,
                                                       pplx::task_completion_event<void> done) {
  std::optional<Credentials> fresh;
  std::string why;
  try {
    const auto deadline = Deadline::after(state->clock, state->policy.timeout);
    fresh = co_await state->source->fetch(deadline);
    if (!fresh) why = "no AWS credentials are configured (looked at: " + state->source->name() + ")";
  } catch (const std::exception& thrown) {
    why = thrown.what();
  }
  if (fresh && fresh->expires_at && *fresh->expires_at <= state->clock.now()) {
    why = state->source->name() + " gave credentials that are already expired";
    if (fresh->outlives_expiry) why.clear();
  }
  {
    const std::scoped_lock lock(state->mutex);
    if (why.empty()) {
      state->accept(std::move(*fresh));
    } else {
      state->reject(why);
    }
    state->in_flight.reset();
  }
  if (!why.empty()) {
    log(LogLevel::kWarning, "credentials.refresh_failed",
        {{"source", state->source->name()}, {"error", why}});
  }
  done.set();
}

pplx::task<SharedCredentials> RefreshingCredentials::State::take(std::shared_ptr<State> state,
                                                                 Deadline deadline) {
  const pplx::task_completion_event<void> done;
  std::optional<pplx::task<void>> wait;
  bool first = false;
  Need need = Need::kNone;
  {
    const std::scoped_lock lock(state->mutex);
    need = state->need();
    if (need == Need::kNone || (need == Need::kSoon && state->in_flight)) co_return state->held_keys();
    first = !state->in_flight;
    if (first) state->in_flight = pplx::task<void>(done);
    wait = state->in_flight;
  }
  if (first) spawn("credentials.refresh", refresh(state, done));
  if (need == Need::kNow) {
    const auto waiting =
        wait_until(std::move(deadline), state->clock, *wait,
                   "AWS credentials did not come in time (asked: " + state->source->name() + ")");
    co_await waiting;
  }

  const std::scoped_lock lock(state->mutex);
  co_return state->held_keys();
}

RefreshingCredentials::RefreshingCredentials(std::unique_ptr<CredentialsSource> source, Clock& clock,
                                             RefreshPolicy policy, std::function<double()> random)
    : state_(std::make_shared<State>(std::move(source), clock, policy, std::move(random))) {}

RefreshingCredentials::~RefreshingCredentials() = default;

pplx::task<SharedCredentials> RefreshingCredentials::credentials(Deadline deadline) {
  return State::take(state_, std::move(deadline));
}

}  // namespace tidegate::aws
