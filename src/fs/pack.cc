#include "fs/pack.h"

// For a dictionary that is used where it lies. The library is linked in, so its version is known.
#define ZSTD_STATIC_LINKING_ONLY
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>
#include <string>
#include <utility>

#include "base/utf8.h"
#include "fs/checksum.h"

namespace belljar::fs {
namespace {

static_assert(std::endian::native == std::endian::little);

constexpr char kMagic[8] = {'B', 'J', 'P', 'A', 'C', 'K', 0, 0};
constexpr uint32_t kVersion = 2;
constexpr uint64_t kMaxTotal = uint64_t{1} << 30;
constexpr uint32_t kMaxRecords = 1u << 20;
constexpr uint32_t kMaxFile = 64u << 20;
constexpr uint32_t kMaxDictionary = 1u << 20;
constexpr uint16_t kMaxName = 255;

enum Kind : uint8_t { kDirectory = 0, kStored = 1, kZstd = 2 };

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t record_count;
  uint32_t names_size;
  uint32_t zero;
  uint64_t total_size;
  uint64_t content_size;
  uint64_t index_checksum;
  uint64_t dictionary_offset;
  uint32_t dictionary_size;
  uint32_t dictionary_packed_size;
  uint64_t dictionary_checksum;
  uint8_t zeros[8];
};
static_assert(sizeof(Header) == 80);

Error corrupt(std::string what) {
  return {ErrorCode::kCorrupt, "the standard library in this executable is damaged: " + what,
          "install belljar again"};
}

}  // namespace

struct Pack::Record {
  uint32_t name;
  uint16_t name_length;
  uint8_t kind;
  uint8_t zero1;
  uint32_t parent;
  uint32_t size;
  uint32_t packed_size;
  uint32_t zero2;
  uint64_t offset;
  uint64_t checksum;
};

struct Pack::Unpacker {
  ~Unpacker() { ZSTD_freeDCtx(context); }

  /// Bytes written, or anything else on failure.
  size_t decompress(std::span<const uint8_t> packed, std::span<uint8_t> out,
                    const ZSTD_DDict* dictionary) const {
    if (!context) return SIZE_MAX;
    const size_t size = ZSTD_decompress_usingDDict(context, out.data(), out.size(), packed.data(),
                                                   packed.size(), dictionary);
    return ZSTD_isError(size) ? SIZE_MAX : size;
  }

  ZSTD_DCtx* context = ZSTD_createDCtx();
};

struct Pack::Dictionary {
  ~Dictionary() { ZSTD_freeDDict(digested); }
  std::unique_ptr<uint8_t[]> bytes;  // unpacked; empty when it is used where it lies in the blob
  ZSTD_DDict* digested = nullptr;
};

Pack::Pack() = default;
Pack::~Pack() = default;

Result<std::shared_ptr<const Pack>> Pack::open(std::span<const uint8_t> blob, size_t cache_bytes) {
  return std::shared_ptr<const Pack>(BELLJAR_TRY(make(blob, cache_bytes)));
}

Result<std::shared_ptr<const Pack>> Pack::open_shared(std::shared_ptr<const std::string> blob) {
  const std::span bytes(reinterpret_cast<const uint8_t*>(blob->data()), blob->size());
  std::shared_ptr<Pack> pack = BELLJAR_TRY(make(bytes, kDefaultCacheBytes));
  BELLJAR_TRY(pack->verify_index());
  pack->owner_ = std::move(blob);
  return std::shared_ptr<const Pack>(std::move(pack));
}

Result<std::shared_ptr<Pack>> Pack::make(std::span<const uint8_t> blob, size_t cache_bytes) {
  static_assert(sizeof(Record) == 40);
  Header header;
  if (blob.size() < sizeof(header)) return corrupt("it is too short");
  std::memcpy(&header, blob.data(), sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) return corrupt("it has no header");
  if (header.version != kVersion) return corrupt("it has another version");
  if (header.total_size > blob.size() || header.total_size > kMaxTotal) {
    return corrupt("it is truncated");
  }
  if (header.record_count == 0 || header.record_count > kMaxRecords) {
    return corrupt("its index has an impossible size");
  }
  const uint64_t records_size = uint64_t{header.record_count} * sizeof(Record);
  if (sizeof(header) + records_size + header.names_size > header.total_size) {
    return corrupt("its index does not fit");
  }
  if (header.dictionary_size > kMaxDictionary ||
      header.dictionary_packed_size > header.dictionary_size ||
      header.dictionary_offset > header.total_size ||
      header.dictionary_packed_size > header.total_size - header.dictionary_offset) {
    return corrupt("its dictionary does not fit");
  }
  auto pack = std::shared_ptr<Pack>(new Pack);
  pack->blob_ = blob.first(header.total_size);
  pack->records_ = pack->blob_.subspan(sizeof(header), records_size);
  pack->names_ = pack->blob_.subspan(sizeof(header) + records_size, header.names_size);
  pack->packed_dictionary_ =
      pack->blob_.subspan(header.dictionary_offset, header.dictionary_packed_size);
  pack->dictionary_size_ = header.dictionary_size;
  pack->dictionary_checksum_ = header.dictionary_checksum;
  pack->record_count_ = header.record_count;
  pack->content_size_ = header.content_size;
  pack->cache_limit_ = cache_bytes;
  const auto index = pack->blob_.subspan(sizeof(header), records_size + header.names_size);
  if (xxh64(index) != header.index_checksum) return corrupt("its index has another checksum");
  const auto root = pack->info(kRoot);
  if (!root || !root->directory) return corrupt("its root is not a directory");
  return pack;
}

// Copies a record out and checks every number in it that leads elsewhere, so that users need not.
bool Pack::load(Entry entry, Record* record) const {
  if (entry >= record_count_) return false;
  std::memcpy(record, records_.data() + size_t{entry} * sizeof(Record), sizeof(Record));
  if (record->name > names_.size() || record->name_length > names_.size() - record->name ||
      record->name_length > kMaxName || record->parent >= record_count_) {
    return false;
  }
  // A parent before its child, and a child after its parent: no walk along either goes in circles.
  if (entry != kRoot && record->parent >= entry) return false;
  if (record->kind == kDirectory) {
    return record->size == 0 || (record->offset > entry && record->offset < record_count_ &&
                                 record->size <= record_count_ - record->offset);
  }
  if (record->kind != kStored && record->kind != kZstd) return false;
  if (record->kind == kStored && record->packed_size != record->size) return false;
  return record->size <= kMaxFile && record->offset <= blob_.size() &&
         record->packed_size <= blob_.size() - record->offset;
}

std::string_view Pack::name(const Record& record) const {
  return {reinterpret_cast<const char*>(names_.data()) + record.name, record.name_length};
}

std::optional<Pack::Info> Pack::info(Entry entry) const {
  Record record;
  if (!load(entry, &record)) return std::nullopt;
  const bool directory = record.kind == kDirectory;
  return Info{name(record), directory, record.size, record.parent,
              directory ? static_cast<Entry>(record.offset) : Entry{0}};
}

std::optional<Pack::Entry> Pack::child(Entry directory, std::string_view wanted) const {
  Record record;
  if (!load(directory, &record) || record.kind != kDirectory) return std::nullopt;
  auto low = static_cast<Entry>(record.offset);
  Entry high = low + record.size;
  while (low < high) {
    const Entry middle = low + (high - low) / 2;
    if (!load(middle, &record)) return std::nullopt;
    const int order = name(record).compare(wanted);
    if (order == 0) {
      if (record.parent != directory) return std::nullopt;
      return middle;
    }
    if (order < 0) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return std::nullopt;
}

std::optional<Pack::Entry> Pack::find(std::string_view path) const {
  Entry at = kRoot;
  while (!path.empty()) {
    const size_t length = std::min(path.find('/'), path.size());
    const auto next = child(at, path.substr(0, length));
    if (!next) return std::nullopt;
    at = *next;
    path.remove_prefix(std::min(length + 1, path.size()));
  }
  return at;
}

Result<PackContent> Pack::read(Entry entry) const {
  Record record;
  if (!load(entry, &record)) return corrupt("a record is out of range");
  if (record.kind == kDirectory) {
    return Error{ErrorCode::kInvalidArgument, "a directory has no content", ""};
  }
  if (record.kind == kStored) return unpack(record);
  {
    const std::lock_guard lock(mutex_);
    if (live_.empty()) live_.resize(record_count_);
    if (auto owner = live_[entry].lock()) {
      const PackContent content{{owner.get(), record.size}, owner};
      keep(entry, content);
      return content;
    }
  }
  auto unpacked = unpack(record);
  if (!unpacked) return std::move(unpacked).error();
  PackContent content = std::move(unpacked).value();
  const std::lock_guard lock(mutex_);
  // Two threads may have unpacked it at the same time: both go on with the first one's bytes.
  if (auto owner = live_[entry].lock()) {
    content = {{owner.get(), record.size}, owner};
  } else {
    live_[entry] = content.owner;
  }
  keep(entry, content);
  return content;
}

// One thread at a time has the spare unpacker, others make their own.
std::unique_ptr<Pack::Unpacker> Pack::take_unpacker() const {
  std::unique_ptr<Unpacker> unpacker;
  {
    const std::lock_guard lock(mutex_);
    unpacker = std::move(unpacker_);
  }
  return unpacker ? std::move(unpacker) : std::make_unique<Unpacker>();
}

void Pack::put_back(std::unique_ptr<Unpacker> unpacker) const {
  const std::lock_guard lock(mutex_);
  if (!unpacker_) unpacker_ = std::move(unpacker);
}

// Null when the pack has none. Made with the lock held: whoever waits for it needs it too.
Result<const Pack::Dictionary*> Pack::dictionary(const Unpacker& unpacker) const {
  if (dictionary_size_ == 0) return nullptr;
  const std::lock_guard lock(mutex_);
  if (dictionary_) return dictionary_.get();
  auto made = std::make_unique<Dictionary>();
  std::span<const uint8_t> bytes = packed_dictionary_;
  if (packed_dictionary_.size() < dictionary_size_) {
    made->bytes.reset(new (std::nothrow) uint8_t[dictionary_size_]);
    if (!made->bytes) return Error{ErrorCode::kExhausted, "no memory for the dictionary", ""};
    const std::span<uint8_t> out{made->bytes.get(), dictionary_size_};
    if (unpacker.decompress(packed_dictionary_, out, nullptr) != out.size()) {
      return corrupt("its dictionary does not unpack");
    }
    bytes = out;
  }
  if (xxh64(bytes) != dictionary_checksum_) return corrupt("its dictionary has another checksum");
  made->digested = ZSTD_createDDict_byReference(bytes.data(), bytes.size());
  if (!made->digested) return corrupt("its dictionary is not one");
  dictionary_ = std::move(made);
  return dictionary_.get();
}

// Without the lock.
Status Pack::decompress(const Record& record, std::span<uint8_t> out) const {
  auto unpacker = take_unpacker();
  const Dictionary* shared = BELLJAR_TRY(dictionary(*unpacker));
  const auto packed = blob_.subspan(record.offset, record.packed_size);
  const size_t size = unpacker->decompress(packed, out, shared ? shared->digested : nullptr);
  put_back(std::move(unpacker));
  if (size != out.size()) return corrupt(std::string(name(record)) + " does not unpack");
  return Ok{};
}

Result<PackContent> Pack::unpack(const Record& record) const {
  const auto packed = blob_.subspan(record.offset, record.packed_size);
  PackContent content{packed, nullptr};
  if (record.kind == kZstd) {
    std::shared_ptr<uint8_t[]> bytes(new (std::nothrow) uint8_t[record.size]);
    if (!bytes) return Error{ErrorCode::kExhausted, "no memory to unpack a library file", ""};
    BELLJAR_TRY(decompress(record, {bytes.get(), record.size}));
    content = {{bytes.get(), record.size}, bytes};
  }
  if (xxh64(content.bytes) != record.checksum) {
    return corrupt(std::string(name(record)) + " has another checksum");
  }
  return content;
}

// Makes `entry` the most recent one and lets go of the oldest ones beyond the limit. Needs the
// lock.
void Pack::keep(Entry entry, const PackContent& content) const {
  const auto same = [&](const Cached& cached) { return cached.entry == entry; };
  const auto found = std::find_if(recent_.begin(), recent_.end(), same);
  if (found != recent_.end()) {
    recent_.splice(recent_.begin(), recent_, found);
    return;
  }
  if (content.bytes.size() > cache_limit_) return;
  recent_.push_front({entry, content});
  cached_bytes_ += content.bytes.size();
  while (cached_bytes_ > cache_limit_) {
    cached_bytes_ -= recent_.back().content.bytes.size();
    recent_.pop_back();
  }
}

Status Pack::verify() const {
  BELLJAR_TRY(dictionary(*take_unpacker()));
  BELLJAR_TRY(verify_index());
  for (Entry entry = 0; entry < record_count_; entry++) {
    Record record;
    if (load(entry, &record) && record.kind != kDirectory) BELLJAR_TRY(unpack(record));
  }
  return Ok{};
}

Status Pack::verify_index() const {
  uint64_t content_size = 0;
  uint64_t reachable = 1;
  for (Entry entry = 0; entry < record_count_; entry++) {
    Record record;
    if (!load(entry, &record)) return corrupt("a record is out of range");
    BELLJAR_TRY(verify_name(record, entry));
    if (record.kind == kDirectory) {
      BELLJAR_TRY(verify_children(record, entry));
      reachable += record.size;
    } else {
      content_size += record.size;
    }
  }
  if (content_size != content_size_) return corrupt("its content has another size");
  if (reachable != record_count_) return corrupt("entries are in no directory or in two");
  return Ok{};
}

Status Pack::verify_name(const Record& record, Entry entry) const {
  const std::string_view own = name(record);
  if (entry == kRoot) {
    if (!own.empty() || record.parent != kRoot) return corrupt("its root has a name or a parent");
  } else if (own.empty() || own == "." || own == ".." || !is_valid_utf8(own) ||
             own.find('/') != own.npos || own.find('\0') != own.npos) {
    return corrupt("an entry has an impossible name");
  }
  return Ok{};
}

Status Pack::verify_children(const Record& record, Entry entry) const {
  std::string_view previous;
  for (uint32_t i = 0; i < record.size; i++) {
    Record child;
    if (!load(static_cast<Entry>(record.offset) + i, &child) || child.parent != entry) {
      return corrupt("a directory's children are elsewhere");
    }
    if (name(child) <= previous) return corrupt("a directory is not in order");
    previous = name(child);
  }
  return Ok{};
}

}  // namespace belljar::fs
