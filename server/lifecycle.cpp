#include "server/lifecycle.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <system_error>
#include <thread>

#include "services/telemetry/log.h"

namespace tidegate {

namespace {

/// A descriptor that is closed at the end.
class Descriptor {
 public:
  explicit Descriptor(int descriptor) : descriptor_(descriptor) {
    if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "lifecycle");
  }
  ~Descriptor() { close(descriptor_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

sigset_t end_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

int read_signal(const Descriptor& signals) {
  signalfd_siginfo info{};
  if (read(signals.get(), &info, sizeof info) != static_cast<ssize_t>(sizeof info)) return 0;
  return static_cast<int>(info.ssi_signo);
}

void shut_down(App& app, const LifecycleConfig& config) {
  app.become_unready();
  std::this_thread::sleep_for(config.prestop_delay);
  const auto deadline = std::chrono::steady_clock::now() + config.drain_timeout;
  const std::size_t cut_off = app.stop_listening(deadline);
  app.release_work(deadline);
  log(LogLevel::kInfo, "stopped", {{"connections_cut_off", static_cast<std::int64_t>(cut_off)}});
}

/// Shuts down on another thread, so that this one hears a second signal.
int shut_down_unless_told_again(App& app, const LifecycleConfig& config, const Descriptor& signals) {
  const Descriptor finished(eventfd(0, EFD_CLOEXEC));
  std::exception_ptr failure;
  std::jthread worker([&] {
    try {
      shut_down(app, config);
    } catch (...) {
      failure = std::current_exception();
    }
    const std::uint64_t one = 1;
    while (write(finished.get(), &one, sizeof one) < 0 && errno == EINTR) {
    }
  });
  while (true) {
    std::array<pollfd, 2> waited{pollfd{finished.get(), POLLIN, 0}, pollfd{signals.get(), POLLIN, 0}};
    if (poll(waited.data(), waited.size(), -1) < 0) continue;
    if (waited[0].revents != 0) break;
    if (waited[1].revents != 0) {
      const int number = read_signal(signals);
      log(LogLevel::kWarning, "killed", {{"signal", static_cast<std::int64_t>(number)}});
      std::_Exit(128 + number);
    }
  }
  worker.join();
  if (failure) std::rethrow_exception(failure);
  return 0;
}

}  // namespace

void block_signals() {
  const sigset_t signals = end_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int run(App& app, const LifecycleConfig& config) {
  const sigset_t mask = end_signals();
  const Descriptor signals(signalfd(-1, &mask, SFD_CLOEXEC));
  app.start();
  int number = 0;
  while (number == 0) number = read_signal(signals);
  log(LogLevel::kInfo, "stopping", {{"signal", number == SIGTERM ? "SIGTERM" : "SIGINT"}});
  return shut_down_unless_told_again(app, config, signals);
}

}  // namespace tidegate
