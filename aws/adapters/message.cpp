#include "aws/adapters/message.h"

#include "services/alerts/message_text.h"

namespace tidegate::aws {

namespace {

std::string upper(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return text;
}

}  // namespace

std::string headline(const alerts::Notification& notification, std::size_t code_points_max) {
  auto title = alerts::first_line(notification.title);
  if (title.empty()) title = alerts::first_line(notification.message);
  // SES refuses line breaks and other control characters in a subject.
  for (char& c : title) {
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';
  }
  return alerts::shortened("[" + upper(notification.severity) + "] " + title, code_points_max);
}

std::string mail_text(const alerts::Notification& notification) {
  std::string text = notification.message;
  text += "\n\nSeverity: " + notification.severity;
  text += "\nType: " + notification.type;
  text += "\nAlert: " + notification.alert_id + "\n";
  return text;
}

}  // namespace tidegate::aws
