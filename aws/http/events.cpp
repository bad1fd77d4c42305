#include "aws/http/events.h"

#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tidegate::aws {

namespace {

void add(int epoll, int descriptor, std::uint32_t events, std::uint64_t data) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = data;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event) != 0) {
    throw std::system_error(errno, std::generic_category(), "outgoing transport");
  }
}

}  // namespace

Events::Events()
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      timer_(timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK)),
      stop_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  add(epoll_, timer_, EPOLLIN | EPOLLET, kTimer);
  add(epoll_, stop_, EPOLLIN, kStop);
}

Events::~Events() {
  close(stop_);
  close(timer_);
  close(epoll_);
}

void Events::watch(int socket, std::uint32_t events, std::uint64_t data) const {
  epoll_event event{};
  event.events = events | EPOLLONESHOT;
  event.data.u64 = data;
  if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT) {
    epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
  }
}

void Events::wake_at(Time at) {
  if (at >= armed_.load()) return;
  const std::scoped_lock lock(mutex_);
  if (at >= armed_.load()) return;
  armed_ = at;
  const auto since_boot = at.time_since_epoch();
  const auto whole = std::chrono::duration_cast<std::chrono::seconds>(since_boot);
  itimerspec when{};
  when.it_value.tv_sec = whole.count();
  when.it_value.tv_nsec = std::chrono::nanoseconds(since_boot - whole).count();
  timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
}

void Events::timer_told() {
  const std::scoped_lock lock(mutex_);
  armed_ = Time::max();
}

void Events::stop() const {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = write(stop_, &one, sizeof one);
}

epoll_event Events::wait() const {
  epoll_event event{};
  while (epoll_wait(epoll_, &event, 1, -1) != 1) {
  }
  return event;
}

}  // namespace tidegate::aws
