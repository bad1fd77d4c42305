#include "server/health.h"

#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>

#include "services/async/spawn.h"
#include "services/async/task.h"

namespace tidegate {

namespace {

using nlohmann::ordered_json;

struct CheckResult {
  std::string name;
  bool ok = false;
  std::string detail;
  std::optional<double> duration_ms;
};
using Results = std::vector<CheckResult>;

constexpr const char* kRetryAfterSeconds = "1";

pplx::task<std::string> start(const ReadinessCheck* check, Deadline deadline) {
  return check->check(std::move(deadline));
}

/// Runs one check to its end and tells `settled`, unless the time was over first.
pplx::task<void> settle(const ReadinessCheck* check, Clock* clock, Deadline deadline,
                        pplx::task_completion_event<CheckResult> settled) {
  CheckResult result{.name = check->name, .ok = false, .detail = {}, .duration_ms = {}};
  const SteadyInstant began = clock->steady_now();
  try {
    result.detail = co_await start(check, std::move(deadline));
    result.ok = true;
  } catch (const std::exception& failure) {
    result.detail = failure.what();
  }
  result.duration_ms = std::chrono::duration<double, std::milli>(clock->steady_now() - began).count();
  settled.set(std::move(result));
}

pplx::task<void> time_out(std::string name, Clock* clock, std::chrono::milliseconds timeout,
                          pplx::task_completion_event<CheckResult> settled) {
  co_await clock->sleep_for(timeout);
  settled.set(CheckResult{.name = std::move(name),
                          .ok = false,
                          .detail = "no answer within " + std::to_string(timeout.count()) + " ms",
                          .duration_ms = static_cast<double>(timeout.count())});
}

bool all_ok(const Results& results) {
  for (const CheckResult& result : results) {
    if (!result.ok) return false;
  }
  return true;
}

}  // namespace

class Health::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(HealthConfig config, std::vector<ReadinessCheck> checks, std::shared_ptr<Clock> clock)
      : config_(config), checks_(std::move(checks)), clock_(std::move(clock)) {}

  void become_unready(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    unready_ = why;
  }

  static pplx::task<routes::Answer> ready(std::shared_ptr<Impl> self, routes::Call call) {
    Results results;
    if (const std::optional<std::string> why = self->unready()) {
      results.push_back({.name = "lifecycle", .ok = false, .detail = *why, .duration_ms = {}});
    } else {
      results = co_await self->results();
    }
    co_return self->answer(results, call.query.flag("verbose").value_or(false));
  }

 private:
  std::optional<std::string> unready() const {
    const std::scoped_lock lock(mutex_);
    return unready_;
  }

  /// The last results while they are young, those of the round that runs, or those of a new round.
  pplx::task<Results> results() {
    pplx::task_completion_event<Results> round;
    {
      const std::scoped_lock lock(mutex_);
      if (latest_ && (!latest_->is_done() || clock_->steady_now() < fresh_until_)) return *latest_;
      latest_ = pplx::task<Results>(round, pplx::task_options(async_detail::inline_scheduler()));
      // Measured from the start; a round that takes longer is fresh for whoever waits for it.
      fresh_until_ = clock_->steady_now() + config_.cached_for;
    }
    pplx::task<Results> mine(round, pplx::task_options(async_detail::inline_scheduler()));
    spawn("readiness checks", run(shared_from_this(), round));
    return mine;
  }

  static pplx::task<void> run(std::shared_ptr<Impl> self, pplx::task_completion_event<Results> round) {
    std::vector<pplx::task<CheckResult>> running;
    const Deadline deadline = Deadline::after(*self->clock_, self->config_.timeout);
    for (const ReadinessCheck& check : self->checks_) {
      const pplx::task_completion_event<CheckResult> settled;
      running.emplace_back(settled, pplx::task_options(async_detail::inline_scheduler()));
      spawn("readiness check", keep(self, settle(&check, self->clock_.get(), deadline, settled)));
      if (running.back().is_done()) continue;
      spawn("readiness timeout",
            keep(self, time_out(check.name, self->clock_.get(), self->config_.timeout, settled)));
    }
    Results results;
    for (auto& check : running) {
      CheckResult result = co_await check;
      results.push_back(std::move(result));
    }
    round.set(std::move(results));
  }

  /// Keeps `self`, and with it what the task points to, until the task is done.
  static pplx::task<void> keep(std::shared_ptr<Impl> self, pplx::task<void> task) {
    co_await task;
    self.reset();
  }

  routes::Answer answer(const Results& results, bool verbose) const {
    const bool ok = all_ok(results);
    ordered_json body = {
        {"status", ok ? "ready" : "not_ready"}, {"version", TIDEGATE_VERSION}, {"sandbox", config_.sandbox}};
    if (verbose || !ok) {
      body["checks"] = ordered_json::array();
      for (const CheckResult& result : results) {
        body["checks"].push_back(
            {{"name", result.name},
             {"ok", result.ok},
             {"detail", result.detail.empty() ? ordered_json() : ordered_json(result.detail)},
             {"duration_ms", result.duration_ms ? ordered_json(*result.duration_ms) : ordered_json()}});
      }
    }
    routes::Answer answer = routes::json_answer(
        ok ? 200 : 503, body.dump(-1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    if (!ok) answer.headers.set("retry-after", kRetryAfterSeconds);
    return answer;
  }

  const HealthConfig config_;
  const std::vector<ReadinessCheck> checks_;
  const std::shared_ptr<Clock> clock_;
  mutable std::mutex mutex_;
  std::optional<std::string> unready_;
  std::optional<pplx::task<Results>> latest_;
  SteadyInstant fresh_until_;
};

Health::Health(HealthConfig config, std::vector<ReadinessCheck> checks, std::shared_ptr<Clock> clock)
    : impl_(std::make_shared<Impl>(config, std::move(checks), std::move(clock))) {}

Health::~Health() = default;

void Health::add_routes(routes::Routes& routes) {
  const auto alive = std::make_shared<const std::string>("{\"status\":\"ok\"}\n");
  routes.on("getLiveness", [alive](const routes::Call&) {
    routes::Answer answer;
    answer.body = alive;
    return pplx::task_from_result(std::move(answer));
  });
  const auto ready = [impl = impl_](routes::Call call) { return Impl::ready(impl, std::move(call)); };
  routes.on("getReadiness", ready);
  routes.on("getHealth", ready);
}

void Health::become_unready(const std::string& why) { impl_->become_unready(why); }

}  // namespace tidegate
