#include "aws/credentials/token_file.h"

#include <fstream>

#include "aws/credentials/provider.h"

namespace tidegate::aws {

namespace {

constexpr std::size_t kTokenBytesMax = std::size_t{64} << 10U;

}  // namespace

std::string read_token_file(const std::string& path, const std::string& purpose) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw CredentialsFailure(purpose + " " + path + " can't be read");
  std::string text(kTokenBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > kTokenBytesMax) throw CredentialsFailure(purpose + " " + path + " is too large");
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  if (text.empty()) throw CredentialsFailure(purpose + " " + path + " is empty");
  if (text.find_first_of("\r\n") != std::string::npos) {
    throw CredentialsFailure(purpose + " " + path + " holds a line break");
  }
  return text;
}

}  // namespace tidegate::aws
