#include "aws/operations/shape.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace tidegate::aws {

namespace {

bool name_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Shape whole() {
    skip_blanks();
    Shape shape = any();
    skip_blanks();
    if (at_ != text_.size()) fail("end of text");
    return shape;
  }

 private:
  [[noreturn]] void fail(const std::string& wanted) const {
    throw std::logic_error("operation shape: " + wanted + " expected at \"" +
                           std::string(text_.substr(at_, 40)) + "\"");
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  void expect(char c) {
    if (!take(c)) fail(std::string("'") + c + "'");
  }

  void skip_blanks() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\t') ++at_;
  }

  std::string name() {
    const auto from = at_;
    while (name_character(peek())) ++at_;
    if (at_ == from) fail("a name");
    return std::string(text_.substr(from, at_ - from));
  }

  Shape any() {
    const bool flattened = take('*');
    Shape shape;
    if (take('{')) {
      shape = structure();
    } else if (take('[')) {
      shape = list();
    } else if (take('<')) {
      shape = map();
    } else if (take(':')) {
      shape.kind = scalar();
    }
    shape.flattened = flattened;
    return shape;
  }

  Shape::Kind scalar() {
    constexpr std::pair<char, Shape::Kind> kScalars[] = {
        {'s', Shape::Kind::kString},  {'i', Shape::Kind::kInteger},    {'f', Shape::Kind::kFloat},
        {'b', Shape::Kind::kBoolean}, {'x', Shape::Kind::kBlob},       {'j', Shape::Kind::kDocument},
        {'t', Shape::Kind::kInstant}, {'d', Shape::Kind::kIsoInstant}, {'u', Shape::Kind::kEpochInstant},
    };
    for (const auto& [letter, kind] : kScalars) {
      if (take(letter)) return kind;
    }
    fail("one of s i f b x j t d u");
  }

  Shape structure() {
    Shape shape;
    shape.kind = Shape::Kind::kStruct;
    for (skip_blanks(); !take('}'); skip_blanks()) shape.members.push_back(member());
    return shape;
  }

  Member member() {
    Member result;
    result.name = name();
    if (take('=')) result.wire = name();
    result.required = take('!');
    if (take('@')) result.location = location();
    result.shape = any();
    return result;
  }

  Location location() {
    const auto word = name();
    constexpr std::pair<std::string_view, Location> kLocations[] = {
        {"path", Location::kPath},       {"query", Location::kQuery},   {"header", Location::kHeader},
        {"payload", Location::kPayload}, {"status", Location::kStatus},
    };
    for (const auto& [text, place] : kLocations) {
      if (word == text) return place;
    }
    fail("path, query, header, payload or status");
  }

  /// "wire|" or "key,value|" in front of an element, or nothing.
  std::vector<std::string> element_names() {
    const auto bar = text_.find_first_of("|[]<>{}:", at_);
    if (bar == std::string_view::npos || text_[bar] != '|') return {};
    std::vector<std::string> names = {name()};
    if (take(',')) names.push_back(name());
    expect('|');
    return names;
  }

  Shape list() {
    Shape shape;
    shape.kind = Shape::Kind::kList;
    const auto names = element_names();
    if (!names.empty()) shape.element_wire = names.front();
    shape.element.push_back(any());
    expect(']');
    return shape;
  }

  Shape map() {
    Shape shape;
    shape.kind = Shape::Kind::kMap;
    const auto names = element_names();
    if (names.size() == 2) {
      shape.key_wire = names[0];
      shape.value_wire = names[1];
    }
    shape.element.push_back(any());
    expect('>');
    return shape;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

const Member* Shape::find(std::string_view member) const {
  const auto found = std::ranges::find(members, member, &Member::name);
  return found == members.end() ? nullptr : &*found;
}

Shape parse_shape(std::string_view text) { return Parser(text).whole(); }

}  // namespace tidegate::aws
