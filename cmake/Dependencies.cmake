# The libraries, all Debian 12 packages (scripts/install-packages names them). Third-party headers are SYSTEM, so that our
# warnings are about our code.
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(CURL REQUIRED)
find_package(Boost 1.74 REQUIRED COMPONENTS system)
find_package(nlohmann_json REQUIRED)
find_package(spdlog REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(pugixml REQUIRED)
find_package(simdjson REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(date REQUIRED)

# libcpprest-dev's CMake package asks for static parts that Debian does not ship; name the library itself.
find_library(CPPREST_LIBRARY cpprest REQUIRED)
add_library(tidegate_cpprest INTERFACE)
target_link_libraries(tidegate_cpprest INTERFACE
  ${CPPREST_LIBRARY} Boost::system OpenSSL::SSL OpenSSL::Crypto Threads::Threads)

find_library(SQLITECPP_LIBRARY SQLiteCpp REQUIRED)
add_library(tidegate_sqlite INTERFACE)
target_link_libraries(tidegate_sqlite INTERFACE ${SQLITECPP_LIBRARY} SQLite::SQLite3)

find_library(JEMALLOC_LIBRARY jemalloc REQUIRED)

find_library(PROMETHEUS_CPP_CORE_LIBRARY prometheus-cpp-core REQUIRED)
add_library(tidegate_prometheus INTERFACE)
target_link_libraries(tidegate_prometheus INTERFACE ${PROMETHEUS_CPP_CORE_LIBRARY})
