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
/// libcurl looks through the connections of a multi handle for each call, which a burst of a thousand feels.
constexpr std::size_t kConnectionsPerShard = 128;
constexpr std::uint64_t kWakeEvent = ~std::uint64_t{0};

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
    watch(wake_, EPOLLIN, kWakeEvent);
    share_.reset(curl_share_init());
    if (!share_) throw std::bad_alloc();
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    curl_share_setopt(share_.get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
    make_shards();
  }

  ~Loop() {
    spare_.clear();
    shards_.clear();
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
    auto task = call->task();  // before it can complete
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
    return task;
  }

  Usage usage() const { return {in_flight_.load(), connections_opened_.load()}; }

 private:
  using CallPtr = std::shared_ptr<CurlCall>;

  /// A multi handle and its part of the connections. The first ones are filled first, so that few calls at a
  /// time find the few connections that are open.
  struct Shard {
    Loop* loop = nullptr;
    std::uint64_t index = 0;
    std::unique_ptr<CURLM, FreeMulti> multi = {};
    std::size_t calls = 0;
    std::optional<steady_clock::time_point> timer_at = {};
  };

  struct Running {
    CallPtr call;
    Shard* shard = nullptr;
    pplx::cancellation_token_registration cancellation = {};
  };

  void make_shards() {
    const auto open_max = std::min(config_.connections_per_host_max, config_.connections_max);
    const std::size_t count = std::max<std::size_t>(1, open_max / kConnectionsPerShard);
    const auto part = [count](std::size_t whole) {
      return static_cast<long>(std::max<std::size_t>(1, whole / count));
    };
    calls_per_shard_ = static_cast<std::size_t>(part(config_.connections_per_host_max));
    shards_.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      Shard& shard = shards_[i];
      shard.loop = this;
      shard.index = i;
      shard.multi.reset(curl_multi_init());
      if (!shard.multi) throw std::bad_alloc();
      CURLM* multi = shard.multi.get();
      curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Loop::on_socket);
      curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, &shard);
      curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Loop::on_timer);
      curl_multi_setopt(multi, CURLMOPT_TIMERDATA, &shard);
      curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, part(config_.connections_per_host_max));
      curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, part(config_.connections_max));
      curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, part(config_.idle_connections_max));
    }
  }

  /// The first one where no call would wait for a connection, else the one with the fewest calls.
  Shard& shard_for_a_call() {
    for (Shard& shard : shards_) {
      if (shard.calls < calls_per_shard_) return shard;
    }
    return *std::ranges::min_element(shards_, {}, &Shard::calls);
  }

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
      act_on_timers();
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
    Running running{call, &shard_for_a_call()};
    try {
      call->prepare(take_easy(), config_);
      if (curl_multi_add_handle(running.shard->multi.get(), call->easy()) != CURLM_OK) throw std::bad_alloc();
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
    ++running.shard->calls;
    calls_.emplace(call->id(), std::move(running));
    silent_.emplace_back(steady_clock::now() + config_.first_byte_timeout, call->id());
  }

  EasyHandle take_easy() {
    if (spare_.empty()) return make_easy(config_, no_proxy_, share_.get());
    EasyHandle easy = std::move(spare_.back());
    spare_.pop_back();
    return easy;
  }

  void wait_for_sockets() {
    std::array<epoll_event, kEventsPerWait> events;
    const int count = epoll_wait(epoll_, events.data(), kEventsPerWait, wait_ms());
    for (int i = 0; i < count; ++i) {
      const auto& event = events[static_cast<std::size_t>(i)];
      if (event.data.u64 == kWakeEvent) {
        std::uint64_t ignored = 0;
        [[maybe_unused]] const auto taken = read(wake_, &ignored, sizeof ignored);
        continue;
      }
      int what = 0;
      if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
      if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
      if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
      act(shards_[event.data.u64 >> 32U], static_cast<curl_socket_t>(event.data.u64 & 0xFFFFFFFFU), what);
    }
  }

  int wait_ms() const {
    std::optional<steady_clock::time_point> next;
    for (const Shard& shard : shards_) {
      if (shard.timer_at && (!next || *shard.timer_at < *next)) next = shard.timer_at;
    }
    if (!silent_.empty() && (!next || silent_.front().first < *next)) next = silent_.front().first;
    if (!next) return -1;
    const auto left = std::chrono::ceil<milliseconds>(*next - steady_clock::now());
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
  }

  static void act(const Shard& shard, curl_socket_t socket, int what) {
    int running = 0;
    curl_multi_socket_action(shard.multi.get(), socket, what, &running);
  }

  void act_on_timers() {
    const auto now = steady_clock::now();
    for (Shard& shard : shards_) {
      if (!shard.timer_at || *shard.timer_at > now) continue;
      shard.timer_at.reset();
      act(shard, CURL_SOCKET_TIMEOUT, 0);
    }
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
    for (const Shard& shard : shards_) collect_finished(shard);
  }

  void collect_finished(const Shard& shard) {
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(shard.multi.get(), &left)) {
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
    const auto found = calls_.find(call->id());
    Shard& shard = *found->second.shard;
    curl_multi_remove_handle(shard.multi.get(), call->easy());
    --shard.calls;
    auto easy = call->release();
    if (spare_.size() < kSpareEasyHandlesMax) spare_.push_back(std::move(easy));
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

  void watch(int socket, std::uint32_t events, std::uint64_t data) const {
    epoll_event event{};
    event.events = events;
    event.data.u64 = data;
    if (epoll_ctl(epoll_, EPOLL_CTL_MOD, socket, &event) != 0 && errno == ENOENT) {
      epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
  }

  static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
    const auto& shard = *static_cast<Shard*>(self);
    const auto& loop = *shard.loop;
    if (what == CURL_POLL_REMOVE) {
      epoll_ctl(loop.epoll_, EPOLL_CTL_DEL, socket, nullptr);
      return 0;
    }
    std::uint32_t events = 0;
    if ((what & CURL_POLL_IN) != 0) events |= EPOLLIN;
    if ((what & CURL_POLL_OUT) != 0) events |= EPOLLOUT;
    loop.watch(socket, events, shard.index << 32U | static_cast<std::uint32_t>(socket));
    return 0;
  }

  static int on_timer(CURLM*, long timeout_ms, void* self) {
    auto& shard = *static_cast<Shard*>(self);
    if (timeout_ms < 0) {
      shard.timer_at.reset();
    } else {
      shard.timer_at = steady_clock::now() + milliseconds(timeout_ms);
    }
    return 0;
  }

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
  std::vector<Shard> shards_;
  std::size_t calls_per_shard_ = 0;
  std::vector<EasyHandle> spare_;
  std::unordered_map<std::uint64_t, Running> calls_;
  std::deque<std::pair<steady_clock::time_point, std::uint64_t>> silent_;
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
