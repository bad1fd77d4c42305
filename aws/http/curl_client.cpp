#include <curl/curl.h>  // first: it asks clang about dllimport, which cpprestsdk defines

#include "aws/http/curl_client.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "aws/http/curl_shard.h"
#include "aws/http/events.h"
#include "services/async/task.h"

namespace tidegate::aws {

using Kind = http::TransportFailure::Kind;

namespace {

/// libcurl looks through the connections of a multi handle for each call, which a burst of a thousand feels.
constexpr std::size_t kConnectionsPerShard = 128;

/// Addresses that hand out credentials, and this machine: a proxy has no business there.
constexpr const char* kNeverProxied =
    "169.254.169.254,169.254.170.2,169.254.170.23,fd00:ec2::254,fd00:ec2::23,localhost,127.0.0.1,::1";

void init_libcurl_once() {
  static const bool done = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
  if (!done) throw std::runtime_error("libcurl can't be initialised");
}

/// The first of these environment variables that says something; else empty.
std::string first_set(std::initializer_list<const char*> names) {
  for (const char* name : names) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing here sets variables
    if (value != nullptr && *value != '\0') return value;
  }
  return {};
}

/// As CURLOPT_NOPROXY takes them. libcurl goes through the list for each call, so it is a short one where
/// there is no proxy at all.
std::string hosts_without_proxy(const CurlClientConfig& config) {
  const bool any_proxy =
      !config.proxy.empty() ||
      !first_set({"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}).empty();
  if (!any_proxy) return "*";
  const auto more = first_set({"no_proxy", "NO_PROXY"});
  return more.empty() ? kNeverProxied : std::string(kNeverProxied).append(",").append(more);
}

bool has_control_character(std::string_view text) {
  bool found = false;
  for (const char c : text) found |= static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  return found;
}

void check_sendable(const http::Request& request) {
  bool bad = has_control_character(request.url) || has_control_character(request.method);
  for (const auto& [name, value] : request.headers) {
    bad = bad || has_control_character(name) || has_control_character(value);
  }
  if (bad) throw InvalidRequest("an outgoing request's URL or headers hold a control character");
}

/// What the shards share: names looked up and TLS sessions. Each kind of it has its lock.
class Share {
 public:
  Share() : share_(curl_share_init()) {
    if (!share_) throw std::bad_alloc();
    curl_share_setopt(get(), CURLSHOPT_USERDATA, this);
    curl_share_setopt(get(), CURLSHOPT_LOCKFUNC, &Share::lock);
    curl_share_setopt(get(), CURLSHOPT_UNLOCKFUNC, &Share::unlock);
    curl_share_setopt(get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION);
    curl_share_setopt(get(), CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS);
  }

  CURLSH* get() const { return share_.get(); }

 private:
  struct FreeShare {
    void operator()(CURLSH* handle) const { curl_share_cleanup(handle); }
  };

  static void lock(CURL*, curl_lock_data what, curl_lock_access, void* self) {
    static_cast<Share*>(self)->mutexes_[static_cast<std::size_t>(what)].lock();
  }
  static void unlock(CURL*, curl_lock_data what, void* self) {
    static_cast<Share*>(self)->mutexes_[static_cast<std::size_t>(what)].unlock();
  }

  std::array<std::mutex, CURL_LOCK_DATA_LAST> mutexes_;  // outlive the handle
  std::unique_ptr<CURLSH, FreeShare> share_;
};

}  // namespace

/// The shards and the threads that wait for their events. A thread takes one event at a time and runs what
/// waited for it to its next wait, while the others take the events that follow.
class CurlClient::Loop : public std::enable_shared_from_this<Loop> {
 public:
  Loop(CurlClientConfig config, const Clock& clock)
      : clock_(clock), config_(std::move(config)), no_proxy_(hosts_without_proxy(config_)) {
    init_libcurl_once();
    share_ = std::make_unique<Share>();
    const auto open_max = std::min(config_.connections_per_host_max, config_.connections_max);
    const std::size_t count = std::max<std::size_t>(1, open_max / kConnectionsPerShard);
    for (std::size_t i = 0; i < count; ++i) {
      shards_.push_back(
          std::make_unique<CurlShard>(CurlShardParts{config_, no_proxy_, share_->get(), events_}, i, count));
    }
  }

  void start() {
    const auto cores = static_cast<std::size_t>(std::thread::hardware_concurrency());
    const auto count = config_.threads == 0 ? std::max<std::size_t>(2, cores) : config_.threads;
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([self = shared_from_this()] { self->run(); });
    }
  }

  void stop() {
    events_.stop();
    for (auto& thread : threads_) {
      if (thread.get_id() == std::this_thread::get_id()) {
        thread.detach();  // what waited for a call was the client's last owner
      } else {
        thread.join();
      }
    }
    EndedCalls ended;
    for (const auto& shard : shards_) shard->shut(ended);
    tell_from_pool(ended);
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
    const auto call = std::make_shared<CurlCall>(next_id_.fetch_add(1), std::move(request), left);
    auto task = call->task();  // before it can complete
    CurlShard& shard = shard_for_a_call();
    call->cancel_with(deadline.cancelled(), [weak = weak_from_this(), &shard](CallPtr cancelled) {
      const auto loop = weak.lock();
      if (!loop) return;
      EndedCalls ended;
      shard.cancel(std::move(cancelled), ended);
      loop->tell_from_pool(ended);
    });
    EndedCalls ended;
    shard.begin(call, ended);
    // The answer may be here already; nothing waits for it yet.
    if (std::erase(ended, call) > 0) tell(call);
    tell_from_pool(ended);
    return task;
  }

  Usage usage() const {
    Usage usage{.calls_in_flight = in_flight_.load()};
    for (const auto& shard : shards_) usage.connections_opened += shard->connections_opened();
    return usage;
  }

 private:
  /// The first one where no call would wait for a connection, nor for a thread that is at other calls, so
  /// that few calls at a time find the few connections that are open; else the one with the fewest calls.
  CurlShard& shard_for_a_call() const {
    for (const auto& shard : shards_) {
      if (shard->has_room() && (!shard->driven() || shard->calls_in_flight() == 0)) return *shard;
    }
    const auto fewest = [](const auto& shard) { return shard->calls_in_flight(); };
    return **std::ranges::min_element(shards_, {}, fewest);
  }

  void tell(const CallPtr& call) {
    --in_flight_;
    call->complete();
  }

  void tell_from_pool(const EndedCalls& ended) {
    for (const auto& call : ended) {
      post_to_pool([self = shared_from_this(), call] { self->tell(call); });
    }
  }

  /// What waits for the last one goes on right here; the others need not wait for it.
  void tell_and_go_on(EndedCalls& ended) {
    if (ended.empty()) return;
    const auto last = std::move(ended.back());
    ended.pop_back();
    tell_from_pool(ended);
    ended.clear();
    tell(last);
  }

  void run() {
    EndedCalls ended;
    while (true) {
      const auto event = events_.wait();
      if (event.data.u64 == Events::kStop) return;
      if (event.data.u64 == Events::kTimer) {
        events_.timer_told();
        for (const auto& shard : shards_) shard->time_passed(ended);
      } else {
        shards_[CurlShard::index_of(event)]->socket_ready(event, ended);
      }
      tell_and_go_on(ended);
    }
  }

  const Clock& clock_;
  const CurlClientConfig config_;
  const std::string no_proxy_;
  std::atomic<std::uint64_t> next_id_{1};
  std::atomic<std::size_t> in_flight_{0};
  Events events_;
  std::unique_ptr<Share> share_;
  std::vector<std::unique_ptr<CurlShard>> shards_;
  std::vector<std::thread> threads_;
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
