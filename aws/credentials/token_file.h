#pragma once

#include <string>

namespace tidegate::aws {

/// The whole text of a small file that holds a token, without line breaks at its end. Throws
/// CredentialsFailure, naming `purpose`, where it can't be read, is empty, is larger than 64 KiB or holds a
/// line break inside.
std::string read_token_file(const std::string& path, const std::string& purpose);

}  // namespace tidegate::aws
