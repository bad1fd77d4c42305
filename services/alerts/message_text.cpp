#include "services/alerts/message_text.h"

namespace tidegate::alerts {

namespace {

bool begins_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

}  // namespace

std::string shortened(const std::string& text, std::size_t code_points_max) {
  std::size_t seen = 0;
  std::size_t last_begin = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!begins_code_point(text[i])) continue;
    if (seen == code_points_max) return text.substr(0, last_begin) + "…";
    last_begin = i;
    ++seen;
  }
  return text;
}

std::string first_line(const std::string& text) {
  constexpr const char* kSpace = " \t\r\n";
  const auto begin = text.find_first_not_of(kSpace);
  if (begin == std::string::npos) return "";
  const auto line_end = text.find_first_of("\r\n", begin);
  const std::string line = text.substr(begin, line_end == std::string::npos ? line_end : line_end - begin);
  return line.substr(0, line.find_last_not_of(kSpace) + 1);
}

}  // namespace tidegate::alerts
