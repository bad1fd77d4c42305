#include "sandbox/data_dir.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "services/error.h"

namespace tidegate::sandbox {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& why, const std::string& code) {
  throw UpstreamFailure("the data directory " + path.string() + " " + why,
                        {.service = "sqlite", .operation = "open", .code = code, .request_id = {}});
}

std::string reason(int error) { return std::system_category().message(error); }

/// The process id that the holder wrote into its lock file, or nothing where it is not there yet.
std::string holder(int lock) {
  std::array<char, 32> text{};
  const ssize_t got = ::pread(lock, text.data(), text.size(), 0);
  return got > 0 ? " (process " + std::string(text.data(), static_cast<std::size_t>(got)) + ")" : "";
}

}  // namespace

DataDir::DataDir(std::filesystem::path path) : path_(std::move(path)) {
  std::error_code failure;
  if (path_.has_parent_path()) std::filesystem::create_directories(path_.parent_path(), failure);
  if (::mkdir(path_.c_str(), 0700) != 0 && errno != EEXIST) {
    refuse(path_, "can't be created: " + reason(errno), "mkdir");
  }
  lock_ = ::open((path_ / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) refuse(path_, "can't be written: " + reason(errno), "open");
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    const std::string who = holder(lock_);
    ::close(lock_);
    refuse(path_,
           "is in use by another tidegate" + who +
               ": SQLite state serves one process, replicas share a DynamoDB table",
           "locked");
  }
  const std::string id = std::to_string(::getpid());
  // The id is a courtesy to whoever is refused; the lock holds without it.
  if (::ftruncate(lock_, 0) == 0) (void)!::pwrite(lock_, id.data(), id.size(), 0);
}

DataDir::~DataDir() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace tidegate::sandbox
