#include "policy_source.h"

#include <cstdlib>
#include <fstream>
#include <utility>

namespace belljar::cli {
namespace {

constexpr size_t kLongestSecret = 64 << 10;
constexpr size_t kLongestPolicy = 1 << 20;

Result<std::string> read_text(const std::string& path, size_t longest, const std::string& what) {
  std::ifstream file(path, std::ios::binary);
  std::string text(longest + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.gcount() == 0 && !file.eof())) {
    return Error{ErrorCode::kIo, "cannot read " + what + " " + path, "check the path"};
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > longest) {
    return Error{ErrorCode::kInvalidArgument, what + " " + path + " is larger than " + std::to_string(longest >> 10) + " KiB",
                 "check the path"};
  }
  return text;
}

}  // namespace

Result<std::string> read_secret(std::string_view source) {
  if (source.starts_with("env:")) {
    const std::string name(source.substr(4));
    const char* value = std::getenv(name.c_str());
    if (value) return std::string(value);
    return Error{ErrorCode::kNotFound, "the environment has no variable " + name, "set it: export " + name + "=..."};
  }
  if (source.starts_with("file:")) {
    std::string text = BELLJAR_TRY(read_text(std::string(source.substr(5)), kLongestSecret, "the secret's file"));
    if (text.ends_with('\n')) text.pop_back();
    return text;
  }
  return Error{ErrorCode::kInvalidArgument, "'" + std::string(source) + "' is no source of a secret",
               "write env:NAME or file:PATH"};
}

Result<PolicyFile> read_policy_file(const std::string& path) {
  const std::string text = BELLJAR_TRY(read_text(path, kLongestPolicy, "the policy file"));
  const size_t slash = path.find_last_of('/');
  PolicyFileOptions options;
  if (slash != std::string::npos) options.directory = path.substr(0, slash + 1);
  options.read_secret = read_secret;
  Result<PolicyFile> file = parse_policy(text, options);
  if (file) return file;
  Error error = std::move(file).error();
  error.message = path + ": " + error.message;
  return error;
}

}  // namespace belljar::cli
