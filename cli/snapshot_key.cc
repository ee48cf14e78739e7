#include "snapshot_key.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <iterator>

namespace belljar::cli {
namespace {

constexpr size_t kLongestFile = 4096;

bool parse_hex(std::string_view text, SnapshotKey* key) {
  if (text.size() != 2 * key->bytes.size()) return false;
  for (size_t i = 0; i < key->bytes.size(); i++) {
    const char* digits = text.data() + 2 * i;
    if (std::from_chars(digits, digits + 2, key->bytes[i], 16).ptr != digits + 2) return false;
  }
  return true;
}

}  // namespace

Result<std::optional<SnapshotKey>> read_key(const std::string& path) {
  if (path.empty()) return std::optional<SnapshotKey>();
  std::ifstream file(path, std::ios::binary);
  std::string text(kLongestFile, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad() || (file.gcount() == 0 && !file.eof())) {
    return Error{ErrorCode::kIo, "cannot read the key file " + path, "check the path"};
  }
  text.resize(static_cast<size_t>(file.gcount()));
  SnapshotKey key;
  if (text.size() == key.bytes.size()) {
    std::copy(text.begin(), text.end(), key.bytes.begin());
    return std::optional(key);
  }
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  if (parse_hex(text, &key)) return std::optional(key);
  return Error{ErrorCode::kInvalidArgument, path + " holds no key",
               "it must be 32 bytes or 64 hexadecimal digits: openssl rand -hex 32 > " + path};
}

}  // namespace belljar::cli
