// Makes a pack (docs/formats/pack.md) of files that are given one by one.
#ifndef BELLJAR_FS_PACK_WRITER_H_
#define BELLJAR_FS_PACK_WRITER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "belljar/result.h"
#include "fs/pack.h"

namespace belljar::fs {

class PackWriter {
 public:
  static constexpr size_t kMaxDepth = 64;
  static constexpr uint32_t kMaxFile = 64u << 20;

  /// `max_bytes` bounds the contents together, `max_entries` files and directories.
  PackWriter(uint64_t max_bytes, uint32_t max_entries)
      : max_bytes_(max_bytes), max_entries_(max_entries) {}

  /// A file and the directories above it. Path and content may be anything: kInvalidArgument for what
  /// no pack can hold or is there already, kExhausted beyond the budget.
  Status add(std::string_view path, std::string content);

  /// All files of `pack`.
  Status add_all(const Pack& pack);

  bool contains(std::string_view path) const;
  uint64_t content_bytes() const { return content_bytes_; }
  uint32_t entries() const { return entries_; }

  /// The blob. The same files give the same bytes with the same zstd. kExhausted without memory.
  Result<std::string> build() const;

 private:
  struct Node {
    bool is_file = false;
    std::string content;
    std::map<std::string, Node, std::less<>> children;
  };

  Status add_directory(const Pack& pack, Pack::Entry directory, const std::string& prefix);

  const uint64_t max_bytes_;
  const uint32_t max_entries_;
  uint64_t content_bytes_ = 0;
  uint32_t entries_ = 1;
  Node root_;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_PACK_WRITER_H_
