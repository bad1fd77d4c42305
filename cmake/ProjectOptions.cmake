# How every target of this project is compiled: warnings as errors, sanitizers on request, ccache when present.
option(TIDEGATE_TESTS "Build the unit tests" ON)
option(TIDEGATE_BENCH "Build the benchmarks" OFF)
set(TIDEGATE_SANITIZE "" CACHE STRING "Sanitizers, as for -fsanitize= (address,undefined or thread)")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(TIDEGATE_CCACHE ccache)
if(TIDEGATE_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TIDEGATE_CCACHE})
endif()

add_library(tidegate_options INTERFACE)
target_include_directories(tidegate_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(tidegate_options INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Werror)
# GCC 12 at -O2 inlines date.h's and std::optional's guarded reads and then takes them for uninitialised memory.
target_compile_options(tidegate_options INTERFACE $<$<CONFIG:Release>:-Wno-maybe-uninitialized>)
target_compile_definitions(tidegate_options INTERFACE
  _TURN_OFF_PLATFORM_STRING        # cpprest's U() macro breaks Boost
  TIDEGATE_VERSION="${PROJECT_VERSION}")
if(CMAKE_UNITY_BUILD)
  # Several sources a compiler run: the release build in half the time. GCC then takes a source's unnamed namespace for a header's.
  target_compile_options(tidegate_options INTERFACE -Wno-subobject-linkage)
endif()
if(TIDEGATE_SANITIZE)
  # GCC 12 takes an empty std::optional for uninitialised memory once a sanitizer instruments it. UBSan's vptr check
  # compares type descriptors, of which cpprest's templates have one copy in our code and another in its library.
  # TSan does not model the fences in asio's handlers; what they order is under asio's mutexes as well.
  target_compile_options(tidegate_options INTERFACE
    -Wno-maybe-uninitialized -Wno-tsan -fsanitize=${TIDEGATE_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -fno-sanitize=vptr)
  target_link_options(tidegate_options INTERFACE -fsanitize=${TIDEGATE_SANITIZE})
endif()

# tidegate_library(NAME): a static library of every .cpp below the calling folder.
function(tidegate_library name)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cpp)
  list(FILTER sources EXCLUDE REGEX "/main\\.cpp$")
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC tidegate_options)
endfunction()

# tidegate_test_program(NAME SOURCE ...): a GoogleTest program of the sources given, one ctest entry a test. Tests are compiled
# quickly rather than to run fast, each source on its own.
function(tidegate_test_program name)
  find_package(GTest REQUIRED)
  include(GoogleTest)
  add_executable(${name} ${CMAKE_SOURCE_DIR}/tests/main.cpp ${ARGN})
  set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
  target_link_libraries(${name} PRIVATE GTest::gmock)
  target_compile_definitions(${name} PRIVATE TIDEGATE_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  target_compile_options(${name} PRIVATE -O0)
  gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60)
endfunction()
