#include "services/alerts/channels/slack.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "services/alerts/channels/http_delivery.h"
#include "services/alerts/message_text.h"
#include "services/async/task.h"

namespace tidegate::alerts {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kHeaderMax = 150;
constexpr std::size_t kSectionMax = 3000;
constexpr std::size_t kContextPartMax = 200;

const char* escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    default:
      return nullptr;
  }
}

std::string escaped(const std::string& text) {
  std::string safe;
  safe.reserve(text.size());
  for (const char c : text) {
    if (const char* escape = escape_of(c)) {
      safe += escape;
    } else {
      safe += c;
    }
  }
  return safe;
}

/// Escaped text within a section's limit: what is cut is the text, never half an escape.
std::string section_text(const std::string& text) {
  constexpr std::size_t kLongestEscape = 5;
  std::string safe = escaped(text);
  if (shortened(safe, kSectionMax) == safe) return safe;
  const std::string cut = escaped(shortened(text, kSectionMax));
  return shortened(cut, kSectionMax) == cut ? cut : escaped(shortened(text, kSectionMax / kLongestEscape));
}

std::string context_line(const Notification& notification) {
  const auto part = [](const std::string& text) { return escaped(shortened(text, kContextPartMax)); };
  return part(notification.severity) + " · " + part(notification.type) + " · " + part(notification.alert_id);
}

/// Some receivers that speak Slack's webhook answer 200 with a refusal inside.
bool is_refusal(const std::string& body) {
  const Json json = Json::parse(body, nullptr, false);
  return json.is_object() &&
         (json.value("ok", Json(true)) == false || json.value("success", Json(true)) == false);
}

pplx::task<std::string> post(std::shared_ptr<http::HttpClient> client, std::string url, std::string body,
                             std::string token, Deadline deadline) {
  http::Request request;
  request.method = "POST";
  request.url = std::move(url);
  request.headers.emplace_back("content-type", "application/json; charset=utf-8");
  request.body = std::move(body);
  http::Response response;
  try {
    const auto sent = client->send(std::move(request), deadline);
    response = co_await sent;
  } catch (const http::TransportFailure& failure) {
    throw failure_of_transport("Slack", failure);
  }
  if (response.status != 200 || is_refusal(response.body)) throw failure_of_answer("Slack", response);
  co_return token;
}

}  // namespace

std::string slack_message(const Notification& notification) {
  Json blocks = Json::array();
  const Json header = {{"type", "plain_text"}, {"text", shortened(notification.title, kHeaderMax)}};
  blocks.push_back({{"type", "header"}, {"text", header}});
  if (!notification.message.empty()) {
    const Json text = {{"type", "mrkdwn"}, {"text", section_text(notification.message)}};
    blocks.push_back({{"type", "section"}, {"text", text}});
  }
  const Json context = {{"type", "mrkdwn"}, {"text", context_line(notification)}};
  blocks.push_back({{"type", "context"}, {"elements", Json::array({context})}});
  const std::string plain = "[" + notification.severity + "] " + notification.title;
  const Json message = {{"text", escaped(shortened(plain, kSectionMax))}, {"blocks", std::move(blocks)}};
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

SlackChannel::SlackChannel(std::shared_ptr<http::HttpClient> client, SlackConfig config)
    : client_(std::move(client)), config_(std::move(config)) {}

pplx::task<std::string> SlackChannel::notify(Notification notification, Deadline deadline) {
  return post(client_, config_.webhook_url, slack_message(notification), notification.dedup_token, deadline);
}

}  // namespace tidegate::alerts
