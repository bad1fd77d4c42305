#include "server/metrics/metered_store.h"

#include <utility>

#include "services/async/task.h"

namespace tidegate {

namespace {

class MeteredStore final : public state::DocumentStore {
 public:
  MeteredStore(std::shared_ptr<state::DocumentStore> store, std::shared_ptr<Telemetry> telemetry,
               std::shared_ptr<Clock> clock)
      : store_(std::move(store)), telemetry_(std::move(telemetry)), clock_(std::move(clock)) {}

  pplx::task<std::optional<state::Document>> get(state::Key key) override {
    const SteadyInstant began = clock_->steady_now();
    return told(telemetry_, clock_, "get", began, store_->get(std::move(key)));
  }
  pplx::task<state::Page> query(state::RangeQuery query) override {
    const SteadyInstant began = clock_->steady_now();
    return told(telemetry_, clock_, "query", began, store_->query(std::move(query)));
  }
  pplx::task<std::vector<std::uint64_t>> transact(std::vector<state::Write> writes) override {
    const SteadyInstant began = clock_->steady_now();
    return told(telemetry_, clock_, "transact", began, store_->transact(std::move(writes)));
  }
  pplx::task<void> ping() override {
    const SteadyInstant began = clock_->steady_now();
    return told(telemetry_, clock_, "ping", began, store_->ping());
  }

 private:
  /// The call's outcome, once it is known. What it needs travels with it.
  template <class T>
  static pplx::task<T> told(std::shared_ptr<Telemetry> telemetry, std::shared_ptr<Clock> clock,
                            const char* call, SteadyInstant began, pplx::task<T> running) {
    const char* outcome = "ok";
    const auto tell = [&] {
      const std::chrono::duration<double> took = clock->steady_now() - began;
      telemetry->store_call(call, outcome, took.count());
    };
    try {
      if constexpr (std::is_void_v<T>) {
        co_await running;
        tell();
        co_return;
      } else {
        T result = co_await running;
        tell();
        co_return result;
      }
    } catch (const state::ConditionFailed&) {
      outcome = "condition_failed";
      tell();
      throw;
    } catch (...) {
      outcome = "error";
      tell();
      throw;
    }
  }

  const std::shared_ptr<state::DocumentStore> store_;
  const std::shared_ptr<Telemetry> telemetry_;
  const std::shared_ptr<Clock> clock_;
};

}  // namespace

std::shared_ptr<state::DocumentStore> make_metered_store(std::shared_ptr<state::DocumentStore> store,
                                                         std::shared_ptr<Telemetry> telemetry,
                                                         std::shared_ptr<Clock> clock) {
  return std::make_shared<MeteredStore>(std::move(store), std::move(telemetry), std::move(clock));
}

}  // namespace tidegate
