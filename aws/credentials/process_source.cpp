#include "aws/credentials/process_source.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <nlohmann/json.hpp>
#include <system_error>
#include <thread>

#include "aws/credentials/json_keys.h"
#include "services/async/task.h"

namespace tidegate::aws {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t kOutputBytesMax = std::size_t{64} << 10U;
constexpr std::size_t kErrorBytesShown = 300;

struct Ended {
  int status = -1;
  bool timed_out = false;
  std::string output;
  std::string errors;
};

class Pipe {
 public:
  Pipe() {
    if (pipe2(ends_.data(), O_CLOEXEC) != 0) throw CredentialsFailure("credential_process: no pipe");
  }
  ~Pipe() {
    close_write();
    close(ends_[0]);
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  int read_end() const { return ends_[0]; }
  int write_end() const { return ends_[1]; }
  void close_write() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::array<int, 2> ends_{-1, -1};
};

/// Takes what is there; false at the end of the stream.
bool drain(int from, std::string& into) {
  std::array<char, 4096> chunk;
  const auto count = read(from, chunk.data(), chunk.size());
  if (count <= 0) return false;
  if (into.size() < kOutputBytesMax) into.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

pid_t spawn_program(const std::vector<std::string>& words, const Pipe& output, const Pipe& errors) {
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write_end(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end(), STDERR_FILENO);
  pid_t child = 0;
  const int failure = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failure != 0) {
    throw CredentialsFailure("credential_process can't be started: " +
                             std::generic_category().message(failure));
  }
  return child;
}

Ended run(const std::vector<std::string>& words, milliseconds timeout) {
  Pipe output;
  Pipe errors;
  const pid_t child = spawn_program(words, output, errors);
  output.close_write();
  errors.close_write();
  Ended ended;
  std::array<pollfd, 2> streams{{{output.read_end(), POLLIN, 0}, {errors.read_end(), POLLIN, 0}}};
  const auto until = steady_clock::now() + timeout;
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now()).count();
    if (left <= 0 || poll(streams.data(), streams.size(), static_cast<int>(left)) == 0) {
      ended.timed_out = true;
      kill(child, SIGKILL);
      break;
    }
    if (streams[0].revents != 0 && !drain(streams[0].fd, ended.output)) streams[0].fd = -1;
    if (streams[1].revents != 0 && !drain(streams[1].fd, ended.errors)) streams[1].fd = -1;
  }
  while (waitpid(child, &ended.status, 0) < 0 && errno == EINTR) {
  }
  return ended;
}

Credentials keys_of(const Ended& ended, const std::string& source) {
  if (ended.timed_out) throw CredentialsFailure(source + " did not end in time and was killed");
  if (!WIFEXITED(ended.status) || WEXITSTATUS(ended.status) != 0) {
    throw CredentialsFailure(source + " failed: " + ended.errors.substr(0, kErrorBytesShown));
  }
  const auto body = nlohmann::json::parse(ended.output, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || body.value("Version", nlohmann::json()) != 1) {
    throw CredentialsFailure(source + " printed no JSON object with \"Version\": 1");
  }
  return parse_json_keys(ended.output, source);
}

}  // namespace

std::vector<std::string> split_command(const std::string& command) {
  std::vector<std::string> words;
  std::string word;
  bool in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < command.size(); ++i) {
    const char c = command[i];
    if (quote != '\0') {
      const bool escaped = c == '\\' && quote == '"' && i + 1 < command.size() &&
                           (command[i + 1] == '"' || command[i + 1] == '\\');
      if (c == quote) {
        quote = '\0';
      } else {
        word += escaped ? command[++i] : c;
      }
    } else if (c == '"' || c == '\'') {
      quote = c;
      in_word = true;
    } else if (c == '\\' && i + 1 < command.size()) {
      word += command[++i];
      in_word = true;
    } else if (c == ' ' || c == '\t') {
      if (in_word) words.push_back(std::move(word));
      word.clear();
      in_word = false;
    } else {
      word += c;
      in_word = true;
    }
  }
  if (quote != '\0') throw CredentialsFailure("credential_process has a quote that is not closed");
  if (in_word) words.push_back(std::move(word));
  return words;
}

pplx::task<std::optional<Credentials>> ProcessSource::fetch(Deadline deadline) {
  const auto words = split_command(command_);
  if (words.empty()) throw CredentialsFailure("credential_process is empty");
  const pplx::task_completion_event<Ended> done;
  // A thread of its own: a pool thread must not wait for a program.
  std::thread([words, done, timeout = deadline.remaining(clock_)] {
    try {
      auto ended = run(words, timeout);
      post_to_pool([done, ended = std::move(ended)] { done.set(ended); });
    } catch (...) {
      post_to_pool([done, failure = std::current_exception()] { done.set_exception(failure); });
    }
  }).detach();
  const auto ended = co_await pplx::task<Ended>(done);
  std::optional<Credentials> keys = keys_of(ended, name());
  co_return keys;
}

}  // namespace tidegate::aws
