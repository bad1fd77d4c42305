// embed IN.yaml OUT.json: the contract as JSON, at build time.
//
// YAML 1.2's core schema: a quoted scalar is always text, a plain one is null, a boolean, an integer or a
// number where it looks like one.
#include <yaml-cpp/yaml.h>

#include <charconv>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

namespace {

using Json = nlohmann::ordered_json;  // the served document keeps the order of the file

template <class Number>
bool parses_as(const std::string& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  return parsed.ec == std::errc() && parsed.ptr == end;
}

Json plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null") return nullptr;
  if (text == "true") return true;
  if (text == "false") return false;
  const bool looks_numeric = text.find_first_not_of("+-.0123456789eE") == std::string::npos;
  std::int64_t integer = 0;
  if (looks_numeric && parses_as(text, integer)) return integer;
  double number = 0;
  if (looks_numeric && parses_as(text, number)) return number;
  return text;
}

Json convert(const YAML::Node& node) {
  switch (node.Type()) {
    case YAML::NodeType::Null:
      return nullptr;
    case YAML::NodeType::Scalar:
      return node.Tag() == "!" ? Json(node.Scalar()) : plain_scalar(node.Scalar());
    case YAML::NodeType::Sequence: {
      Json items = Json::array();
      for (const auto& item : node) items.push_back(convert(item));
      return items;
    }
    case YAML::NodeType::Map: {
      Json members = Json::object();
      std::set<std::string> seen;
      for (const auto& member : node) {
        const auto name = member.first.Scalar();
        if (!seen.insert(name).second) {
          throw YAML::ParserException(member.first.Mark(), "'" + name + "' stands twice in one mapping");
        }
        members[name] = convert(member.second);
      }
      return members;
    }
    default:
      throw YAML::ParserException(node.Mark(), "undefined node");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: embed IN.yaml OUT.json\n";
    return 2;
  }
  try {
    const Json document = convert(YAML::LoadFile(argv[1]));
    std::ofstream out(argv[2], std::ios::binary);
    out << document.dump() << '\n';
    out.close();
    if (!out) throw std::runtime_error(std::string("can't write ") + argv[2]);
  } catch (const std::exception& error) {
    std::cerr << argv[1] << ": " << error.what() << '\n';
    return 1;
  }
}
