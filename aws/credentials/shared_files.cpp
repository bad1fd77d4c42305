#include "aws/credentials/shared_files.h"

#include <filesystem>
#include <fstream>
#include <string_view>

#include "aws/credentials/provider.h"
#include "services/ascii.h"

namespace tidegate::aws {

namespace {

constexpr std::uintmax_t kFileBytesMax = std::uintmax_t{1} << 20U;

/// " # ..." and " ; ..." end a value; without the blank they are part of it.
std::string_view without_comment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i) {
    if ((value[i] == '#' || value[i] == ';') && (value[i - 1] == ' ' || value[i - 1] == '\t')) {
      return trimmed(value.substr(0, i));
    }
  }
  return value;
}

std::string path_of(const Environment& environment, const std::string& variable, const std::string& file) {
  if (const auto given = environment(variable)) return *given;
  const auto home = environment("HOME");
  return home ? *home + "/.aws/" + file : std::string();
}

/// Where a section's settings go: a profile's, a services section's, or nowhere.
ProfileSettings* section_of(SharedFiles& files, std::string_view title, bool is_config) {
  title = trimmed(title);
  if (title == "default" || !is_config) return &files.profiles[std::string(title)];
  if (title.starts_with("profile ")) return &files.profiles[std::string(trimmed(title.substr(8)))];
  if (title.starts_with("services ")) return &files.services[std::string(trimmed(title.substr(9)))];
  return nullptr;  // [sso-session ...], [plugins] and what is to come
}

void read_file(const std::string& path, bool is_config, SharedFiles& files) {
  std::error_code none;
  if (path.empty() || !std::filesystem::exists(path, none)) return;
  // A device has no size; AWS_CONFIG_FILE=/dev/null is the usual way of saying "none".
  if (std::filesystem::is_regular_file(path, none) && std::filesystem::file_size(path, none) > kFileBytesMax)
    throw CredentialsFailure(path + " is too large");
  std::ifstream in(path);
  if (!in) throw CredentialsFailure(path + " can't be read");
  ProfileSettings* section = nullptr;
  std::string parent;
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    const auto text = trimmed(line);
    if (text.empty() || text.front() == '#' || text.front() == ';') continue;
    if (text.front() == '[') {
      const auto end = text.find(']');
      if (end == std::string_view::npos) {
        throw CredentialsFailure(path + ":" + std::to_string(number) + ": a section's ] is missing");
      }
      section = section_of(files, text.substr(1, end - 1), is_config);
      parent.clear();
      continue;
    }
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) {
      throw CredentialsFailure(path + ":" + std::to_string(number) + ": neither a section nor key = value");
    }
    if (section == nullptr) continue;
    const std::string key(trimmed(text.substr(0, equals)));
    const std::string value(without_comment(trimmed(text.substr(equals + 1))));
    const bool nested = line.front() == ' ' || line.front() == '\t';
    if (!nested) parent = value.empty() ? key : std::string();
    (*section)[nested && !parent.empty() ? parent + "." + key : key] = value;
  }
}

}  // namespace

const ProfileSettings* SharedFiles::profile(const std::string& name) const {
  const auto found = profiles.find(name);
  return found == profiles.end() ? nullptr : &found->second;
}

std::optional<std::string> setting(const ProfileSettings& profile, const std::string& key) {
  const auto found = profile.find(key);
  if (found == profile.end() || found->second.empty()) return {};
  return found->second;
}

SharedFiles load_shared_files(const Environment& environment) {
  SharedFiles files;
  read_file(path_of(environment, "AWS_CONFIG_FILE", "config"), true, files);
  read_file(path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"), false, files);
  return files;
}

std::string profile_name(const Environment& environment, const std::string& configured) {
  if (!configured.empty()) return configured;
  return environment("AWS_PROFILE").value_or("default");
}

}  // namespace tidegate::aws
