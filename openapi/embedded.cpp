#include "openapi/embedded.h"

// .incbin costs the compiler nothing, where an array of 1.9 MB in source would cost it minutes. The build
// makes this file depend on each path.
#define TIDEGATE_EMBED(symbol, path)                                                                      \
  asm(".pushsection .rodata." #symbol ",\"a\",@progbits\n.balign 16\n.globl " #symbol "_begin\n" #symbol  \
      "_begin:\n.incbin \"" path "\"\n.globl " #symbol "_end\n" #symbol "_end:\n.byte 0\n.popsection\n"); \
  extern "C" const char symbol##_begin[];                                                                 \
  extern "C" const char symbol##_end[]

TIDEGATE_EMBED(tidegate_openapi_yaml, TIDEGATE_OPENAPI_YAML);
TIDEGATE_EMBED(tidegate_openapi_json, TIDEGATE_OPENAPI_JSON);
TIDEGATE_EMBED(tidegate_docs_page, TIDEGATE_DOCS_PAGE);
TIDEGATE_EMBED(tidegate_docs_start, TIDEGATE_DOCS_START);
#ifdef TIDEGATE_SWAGGER_UI
TIDEGATE_EMBED(tidegate_swagger_js, TIDEGATE_SWAGGER_UI "/swagger-ui-bundle.js");
TIDEGATE_EMBED(tidegate_swagger_css, TIDEGATE_SWAGGER_UI "/swagger-ui.css");
TIDEGATE_EMBED(tidegate_swagger_icon, TIDEGATE_SWAGGER_UI "/favicon-32x32.png");
#endif

namespace tidegate::openapi {

namespace {

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

std::string_view yaml() { return between(tidegate_openapi_yaml_begin, tidegate_openapi_yaml_end); }

std::string_view json() { return between(tidegate_openapi_json_begin, tidegate_openapi_json_end); }

std::string_view docs_page() { return between(tidegate_docs_page_begin, tidegate_docs_page_end); }

std::optional<File> docs_file(std::string_view name) {
  if (name == "start.js") {
    return File{"text/javascript", between(tidegate_docs_start_begin, tidegate_docs_start_end)};
  }
#ifdef TIDEGATE_SWAGGER_UI
  if (name == "swagger-ui-bundle.js") {
    return File{"text/javascript", between(tidegate_swagger_js_begin, tidegate_swagger_js_end)};
  }
  if (name == "swagger-ui.css") {
    return File{"text/css", between(tidegate_swagger_css_begin, tidegate_swagger_css_end)};
  }
  if (name == "favicon-32x32.png") {
    return File{"image/png", between(tidegate_swagger_icon_begin, tidegate_swagger_icon_end)};
  }
#endif
  return std::nullopt;
}

}  // namespace tidegate::openapi
