#include "aws/http/curl_shard.h"

#include <algorithm>

namespace tidegate::aws {

using Kind = http::TransportFailure::Kind;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

namespace {

constexpr const char* kCancelled = "the call was cancelled";
constexpr const char* kShutDown = "the outgoing transport is shut down";
constexpr std::size_t kSpareEasyHandlesMax = 32;  ///< each keeps its buffers
constexpr int kTurnsMax = 8;                      ///< before other threads may have the shard

std::size_t part(std::size_t whole, std::size_t count) { return std::max<std::size_t>(1, whole / count); }

}  // namespace

CurlShard::CurlShard(const CurlShardParts& parts, std::uint64_t index, std::size_t count)
    : parts_(parts),
      index_(index),
      connections_max_(part(parts.config.connections_per_host_max, count)),
      multi_(curl_multi_init()) {
  if (!multi_) throw std::bad_alloc();
  const auto& config = parts.config;
  CURLM* multi = multi_.get();
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &CurlShard::on_socket);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &CurlShard::on_timer);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, static_cast<long>(connections_max_));
  curl_multi_setopt(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                    static_cast<long>(part(config.connections_max, count)));
  curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, static_cast<long>(part(config.idle_connections_max, count)));
}

void CurlShard::drive(Order order, EndedCalls& ended) noexcept {
  {
    const std::scoped_lock lock(mutex_);
    if (driven_.load()) {
      orders_.push_back(std::move(order));
      return;
    }
    driven_ = true;
  }
  carry_out(order, ended);
  std::vector<Order> more;
  while (true) {
    settle(ended);
    {
      const std::scoped_lock lock(mutex_);
      if (orders_.empty()) {
        driven_ = false;
        return;
      }
      more.swap(orders_);
    }
    for (const auto& other : more) carry_out(other, ended);
    more.clear();
  }
}

void CurlShard::carry_out(const Order& order, EndedCalls& ended) {
  switch (order.what) {
    case Order::kBegin:
      return begin_now(order.call, ended);
    case Order::kSocketReady:
      return act_on_socket(order.event);
    case Order::kTimePassed:
      return;  // settle() looks at the time
    case Order::kCancel:
      if (calls_.contains(order.call->id())) give_up(order.call, Kind::kCancelled, kCancelled, ended);
      return;
    case Order::kShut:
      shut_ = true;
      while (!calls_.empty()) give_up(calls_.begin()->second, Kind::kCancelled, kShutDown, ended);
      return;
  }
}

void CurlShard::begin_now(const CallPtr& call, EndedCalls& ended) {
  if (shut_ || call->cancel_requested()) {
    call->fail(Kind::kCancelled, shut_ ? kShutDown : kCancelled);
    end(call, ended);
    return;
  }
  try {
    call->prepare(take_easy(), parts_.config);
    if (curl_multi_add_handle(multi_.get(), call->easy()) != CURLM_OK) throw std::bad_alloc();
  } catch (const std::exception& failure) {
    call->fail(Kind::kConnect, failure.what());
    end(call, ended);
    return;
  }
  calls_.emplace(call->id(), call);
  silent_.emplace_back(steady_clock::now() + parts_.config.first_byte_timeout, call->id());
}

void CurlShard::act_on_socket(const epoll_event& event) {
  const auto socket = static_cast<curl_socket_t>(event.data.u64 & 0xFFFFFFFFU);
  int what = 0;
  if ((event.events & EPOLLIN) != 0) what |= CURL_CSELECT_IN;
  if ((event.events & EPOLLOUT) != 0) what |= CURL_CSELECT_OUT;
  if ((event.events & (EPOLLERR | EPOLLHUP)) != 0) what |= CURL_CSELECT_ERR;
  const auto before = sockets_.find(socket);
  if (before == sockets_.end()) return;  // closed since the event was told
  before->second.armed = false;
  acting_on_ = socket;
  act(socket, what);
  acting_on_ = -1;
  const auto after = sockets_.find(socket);
  if (after != sockets_.end() && !after->second.armed) watch(socket, after->second);
}

void CurlShard::act(curl_socket_t socket, int what) {
  int running = 0;
  curl_multi_socket_action(multi_.get(), socket, what, &running);
}

/// Does what is due. libcurl asks for a turn at once, by a timer of 0 ms, where a call begins or may have the
/// connection that another has left.
void CurlShard::settle(EndedCalls& ended) {
  for (int turn = 0; turn < kTurnsMax; ++turn) {
    collect_finished(ended);
    if (timer_at_ > steady_clock::now()) break;
    timer_at_ = Time::max();
    act(CURL_SOCKET_TIMEOUT, 0);
  }
  collect_finished(ended);
  give_up_on_silent_calls(ended);
  const auto next = silent_.empty() ? timer_at_ : std::min(timer_at_, silent_.front().first);
  if (next != Time::max()) parts_.events.wake_at(next);
}

/// All calls are given the same time to the first byte, so the queue is in order of expiry.
void CurlShard::give_up_on_silent_calls(EndedCalls& ended) {
  while (!silent_.empty()) {
    const auto [at, id] = silent_.front();
    const auto found = calls_.find(id);
    const bool waiting = found != calls_.end() && !found->second->answered();
    if (waiting && at > steady_clock::now()) return;
    silent_.pop_front();
    if (waiting) {
      give_up(found->second, Kind::kTimeout,
              "no answer within " + std::to_string(parts_.config.first_byte_timeout.count()) + " ms", ended);
    }
  }
}

void CurlShard::collect_finished(EndedCalls& ended) {
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    char* self = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
    const auto call = calls_.at(reinterpret_cast<CurlCall*>(self)->id());
    call->end(message->data.result);
    retire(call, ended);
  }
}

void CurlShard::give_up(CallPtr call, Kind kind, const std::string& why, EndedCalls& ended) {
  call->fail(kind, why);
  retire(call, ended);
}

void CurlShard::retire(const CallPtr& call, EndedCalls& ended) {
  connections_opened_ += call->connections_opened();
  curl_multi_remove_handle(multi_.get(), call->easy());
  auto easy = call->release();
  if (spare_.size() < kSpareEasyHandlesMax) spare_.push_back(std::move(easy));
  end(call, ended);
  calls_.erase(call->id());
}

void CurlShard::end(const CallPtr& call, EndedCalls& ended) {
  --calls_in_flight_;
  ended.push_back(call);
}

EasyHandle CurlShard::take_easy() {
  if (spare_.empty()) return CurlCall::make_easy(parts_.config, parts_.no_proxy, parts_.share);
  EasyHandle easy = std::move(spare_.back());
  spare_.pop_back();
  return easy;
}

void CurlShard::watch(int socket, Watched& watched) const {
  watched.armed = true;
  parts_.events.watch(socket, watched.events, index_ << 32U | static_cast<std::uint32_t>(socket));
}

int CurlShard::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& shard = *static_cast<CurlShard*>(self);
  if (what == CURL_POLL_REMOVE) {
    // Not taken off the epoll: libcurl may have closed it already, and another shard may have a socket of the
    // same number by now. At worst one more event is told, and ignored.
    shard.sockets_.erase(socket);
    return 0;
  }
  auto& watched = shard.sockets_[socket];
  watched.events = 0;
  if ((what & CURL_POLL_IN) != 0) watched.events |= EPOLLIN;
  if ((what & CURL_POLL_OUT) != 0) watched.events |= EPOLLOUT;
  if (socket != shard.acting_on_) shard.watch(socket, watched);
  return 0;
}

int CurlShard::on_timer(CURLM*, long timeout_ms, void* self) {
  auto& shard = *static_cast<CurlShard*>(self);
  shard.timer_at_ = timeout_ms < 0 ? Time::max() : steady_clock::now() + milliseconds(timeout_ms);
  return 0;
}

}  // namespace tidegate::aws
