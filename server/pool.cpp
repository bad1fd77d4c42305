#include "server/pool.h"

#include <algorithm>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <pplx/threadpool.h>  // asio, in Boost 1.74, forgets to include <utility>

namespace tidegate {

void size_pool() {
  static std::once_flag sized;
  std::call_once(sized, [] {
    const auto cores = static_cast<int>(std::thread::hardware_concurrency());
    try {
      crossplat::threadpool::initialize_with_threads(static_cast<std::size_t>(std::max(2, cores)));
    } catch (const std::runtime_error&) {
      // A task came first, as in tests: the pool stays as it is.
    }
  });
}

}  // namespace tidegate
