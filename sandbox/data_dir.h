#pragma once

#include <filesystem>

namespace tidegate::sandbox {

/// A directory that one process owns. Created with mode 0700 where it is missing; locked (flock on the file
/// `lock` in it) until this object or the process ends, however it ends.
class DataDir {
 public:
  /// Throws UpstreamFailure where the directory can't be made or written, or another process has it: SQLite
  /// state is for one process, replicas share DynamoDB.
  explicit DataDir(std::filesystem::path path);
  ~DataDir();
  DataDir(const DataDir&) = delete;
  DataDir& operator=(const DataDir&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

}  // namespace tidegate::sandbox
