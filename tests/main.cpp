// Runs the tests of a program.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const int result = RUN_ALL_TESTS();
  std::fflush(nullptr);
#ifdef __SANITIZE_ADDRESS__
  __lsan_do_leak_check();  // which ends the process where there is a leak
#endif
  // As the service ends: no destructor of a static object, for a thread of cpprestsdk's pool may still log
  // what a test left it to do. Not _Exit(), past which ThreadSanitizer would not see that it ends.
  _exit(result);
}
