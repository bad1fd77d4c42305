#pragma once

#include <optional>
#include <string_view>

/// The contract and its documentation page, compiled in. All views live as long as the program.
namespace tidegate::openapi {

/// openapi/tidegate.yaml as it was written.
std::string_view yaml();

/// The same document as JSON, in the order of the file, on one line.
std::string_view json();

struct File {
  std::string_view content_type;
  std::string_view content;
};

/// The page at /docs. Where the build found no Swagger UI, a page that says how to get it.
std::string_view docs_page();

/// A file that the page refers to, by its name below /docs/; null where there is none.
std::optional<File> docs_file(std::string_view name);

}  // namespace tidegate::openapi
