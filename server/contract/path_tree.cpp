#include "server/contract/path_tree.h"

#include <stdexcept>

#include "server/contract/request_target.h"
#include "services/error.h"

namespace tidegate::contract {

namespace {

std::vector<std::string_view> split_segments(std::string_view path) {
  std::vector<std::string_view> segments;
  std::size_t start = 1;
  for (std::size_t slash; (slash = path.find('/', start)) != std::string_view::npos; start = slash + 1) {
    segments.push_back(path.substr(start, slash - start));
    if (segments.size() > kPathSegmentsMax) return segments;
  }
  segments.push_back(path.substr(start));
  return segments;
}

}  // namespace

void PathTree::add(std::string_view path_template, std::size_t path) {
  const auto refuse = [&](const char* why) {
    throw std::runtime_error("contract: the path " + std::string(path_template) + " " + why);
  };
  if (path_template.empty() || path_template.front() != '/') refuse("does not begin with a slash");
  Node* node = &root_;
  for (const auto segment : split_segments(path_template)) {
    if (segment.empty()) refuse("has an empty segment");
    const bool parameter = segment.front() == '{' && segment.back() == '}';
    if (!parameter && segment.find_first_of("{}") != std::string_view::npos) {
      refuse("has a parameter that is not a whole segment");
    }
    auto& next = parameter ? node->parameter : node->literals[std::string(segment)];
    if (!next) next = std::make_unique<Node>();
    node = next.get();
  }
  if (node->path) refuse("stands twice");
  node->path = path;
}

bool PathTree::descend(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                       Found& found) {
  if (at == segments.size()) {
    if (!node.path) return false;
    found.path = *node.path;
    return true;
  }
  const auto literal = node.literals.find(segments[at]);
  if (literal != node.literals.end() && descend(*literal->second, segments, at + 1, found)) return true;
  if (!node.parameter || segments[at].empty()) return false;
  found.values.push_back(segments[at]);
  if (descend(*node.parameter, segments, at + 1, found)) return true;
  found.values.pop_back();
  return false;
}

std::optional<PathTree::Found> PathTree::find(const std::vector<std::string>& segments) const {
  Found found;
  if (!descend(root_, segments, 0, found)) return std::nullopt;
  return found;
}

std::optional<std::vector<std::string>> decode_segments(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::nullopt;
  const auto encoded = split_segments(path);
  if (encoded.size() > kPathSegmentsMax) return std::nullopt;
  std::vector<std::string> segments;
  segments.reserve(encoded.size());
  for (const auto segment : encoded) {
    auto decoded = percent_decode(segment, false);
    if (!decoded) {
      throw InvalidRequest("the path is not percent-encoded UTF-8",
                           {{"is not percent-encoded UTF-8, or holds NUL", "#/path"}});
    }
    segments.push_back(std::move(*decoded));
  }
  return segments;
}

}  // namespace tidegate::contract
