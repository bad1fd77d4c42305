#pragma once

#include <pplx/pplxtasks.h>

#include <atomic>
#include <coroutine>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

// C++20 coroutines over pplx::task, the one async type. A function that waits returns pplx::task<T> and says
// co_await.
//
// Where code runs: a coroutine runs on its caller's thread up to the first task that is not done, and goes
// on, inline, on whichever thread completes that task. So whoever completes an event must do it where there
// is time to go on (a thread of the pool, by post_to_pool, or of the outgoing transport) and never while
// holding a lock.

namespace tidegate {

namespace async_detail {

/// Runs a continuation at once, on the thread that completed the antecedent.
class InlineScheduler final : public pplx::scheduler_interface {
 public:
  void schedule(pplx::TaskProc_t proc, void* param) override { proc(param); }
};

pplx::scheduler_ptr inline_scheduler();

/// Never cancelled, never freed: what pplx schedules a Resumption by.
pplx::details::_Task_impl_base& resumption_anchor();

/// Resumes a coroutine, inline, when the task that it waits for is done. pplx's own then() would make a task
/// for each wait.
struct Resumption final : pplx::details::_ContinuationTaskHandleBase {
  explicit Resumption(std::coroutine_handle<> coroutine) : waiting(coroutine) {
    _M_isTaskBasedContinuation = true;  // runs after a failure, too
    _M_inliningMode = pplx::details::_ForceInline;
  }
  void invoke() const override { waiting.resume(); }
  pplx::details::_Task_ptr_base _GetTaskImplBase() const override {
    return {pplx::details::_Task_ptr_base(), &resumption_anchor()};
  }

  std::coroutine_handle<> waiting;
};

template <class T>
struct Awaiter {
  pplx::task<T> task;
  bool suspended = false;

  bool await_ready() const { return task.is_done(); }
  void await_suspend(std::coroutine_handle<> waiting) {
    suspended = true;
    // A copy: the coroutine may go on, and end this frame with the awaiter in it, before this returns.
    const auto state = task._GetImpl();
    state->_ScheduleContinuation(new Resumption(waiting));
  }
  T await_resume() {
    const auto& state = task._GetImpl();
    if (state->_HasUserException()) state->_GetExceptionHolder()->_RethrowUserException();
    if (state->_IsCanceled()) throw pplx::task_canceled();
    if constexpr (!std::is_void_v<T>) {
      // Nobody else can ask for the result where the only other owner is whoever just set it.
      const long owners = suspended ? 2 : 1;
      if (state.use_count() > owners) return state->_GetResult();
      std::atomic_thread_fence(std::memory_order_acquire);
      return std::move(state->_M_Result._Result);
    }
  }
};

}  // namespace async_detail

/// One task and the means to complete it, for whoever makes its result. As pplx::task_completion_event, but
/// the result is moved to where the task keeps it, where an event copies it three times. Set once, by one
/// thread.
template <class T>
class Completion {
 public:
  Completion() {
    pplx::task<T> task;
    task._CreateImpl(pplx::details::_CancellationTokenState::_None(), async_detail::inline_scheduler());
    state_ = task._GetImpl();
  }
  Completion(Completion&&) noexcept = default;
  Completion& operator=(Completion&&) noexcept = default;

  /// To be asked for before publish().
  pplx::task<T> task() const {
    pplx::task<T> task;
    task._SetImpl(state_);
    return task;
  }

  /// Keeps the result until publish().
  template <class U>
  void set_value(U&& value) {
    state_->_M_Result._Result = static_cast<T>(std::forward<U>(value));
  }
  void set_failure(std::exception_ptr failure) { failure_ = std::move(failure); }

  /// Completes the task: whatever waits for it goes on, inline, on this thread (after a failure, on one of
  /// the pool).
  void publish() {
    const auto state = std::move(state_);
    if (failure_) {
      state->_CancelWithException(failure_);
      return;
    }
    {
      const ::pplx::extensibility::scoped_critical_section_t lock(state->_M_ContinuationsCritSec);
      state->_M_TaskState = pplx::details::_Task_impl_base::_Completed;
    }
    state->_M_TaskCollection._Complete();
    state->_RunTaskContinuations();
  }

 private:
  using Stored = std::conditional_t<std::is_void_v<T>, pplx::details::_Unit_type, T>;
  typename pplx::details::_Task_ptr<Stored>::_Type state_;
  std::exception_ptr failure_;
};

namespace async_detail {

/// Publishes what a coroutine came to after its frame is gone, so that whoever waits never runs while the
/// callee still holds its locals (guards, tickets).
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
struct PromiseBase {
  Completion<T> outcome_;

  pplx::task<T> get_return_object() { return outcome_.task(); }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  void unhandled_exception() { outcome_.set_failure(std::current_exception()); }
};

template <class T>
struct Promise : PromiseBase<T> {
  CompleteAfterFrame<Promise> final_suspend() const noexcept { return {}; }
  template <class U>
  void return_value(U&& value) {
    this->outcome_.set_value(std::forward<U>(value));
  }
};

template <>
struct Promise<void> : PromiseBase<void> {
  CompleteAfterFrame<Promise> final_suspend() const noexcept { return {}; }
  void return_void() const noexcept {}
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
