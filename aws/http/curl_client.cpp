#include "aws/http/curl_client.h"

#include <curl/curl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <vector>

#include "aws/http/curl_call.h"
#include "services/async/task.h"

namespace tidegate::aws {

using Kind = http::TransportFailure::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kSpareEasyHandlesMax = 256;
constexpr int kEventsPerWait = 256;

/// Addresses that hand out credentials, and this machine: a proxy has no business there.
constexpr const char* kNeverProxied =
    "169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23,localhost,127.0.0.1,::1";

void init_libcurl_once() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!done) throw std::runtime_error("libcurl can't be initialised");
}

std::string hosts_without_proxy() {
  std::string hosts = kNeverProxied;
  for (const auto* name : {"no_proxy", "NO_PROXY"}) {
    const char* more = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    if (more != nullptr && *more != '\0') return hosts.append(",").append(more);
  }
  return hosts;
}

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

void check_sendable(const http::Request& request) {
  bool bad = has_control_character(request.url) || has_control_character(request.method);
  for (const auto& [name, value] : request.headers) {
    bad = bad || has_control_character(name) || has_control_character(value);
  }
  if (bad) throw InvalidRequest("an outgoing request's URL or headers hold a control character");
}

struct FreeMulti {
  void operator()(CURLM* handle) const { curl_multi_cleanup(handle); }
};
struct FreeShare {
  void operator()(CURLSH* handle) const { curl_share_cleanup(handle); }
};

}  // namespace

/// The transport's thread. libcurl's handles, and every member below "the thread's own", are touched by it
/// alone.
class CurlClient::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(CurlClientConfig config, const Clock& clock)
      : clock_(clock), config_(std::move(config)), no_proxy_(hosts_without_proxy()) {
    init_libcurl_once();
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    wake_ = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_ < 0 || wake_ < 0) {
      throw std::system_error(errno, std::generic_category(), "outgoing transport");
    }
    watch(wake_, EPOLLIN);
    multi_.reset(curl_multi_init());
    share_.reset(curl_share_init());
    if (!multi_ || !share_) throw std::bad_alloc();
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    CURLM* multi = multi_.get();
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
    curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
    curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS,
                      static_cast<long>(config_.connections_per_host_max));
    curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, static_cast<long>(config_.connections_max));
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(config_.idle_connections_max));
  }

  ~Loop() {
    spare_.clear();
    multi_.reset();
    share_.reset();
    close(wake_);
    close(epoll_);
  }
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start() { thread_ = std::thread(&Loop::run, this); }

  void stop() {
    {
      const std::scoped_lock lock(mutex_);
      stopping_ = true;
    }
    wake();
    thread_.join();
  }

  pplx::task<http::Response> send(http::Request request, const Deadline& deadline) {
    check_sendable(request);
    if (deadline.cancelled().is_canceled()) {
      throw http::TransportFailure(Kind::kCancelled, "the call was cancelled before it was sent", false);
    }
    const auto left = deadline.remaining(clock_);
    if (left.count() == 0) {
      throw http::TransportFailure(Kind::kTimeout, "no time was left to send the call", false);
    }
    if (in_flight_.fetch_add(1) >= config_.calls_in_flight_max) {
      --in_flight_;
      throw http::TransportFailure(Kind::kCancelled, "too many outgoing calls are in flight", false);
    }
    const auto call =
        std::make_shared<CurlCall>(next_id_.fetch_add(1), std::move(request), left, deadline.cancelled());
    bool first = false;
    bool stopped = false;
    {
      const std::scoped_lock lock(mutex_);
      stopped = stopping_;
      first = incoming_.empty() && cancelled_.empty();
      if (!stopped) incoming_.push_back(call);
    }
    if (stopped) {
      --in_flight_;
      throw http::TransportFailure(Kind::kCancelled, "the outgoing transport is shut down", false);
    }
    if (first) wake();
    return call->task();
  }

  Usage usage() const { return {in_flight_.load(), connections_opened_.load()}; }

 private:
  using CallPtr = std::shared_ptr<CurlCall>;

  void wake() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
  }

  void cancel(std::uint64_t id) {
    bool first = false;
    {
      const std::scoped_lock lock(mutex_);
      first = incoming_.empty() && cancelled_.empty();
      cancelled_.push_back(id);
    }
    if (first) wake();
  }

  void run() {
    while (take_orders()) {
      wait_for_sockets();
      if (timer_at_ && *timer_at_ <= steady_clock::now()) {
        timer_at_.reset();
        act(CURL_SOCKET_TIMEOUT, 0);
      }
      give_up_on_silent_calls();
      collect_finished();
    }
    while (!calls_.empty()) {
      give_up(calls_.begin()->second.call, Kind::kCancelled, "the outgoing transport is shut down");
    }
  }

  /// Takes new and cancelled calls in; false once the client is going away.
  bool take_orders() {
    std::vector<CallPtr> incoming;
    std::vector<std::uint64_t> cancelled;
    bool stopping = false;
    {
      const std::scoped_lock lock(mutex_);
      incoming.swap(incoming_);
      cancelled.swap(cancelled_);
      stopping = stopping_;
    }
    for (auto& call : incoming) begin(call);
    for (const auto id : cancelled) {
      const auto found = calls_.find(id);
      if (found == calls_.end()) continue;
      give_up(found->second.call, Kind::kCancelled, "the call was cancelled");
    }
    return !stopping;
  }

  void begin(const CallPtr& call) {
    Running running{call, {}};
    try {
      EasyHandle easy;
      if (spare_.empty()) {
        easy.reset(curl_easy_init());
      } else {
        easy = std::move(spare_.back());
        spare_.pop_back();
      }
      if (!easy) throw std::bad_alloc();
      call->prepare(std::move(easy), config_, no_proxy_, share_.get());
      if (curl_multi_add_handle(multi_.get(), call->easy()) != CURLM_OK) throw std::bad_alloc();
    } catch (const std::exception& failure) {
      call->fail(Kind::kConnect, failure.what());
      hand_back(call);
      return;
    }
    if (call->cancelled().is_cancelable()) {
      running.cancellation = call->cancelled().register_callback([weak = weak_from_this(), id = call->id()] {
        if (const auto loop = weak.lock()) loop->cancel(id);
      });
    }
    calls_.emplace(call->id(), std::move(running));
    silent_.emplace_back(steady_clock::now() + config_.first_byte_timeout, call->id());
  }

  void wait_for_sockets() {
    std::array<epoll_event, kEventsPerWait> events;
    const int count = epoll_wait(epoll_, events.data(), kEventsPerWait, wait_ms());
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.fd == wake_) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto taken = read(wake_, &ignored, sizeof ignored);
        continue;
      }
      int what = 0;
      if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
      if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
      if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
      act(event.data.fd, what);
    }
  }

  int wait_ms() const {
    std::optional<steady_clock::time_point> next = timer_at_;
    if (!silent_.empty() && (!next || silent_.front().first < *next)) next = silent_.front().first;
    if (!next) return -1;
    const auto left = std::chrono::ceil<milliseconds>(*next - steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  void act(curl_socket_t socket, int what) {
    int running = 0;
    curl_multi_socket_action(multi_.get(), socket, what, &running);
  }

  /// All calls are given the same time to the first byte, so the queue is in order of expiry.
  void give_up_on_silent_calls() {
    const auto now = steady_clock::now();
    while (!silent_.empty()) {
      const auto [at, id] = silent_.front();
      const auto found = calls_.find(id);
      const bool waiting = found != calls_.end() && !found->second.call->answered();
      if (waiting && at > now) return;
      silent_.pop_front();
      if (waiting) {
        give_up(found->second.call, Kind::kTimeout,
                "no answer within " + std::to_string(config_.first_byte_timeout.count()) + " ms");
      }
    }
  }

  void collect_finished() {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      char* self = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
      const auto found = calls_.find(reinterpret_cast<CurlCall*>(self)->id());
      const auto call = found->second.call;
      call->end(message->data.result);
      retire(call);
    }
  }

  void give_up(const CallPtr& call, Kind kind, const std::string& why) {
    const CallPtr kept = call;
    kept->fail(kind, why);
    retire(kept);
  }

  void retire(const CallPtr& call) {
    connections_opened_ += call->connections_opened();
    curl_multi_remove_handle(multi_.get(), call->easy());
    auto easy = call->release();
    if (spare_.size() < kSpareEasyHandlesMax) {
      curl_easy_reset(easy.get());
      spare_.push_back(std::move(easy));
    }
    const auto found = calls_.find(call->id());
    if (call->cancelled().is_cancelable()) {
      call->cancelled().deregister_callback(found->second.cancellation);
    }
    calls_.erase(found);
    hand_back(call);
  }

  void hand_back(const CallPtr& call) {
    --in_flight_;
    post_to_pool([call] { call->complete(); });
  }

  void watch(int socket, std::uint32_t events) const {
    epoll_event event{};
    event.events = events;
    event.data.fd = socket;
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT) {
      epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const auto& loop = *static_cast<Loop*>(self);
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, socket, nullptr);
      return 0;
    }
    std::uint32_t events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
    loop.watch(socket, events);
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) {
    auto& loop = *static_cast<Loop*>(self);
    if (timeout_ms < 0) {
      loop.timer_at_.reset();
    } else {
      loop.timer_at_ = steady_clock::now() + milliseconds(timeout_ms);
    }
    return 0;
  }

  struct Running {
    CallPtr call;
    pplx::cancellation_token_registration cancellation;
  };

  const Clock& clock_;
  const CurlClientConfig config_;
  const std::string no_proxy_;
  std::atomic<std::uint64_t> next_id_{1};
  std::atomic<std::size_t> in_flight_{0};
  std::atomic<std::size_t> connections_opened_{0};
  std::mutex mutex_;
  std::vector<CallPtr> incoming_;
  std::vector<std::uint64_t> cancelled_;
  bool stopping_ = false;
  int epoll_ = -1;
  int wake_ = -1;

  // The thread's own.
  std::unique_ptr<CURLSH, FreeShare> share_;
  std::unique_ptr<CURLM, FreeMulti> multi_;
  std::vector<EasyHandle> spare_;
  std::unordered_map<std::uint64_t, Running> calls_;
  std::deque<std::pair<steady_clock::time_point, std::uint64_t>> silent_;
  std::optional<steady_clock::time_point> timer_at_;
  std::thread thread_;
};

CurlClient::CurlClient(CurlClientConfig config, const Clock& clock)
    : loop_(std::make_shared<Loop>(std::move(config), clock)) {
  loop_->start();
}

CurlClient::~CurlClient() { loop_->stop(); }

pplx::task<http::Response> CurlClient::send(http::Request request, Deadline deadline) {
  try {
    return loop_->send(std::move(request), deadline);
  } catch (...) {
    return pplx::task_from_exception<http::Response>(std::current_exception());
  }
}

CurlClient::Usage CurlClient::usage() const { return loop_->usage(); }

}  // namespace tidegate::aws
