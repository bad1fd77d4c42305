#include "sandbox/receiver.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <optional>

#include "sandbox/draw.h"
#include "services/async/task.h"

namespace tidegate::sandbox {

namespace {

using alerts::Notification;
using nlohmann::json;
using state::Condition;
using state::Key;
using state::Write;

constexpr const char* kPartition = "sandbox/notifications";
constexpr const char* kTokenPartition = "sandbox/notification-tokens";
constexpr std::chrono::hours kKept{24 * 7};
constexpr std::chrono::hours kTokenKept{24};
/// Two notifications of one millisecond may ask for one place.
constexpr std::uint64_t kAttemptsMax = 100;

std::string to_hex(std::uint64_t bits) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(bits));
  return text.data();
}

Instant whole_seconds(Instant at) { return std::chrono::ceil<std::chrono::seconds>(at); }

std::string encode(const ReceivedNotification& received) {
  const Notification& notification = received.notification;
  return json{{"channel", received.channel},
              {"message_id", received.message_id},
              {"received_at", format_rfc3339(received.received_at)},
              {"alert_id", notification.alert_id},
              {"severity", notification.severity},
              {"type", notification.type},
              {"title", notification.title},
              {"message", notification.message},
              {"alert_json", notification.alert_json},
              {"dedup_token", notification.dedup_token}}
      .dump(-1, ' ', false, json::error_handler_t::replace);
}

ReceivedNotification decode(const std::string& text) {
  const json stored = json::parse(text);
  return {.channel = stored.at("channel"),
          .message_id = stored.at("message_id"),
          .received_at = parse_rfc3339(stored.at("received_at")),
          .notification = {.alert_id = stored.at("alert_id"),
                           .severity = stored.at("severity"),
                           .type = stored.at("type"),
                           .title = stored.at("title"),
                           .message = stored.at("message"),
                           .alert_json = stored.at("alert_json"),
                           .dedup_token = stored.at("dedup_token")}};
}

/// Where a repeat is looked for, or nothing where the channel does not tell repeats apart.
std::optional<Key> token_key(std::uint64_t seed, const std::string& channel, const std::string& token) {
  if (channel != "pagerduty" || token.empty()) return std::nullopt;
  // A token may be longer than a key, or hold what a key can't.
  return Key{kTokenPartition,
             channel + "/" + to_hex(draw_bits(seed, token, 0)) + to_hex(draw_bits(seed, token, 1))};
}

}  // namespace

Receiver::Receiver(std::shared_ptr<state::DocumentStore> store, const Clock& clock, std::uint64_t seed)
    : store_(std::move(store)), clock_(clock), seed_(seed) {}

pplx::task<std::string> Receiver::receive(std::string channel, Notification notification) {
  const std::string token = notification.dedup_token;
  const auto once = token_key(seed_, channel, token);
  for (std::uint64_t attempt = 0; attempt < kAttemptsMax; ++attempt) {
    if (once) {
      const auto earlier = co_await store_->get(*once);
      if (earlier) co_return json::parse(earlier->body).at("message_id").get<std::string>();
    }
    const Instant now = clock_.now();
    const std::string place = format_rfc3339(now) + "/" + channel + "/" + std::to_string(attempt);
    const std::string id = "sandbox-" + channel + "-" + to_hex(draw_bits(seed_, place + token));
    const ReceivedNotification received{channel, id, now, notification};
    std::vector<Write> writes{
        Write::put({kPartition, place}, encode(received), Condition::absent(), whole_seconds(now + kKept))};
    if (once) {
      writes.push_back(Write::put(*once, json{{"message_id", id}}.dump(), Condition::absent(),
                                  whole_seconds(now + kTokenKept)));
    }
    bool taken = false;
    try {
      co_await store_->transact(std::move(writes));
    } catch (const state::ConditionFailed&) {
      taken = true;
    }
    if (!taken) co_return id;
  }
  throw UpstreamFailure(
      "the sandbox's receiver found no place for a notification",
      {.service = channel, .operation = "notify", .code = "busy", .request_id = {}, .retryable = true});
}

pplx::task<std::vector<ReceivedNotification>> Receiver::list(std::size_t limit) {
  std::vector<ReceivedNotification> latest;
  state::RangeQuery query{.partition = kPartition, .descending = true, .limit = limit};
  while (latest.size() < limit) {
    auto page = co_await store_->query(query);
    for (const state::Document& document : page.documents) {
      if (latest.size() < limit) latest.push_back(decode(document.body));
    }
    if (page.next_cursor.empty()) break;
    query.cursor = std::move(page.next_cursor);
  }
  co_return latest;
}

pplx::task<std::string> SandboxChannel::notify(Notification notification, Deadline /*deadline*/) {
  std::string failed;
  try {
    auto id = co_await receiver_->receive(name_, std::move(notification));
    co_return id;
  } catch (const UpstreamFailure& failure) {
    failed = failure.what();
  }
  throw alerts::DeliveryFailed(failed, true);
}

}  // namespace tidegate::sandbox
