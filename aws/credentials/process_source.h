#pragma once

#include <string>
#include <vector>

#include "aws/credentials/provider.h"

namespace tidegate::aws {

/// Splits a command line into words as a POSIX shell does with quotes and backslashes, and nothing else: no
/// variable, no wildcard. Throws CredentialsFailure for a quote that is not closed.
std::vector<std::string> split_command(const std::string& command);

/// A profile's credential_process: a program, run without a shell, that prints keys as JSON with
/// "Version": 1. Runs on a thread of its own until it ends or the deadline kills it.
class ProcessSource final : public CredentialsSource {
 public:
  ProcessSource(std::string command, Clock& clock) : command_(std::move(command)), clock_(clock) {}
  std::string name() const override { return "credential_process"; }
  pplx::task<std::optional<Credentials>> fetch(Deadline deadline) override;

 private:
  std::string command_;
  Clock& clock_;
};

}  // namespace tidegate::aws
