#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::aws {

/// Where a member travels in a REST protocol.
enum class Location { kBody, kPath, kQuery, kHeader, kPayload, kStatus };

struct Member;

/// The members of a request or an answer that tidegate uses, and how each is written on the wire. Parsed from
/// a line of text in an operation's row:
///
///     struct  {member member ...}
///     member  name  [=wire name]  [! required]  [@path | @query | @header | @payload | @status]  [shape]
///     shape   :s string (also where none is given)  :i integer  :f float  :b boolean  :x blob  :j any JSON
///     as it stands
///             :t instant in the protocol's own form  :d instant as ISO 8601  :u instant as epoch seconds
///             [shape] list    [wire|shape] list whose elements are called `wire`    *[shape] flattened list
///             <shape> map with text keys    <key,value|shape> its entries' names    *<shape> flattened map
///
/// Example: {nodegroup{nodegroupName scalingConfig{minSize:i maxSize:i} createdAt:t instanceTypes[]}}
///
/// In parameters and answers (JSON values) an instant is a number of epoch seconds, a blob is its bytes in a
/// string, and a map is an object.
struct Shape {
  enum class Kind {
    kString,
    kInteger,
    kFloat,
    kBoolean,
    kBlob,
    kDocument,
    kInstant,
    kIsoInstant,
    kEpochInstant,
    kList,
    kMap,
    kStruct
  };

  Kind kind = Kind::kString;
  bool flattened = false;  ///< lists and maps
  std::string element_wire =
      {};                       ///< lists: the elements' name; empty = the protocol's own ("member", "item")
  std::string key_wire = {};    ///< maps: the name of an entry's key; empty = "key"
  std::string value_wire = {};  ///< maps: the name of an entry's value; empty = "value"
  std::vector<Shape> element = {};  ///< lists and maps: exactly one
  std::vector<Member> members;      ///< structs; no initializer, which would need Member to be complete

  const Member* find(std::string_view member) const;
};

struct Member {
  std::string name;
  std::string wire;  ///< empty = the protocol's rule for `name`
  bool required = false;
  Location location = Location::kBody;
  Shape shape = {};

  const std::string& wire_or_name() const { return wire.empty() ? name : wire; }
};

/// Parses a shape. Throws std::logic_error naming the place: a row that is wrong is a fault of the program.
Shape parse_shape(std::string_view text);

}  // namespace tidegate::aws
