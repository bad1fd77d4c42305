#include "server/transport/loop.h"

#include <algorithm>
#include <condition_variable>
#include <ctime>
#include <utility>

#include "server/transport/response_writer.h"
#include "server/transport/session.h"

namespace tidegate::transport {
namespace {

constexpr std::size_t kReadBufferBytes = std::size_t{64} * 1024;
constexpr std::size_t kWriteBufferBytesKept = std::size_t{64} * 1024;
constexpr std::size_t kSweepSliceMin = 64;
constexpr std::size_t kSweepSlicesMax = 64;

/// Often enough that a limit is overrun by a quarter at most, and never more than once in 10 ms.
std::chrono::milliseconds sweep_interval(const TransportLimits& limits) {
  const auto shortest = std::min(
      {limits.header_timeout, limits.body_grace, limits.idle_timeout, limits.write_timeout, limits.linger});
  return std::clamp<std::chrono::milliseconds>(shortest / 4, std::chrono::milliseconds(10),
                                               std::chrono::milliseconds(1'000));
}

}  // namespace

Loop::Loop(std::size_t index, std::shared_ptr<Core> core)
    : index_(index),
      core_(std::move(core)),
      work_(boost::asio::make_work_guard(io_)),
      sweep_interval_(sweep_interval(core_->limits())),
      read_buffer_(kReadBufferBytes) {}

Loop::~Loop() = default;

void Loop::start() {
  schedule_sweep();
  thread_ = std::thread([this] {
    thread_id_.store(std::this_thread::get_id(), std::memory_order_relaxed);
    io_.run();
  });
}

void Loop::stop() {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(stopped_, true)) {
      return;
    }
  }
  boost::asio::post(io_, [this] {
    run_jobs();
    for_each_session([](Session& session) { session.close(); });
    sweep_timer_.cancel();
    work_.reset();
  });
  if (thread_.joinable()) {
    thread_.join();
  }
  thread_id_.store(std::thread::id(), std::memory_order_relaxed);
}

bool Loop::post(std::function<void()> job) {
  bool first = false;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      return false;
    }
    first = jobs_.empty();
    jobs_.push_back(std::move(job));
  }
  if (first) {
    boost::asio::post(io_, [this] { run_jobs(); });
  }
  return true;
}

bool Loop::run(const std::function<void()>& job) {
  std::mutex mutex;
  std::condition_variable finished;
  bool done = false;
  const bool posted = post([&] {
    job();
    const std::lock_guard lock(mutex);
    done = true;
    finished.notify_one();
  });
  if (!posted) {
    return false;
  }
  std::unique_lock lock(mutex);
  finished.wait(lock, [&done] { return done; });
  return true;
}

void Loop::run_jobs() {
  std::vector<std::function<void()>> jobs;
  {
    const std::lock_guard lock(mutex_);
    jobs.swap(jobs_);
  }
  for (const auto& job : jobs) {
    job();
  }
}

void Loop::add(std::shared_ptr<Session> session) {
  session->set_position(sessions_.size());
  sessions_.push_back(std::move(session));
}

void Loop::remove(Session& session) {
  const std::size_t position = session.position();
  std::swap(sessions_[position], sessions_.back());
  sessions_[position]->set_position(position);
  sessions_.pop_back();
}

void Loop::pump_soon(std::shared_ptr<Session> session) {
  to_pump_.push_back(std::move(session));
  if (to_pump_.size() == 1) {
    boost::asio::post(io_, [this] { pump_sessions(); });
  }
}

void Loop::pump_sessions() {
  for (const auto& session : std::exchange(to_pump_, {})) {
    session->pump();
  }
}

void Loop::for_each_session(const std::function<void(Session&)>& visit) {
  // Backwards: remove() puts the last session, already visited, in the place of the removed one.
  for (std::size_t i = sessions_.size(); i > 0; --i) {
    if (i <= sessions_.size()) {
      const std::shared_ptr<Session> session = sessions_[i - 1];
      visit(*session);
    }
  }
}

std::string& Loop::write_buffer() {
  if (write_buffer_.capacity() > kWriteBufferBytesKept) {
    std::string().swap(write_buffer_);
  }
  write_buffer_.clear();
  return write_buffer_;
}

std::string_view Loop::date() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME_COARSE, &now);
  if (now.tv_sec != date_second_) {
    date_second_ = now.tv_sec;
    date_ = http_date(now.tv_sec);
  }
  return date_;
}

/// Looks at all sessions once in each interval, in slices: a crowd whose time is up together must not hold up
/// everybody else while it is seen off.
void Loop::schedule_sweep() {
  const std::size_t slices = sweep_slice_ == 0 ? 1 : (sessions_.size() + sweep_slice_) / sweep_slice_;
  sweep_timer_.expires_after(Clock::duration(sweep_interval_) / slices);
  sweep_timer_.async_wait([this](const boost::system::error_code& error) {
    // The timer may have fired just before stop() cancelled it.
    if (!error && work_) {
      sweep();
      schedule_sweep();
    }
  });
}

void Loop::sweep() {
  const auto now = Clock::now();
  if (sweep_left_ == 0) {
    sweep_left_ = sessions_.size();
    sweep_slice_ = std::max(kSweepSliceMin, sessions_.size() / kSweepSlicesMax);
    if (on_sweep) {
      on_sweep(now);
    }
  }
  // Backwards, as in for_each_session().
  for (std::size_t visited = 0; visited < sweep_slice_; ++visited) {
    sweep_left_ = std::min(sweep_left_, sessions_.size());
    if (sweep_left_ == 0) {
      break;
    }
    const std::shared_ptr<Session> session = sessions_[--sweep_left_];
    session->sweep(now);
  }
}

}  // namespace tidegate::transport
