// A pack: a read-only directory tree in one blob that is used in place (docs/formats/pack.md). The
// standard library of the guest is one, inside the executable, shared by all sessions.
#ifndef BELLJAR_FS_PACK_H_
#define BELLJAR_FS_PACK_H_

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/result.h"

namespace belljar::fs {

/// The content of a packed file. Valid as long as this object and the pack's blob live.
struct PackContent {
  std::span<const uint8_t> bytes;
  std::shared_ptr<const uint8_t[]> owner;  ///< empty when `bytes` is the blob itself
};

/// Thread-safe. The blob may be truncated or damaged: whatever is read of it is checked first.
class Pack {
 public:
  /// The number of an entry; any number may be passed to any function.
  using Entry = uint32_t;
  static constexpr Entry kRoot = 0;

  /// Of each entry: seconds 2000-01-01 00:00:00 UTC, in nanoseconds.
  static constexpr uint64_t kTime = 946'684'800'000'000'000;

  static constexpr size_t kDefaultCacheBytes = size_t{2} << 20;

  struct Info {
    std::string_view name;
    bool directory;
    uint32_t size;  ///< bytes of a file, number of children of a directory
    Entry parent;
    Entry first_child;  ///< children are [first_child, first_child + size)
  };

  /// Borrows `blob` for the life of the pack. Checks the header and the index's checksum, not the
  /// dictionary and the contents; kCorrupt when something is wrong. `cache_bytes` bounds the
  /// unpacked files kept for the next read.
  static Result<std::shared_ptr<const Pack>> open(std::span<const uint8_t> blob,
                                                  size_t cache_bytes = kDefaultCacheBytes);

  /// The same for a pack that comes from a file: shares the blob, and checks every record and name,
  /// so that nothing but the contents is left to be found damaged.
  static Result<std::shared_ptr<const Pack>> open_shared(std::shared_ptr<const std::string> blob);

  ~Pack();
  Pack(const Pack&) = delete;
  Pack& operator=(const Pack&) = delete;

  uint32_t entry_count() const { return record_count_; }

  /// Nothing when there is no such entry or its record is damaged.
  std::optional<Info> info(Entry entry) const;

  /// The entry `name` of a directory. Nothing when it is not there or `directory` is not one.
  std::optional<Entry> child(Entry directory, std::string_view name) const;

  /// A path of names separated by '/', without "." and ".."; "" is the root.
  std::optional<Entry> find(std::string_view path) const;

  /// Unpacks a file, or takes it from the cache. Files that are held by anybody are never unpacked
  /// twice. kInvalidArgument for a directory, kCorrupt when it does not unpack to what its record
  /// says.
  Result<PackContent> read(Entry entry) const;

  /// Checks all of it: the dictionary, every record, name and content. Reads the whole blob.
  Status verify() const;

  /// The blob, as it was opened.
  std::span<const uint8_t> blob() const { return blob_; }

 private:
  struct Record;
  struct Unpacker;    // zstd's working memory: expensive to make
  struct Dictionary;  // what all compressed files share, made ready for zstd
  struct Cached {
    Entry entry;
    PackContent content;
  };

  Pack();
  static Result<std::shared_ptr<Pack>> make(std::span<const uint8_t> blob, size_t cache_bytes);
  Status verify_index() const;
  Status verify_name(const Record& record, Entry entry) const;
  Status verify_children(const Record& record, Entry entry) const;
  bool load(Entry entry, Record* record) const;
  std::string_view name(const Record& record) const;
  Result<PackContent> unpack(const Record& record) const;
  Status decompress(const Record& record, std::span<uint8_t> out) const;
  std::unique_ptr<Unpacker> take_unpacker() const;
  void put_back(std::unique_ptr<Unpacker> unpacker) const;
  Result<const Dictionary*> dictionary(const Unpacker& unpacker) const;
  void keep(Entry entry, const PackContent& content) const;

  std::shared_ptr<const std::string> owner_;  ///< of the blob, when it is not borrowed
  std::span<const uint8_t> blob_;
  std::span<const uint8_t> records_;
  std::span<const uint8_t> names_;
  std::span<const uint8_t> packed_dictionary_;  ///< empty: the files need none
  uint32_t dictionary_size_ = 0;
  uint64_t dictionary_checksum_ = 0;
  uint32_t record_count_ = 0;
  uint64_t content_size_ = 0;
  size_t cache_limit_ = 0;

  mutable std::mutex mutex_;
  mutable std::vector<std::weak_ptr<const uint8_t[]>>
      live_;                          ///< by entry: unpacked and still held by somebody
  mutable std::list<Cached> recent_;  ///< most recently read first
  mutable size_t cached_bytes_ = 0;
  mutable std::unique_ptr<Unpacker> unpacker_;  ///< when nobody uses it
  mutable std::unique_ptr<const Dictionary> dictionary_;  ///< from the first file that needs it on
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_PACK_H_
