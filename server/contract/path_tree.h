#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::contract {

/// Path templates, segment by segment. A literal segment goes before a parameter, as OpenAPI asks.
class PathTree {
 public:
  struct Found {
    std::size_t path = 0;             ///< what add() was given
    std::vector<std::string> values;  ///< of the template's parameters, decoded, in order
  };

  /// Adds "/operations/{operation_id}". Throws std::runtime_error for a template that is not made of whole
  /// segments or stands there already, with whatever names.
  void add(std::string_view path_template, std::size_t path);

  /// Where a decoded path's segments lead; null where no template fits. An empty segment fits none, so "//a"
  /// and "/a/" are not "/a".
  std::optional<Found> find(const std::vector<std::string>& segments) const;

 private:
  struct Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::optional<std::size_t> path;
  };

  static bool descend(const Node& node, const std::vector<std::string>& segments, std::size_t at,
                      Found& found);

  Node root_;
};

/// The most segments that a path is looked at for.
inline constexpr std::size_t kPathSegmentsMax = 16;

/// The decoded segments of an encoded path ("/a/b%2Fc" is "a", "b/c"). Throws InvalidRequest for an encoding
/// that is broken, not UTF-8 or holds NUL; null for a path that no template can fit: without its slash at
/// the front, or of more than kPathSegmentsMax segments.
std::optional<std::vector<std::string>> decode_segments(std::string_view path);

}  // namespace tidegate::contract
