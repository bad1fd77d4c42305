#include "services/json_reader.h"

#include <stdexcept>

namespace tidegate {

JsonReader::JsonReader(std::string_view text) {
  // A parser keeps its buffers, which are several times the longest text that it read.
  constexpr std::size_t kShort = std::size_t{64} << 10U;
  thread_local simdjson::dom::parser of_short_texts;
  auto& parser = text.size() <= kShort ? of_short_texts : of_long_text_;
  if (text.empty()) text = "{}";
  if (parser.parse(text.data(), text.size()).get(root_) != simdjson::SUCCESS) {
    throw std::runtime_error("the text is no JSON");
  }
}

}  // namespace tidegate
