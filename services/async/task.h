#pragma once

#include <pplx/pplxtasks.h>

#include <coroutine>
#include <exception>
#include <functional>
#include <optional>
#include <type_traits>
#include <utility>

// C++20 coroutines over pplx::task, the one async type. A function that waits returns pplx::task<T> and says
// co_await.
//
// Where code runs: a coroutine runs on its caller's thread up to the first task that is not done, and goes
// on, inline, on whichever thread completes that task. So whoever completes an event must do it on a pool
// thread (post_to_pool) and never while holding a lock.

namespace tidegate {

namespace async_detail {

/// Runs a continuation at once, on the thread that completed the antecedent.
class InlineScheduler : public pplx::scheduler_interface {
 public:
  void schedule(pplx::TaskProc_t proc, void* param) override { proc(param); }
};

pplx::scheduler_ptr inline_scheduler();

/// What both kinds of promise share. The event is set after the coroutine's frame is gone, so that whoever
/// waits never runs while the callee still holds its locals (guards, tickets).
template <class Promise>
struct CompleteAfterFrame {
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<Promise> handle) const noexcept {
    auto outcome = std::move(handle.promise().outcome_);
    handle.destroy();
    outcome.publish();
  }
  void await_resume() const noexcept {}
};

template <class T>
struct Outcome {
  pplx::task_completion_event<T> event;
  std::optional<T> value;
  std::exception_ptr failure;

  void publish() {
    if (failure) {
      event.set_exception(failure);
    } else {
      event.set(std::move(*value));
    }
  }
};

template <>
struct Outcome<void> {
  pplx::task_completion_event<void> event;
  std::exception_ptr failure;

  void publish() {
    if (failure) {
      event.set_exception(failure);
    } else {
      event.set();
    }
  }
};

template <class T>
struct PromiseBase {
  Outcome<T> outcome_;

  pplx::task<T> get_return_object() {
    return pplx::task<T>(outcome_.event, pplx::task_options(inline_scheduler()));
  }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  void unhandled_exception() { outcome_.failure = std::current_exception(); }
};

template <class T>
struct Promise : PromiseBase<T> {
  CompleteAfterFrame<Promise> final_suspend() const noexcept { return {}; }
  template <class U>
  void return_value(U&& value) {
    this->outcome_.value.emplace(std::forward<U>(value));
  }
};

template <>
struct Promise<void> : PromiseBase<void> {
  CompleteAfterFrame<Promise> final_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
};

template <class T>
struct Awaiter {
  pplx::task<T> task;

  bool await_ready() const { return task.is_done(); }
  void await_suspend(std::coroutine_handle<> waiting) {
    // A copy: the continuation may run, and end this frame with the awaiter in it, before then() returns.
    auto antecedent = task;
    antecedent.then([waiting](const pplx::task<T>&) { waiting.resume(); },
                    pplx::task_options(inline_scheduler()));
  }
  T await_resume() { return task.get(); }
};

}  // namespace async_detail

/// Runs `work` on a thread of cpprestsdk's pool.
void post_to_pool(std::function<void()> work);

}  // namespace tidegate

template <class T, class... Args>
struct std::coroutine_traits<pplx::task<T>, Args...> {
  using promise_type = tidegate::async_detail::Promise<T>;
};

namespace pplx {
template <class T>
tidegate::async_detail::Awaiter<T> operator co_await(task<T> awaited) {
  return {std::move(awaited)};
}
}  // namespace pplx
