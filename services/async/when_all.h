#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "services/async/task.h"

namespace tidegate {

/// What one of many came to: a value or a failure, never both.
template <class T>
struct Settled {
  std::optional<T> value;
  std::exception_ptr failure;
};

namespace async_detail {

template <class In, class Out>
struct FanOut {
  std::vector<In> inputs;
  std::function<pplx::task<Out>(In)> work;
  std::vector<Settled<Out>> settled;
  std::atomic<std::size_t> next{0};
};

template <class In, class Out>
pplx::task<void> drain_fan_out(std::shared_ptr<FanOut<In, Out>> state) {
  while (true) {
    const std::size_t index = state->next.fetch_add(1);
    if (index >= state->inputs.size()) co_return;
    try {
      auto value = co_await state->work(state->inputs[index]);
      state->settled[index].value.emplace(std::move(value));
    } catch (...) {
      state->settled[index].failure = std::current_exception();
    }
  }
}

}  // namespace async_detail

/// Runs `work` over every input, at most `limit` (at least 1) at a time, and returns what each came to in the
/// order of the inputs. Never throws for a failing item: the failure is data.
template <class Out, class In, class Work>
pplx::task<std::vector<Settled<Out>>> when_all_settled(std::vector<In> inputs, std::size_t limit, Work work) {
  auto state = std::make_shared<async_detail::FanOut<In, Out>>();
  state->settled.resize(inputs.size());
  state->inputs = std::move(inputs);
  state->work = std::move(work);
  std::vector<pplx::task<void>> workers;
  const std::size_t count = std::min(std::max<std::size_t>(limit, 1), state->inputs.size());
  for (std::size_t i = 0; i < count; ++i) workers.push_back(async_detail::drain_fan_out<In, Out>(state));
  for (auto& worker : workers) co_await worker;
  co_return std::move(state->settled);
}

}  // namespace tidegate
