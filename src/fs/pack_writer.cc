#include "fs/pack_writer.h"

#include <zstd.h>

#include <algorithm>
#include <memory>
#include <new>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/utf8.h"
#include "fs/checksum.h"

namespace belljar::fs {
namespace {

constexpr int kLevel = 9;  // levels above save 5 % and take four times as long
constexpr size_t kPage = 4096;
constexpr size_t kHeaderBytes = 80;
constexpr size_t kRecordBytes = 40;
constexpr uint64_t kMaxTotal = uint64_t{1} << 30;
constexpr uint8_t kDirectory = 0, kStored = 1, kZstd = 2;

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

Error impossible(std::string_view path, const char* why) {
  return {ErrorCode::kInvalidArgument, "'" + std::string(path) + "' cannot be in an image: " + why,
          ""};
}

Error full(std::string what) { return {ErrorCode::kExhausted, std::move(what), ""}; }

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         name.find('\0') == name.npos && is_valid_utf8(name);
}

struct Record {
  uint32_t name = 0;
  uint16_t name_length = 0;
  uint8_t kind = kDirectory;
  uint32_t parent = 0, size = 0, packed_size = 0;
  uint64_t offset = 0, checksum = 0;
};

std::string encode_index(const std::vector<Record>& records, const std::string& names) {
  std::string index;
  index.reserve(records.size() * kRecordBytes + names.size());
  ByteWriter out(&index);
  for (const Record& r : records) {
    out.put(r.name, r.name_length, r.kind, uint8_t{0}, r.parent, r.size, r.packed_size, uint32_t{0},
            r.offset, r.checksum);
  }
  return index + names;
}

/// Compresses one file after the other with the same working memory.
class Compressor {
 public:
  /// Empty when that does not save an eighth.
  std::string pack(const std::string& content) {
    if (!context_ || content.size() < 64) return {};
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    const size_t size = ZSTD_compressCCtx(context_.get(), packed.data(), packed.size(),
                                          content.data(), content.size(), kLevel);
    if (ZSTD_isError(size) || size > content.size() - content.size() / 8) return {};
    packed.resize(size);
    return packed;
  }

 private:
  struct Free {
    void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  };
  std::unique_ptr<ZSTD_CCtx, Free> context_{ZSTD_createCCtx()};
};

}  // namespace

Status PackWriter::add(std::string_view path, std::string content) {
  if (content.size() > kMaxFile) return impossible(path, "it is larger than 64 MiB");
  if (content.size() > max_bytes_ - content_bytes_) {
    return full("the files take more than the " + std::to_string(max_bytes_) + " bytes allowed");
  }
  // All of it is looked at before anything changes.
  std::string_view rest = path;
  const Node* there = &root_;
  uint32_t new_entries = 0;
  for (size_t depth = 0;; depth++) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    if (!is_name(name)) return impossible(path, "its name is none");
    if (depth == kMaxDepth) return impossible(path, "it is nested too deep");
    if (there && there->is_file) return impossible(path, "a file is in its way");
    const auto found = there ? there->children.find(name) : root_.children.end();
    there = there && found != there->children.end() ? &found->second : nullptr;
    new_entries += !there;
    if (name.size() == rest.size()) break;
    rest.remove_prefix(name.size() + 1);
  }
  if (there) return impossible(path, "it is there already");
  if (new_entries > max_entries_ - entries_) {
    return full("there are more than the " + std::to_string(max_entries_) + " files allowed");
  }
  Node* at = &root_;
  for (rest = path;;) {
    const std::string_view name = rest.substr(0, rest.find('/'));
    at = &at->children[std::string(name)];
    if (name.size() == rest.size()) break;
    rest.remove_prefix(name.size() + 1);
  }
  entries_ += new_entries;
  content_bytes_ += content.size();
  at->is_file = true;
  at->content = std::move(content);
  return Ok{};
}

Status PackWriter::add_all(const Pack& pack) { return add_directory(pack, Pack::kRoot, ""); }

// As deep as the pack is, and add() allows.
Status PackWriter::add_directory(const Pack& pack, Pack::Entry directory, const std::string& prefix) {
  const auto info = pack.info(directory);
  for (uint32_t i = 0; info && i < info->size; i++) {
    const Pack::Entry entry = info->first_child + i;
    const auto child = pack.info(entry);
    if (!child) return Error{ErrorCode::kCorrupt, "a pack is damaged", ""};
    const std::string path = prefix + std::string(child->name);
    if (child->directory) {
      if (static_cast<size_t>(std::count(path.begin(), path.end(), '/')) >= kMaxDepth) {
        return impossible(path, "it is nested too deep");
      }
      BELLJAR_TRY(add_directory(pack, entry, path + "/"));
    } else {
      const PackContent content = BELLJAR_TRY(pack.read(entry));
      BELLJAR_TRY(add(path, std::string(content.bytes.begin(), content.bytes.end())));
    }
  }
  return Ok{};
}

bool PackWriter::contains(std::string_view path) const {
  const Node* at = &root_;
  for (;;) {
    const std::string_view name = path.substr(0, path.find('/'));
    const auto found = at->children.find(name);
    if (found == at->children.end()) return false;
    at = &found->second;
    if (name.size() == path.size()) return true;
    path.remove_prefix(name.size() + 1);
  }
}

Result<std::string> PackWriter::build() const try {
  // Breadth first: the children of a directory are consecutive and come after it.
  std::vector<Record> records{{}};
  std::vector<const Node*> nodes{&root_};
  std::string names;
  std::map<std::string_view, uint32_t> known;  // equal names are stored once
  for (uint32_t at = 0; at < nodes.size(); at++) {
    const auto& children = nodes[at]->children;
    if (children.empty()) continue;
    records[at].offset = nodes.size();
    records[at].size = static_cast<uint32_t>(children.size());
    for (const auto& [name, child] : children) {
      const auto [place, is_new] = known.emplace(name, static_cast<uint32_t>(names.size()));
      if (is_new) names += name;
      records.push_back({.name = place->second,
                         .name_length = static_cast<uint16_t>(name.size()),
                         .kind = child.is_file ? kStored : kDirectory,
                         .parent = at});
      nodes.push_back(&child);
    }
  }

  const size_t data_at = kHeaderBytes + records.size() * kRecordBytes + names.size();
  std::string data;
  Compressor compressor;
  for (size_t i = 0; i < nodes.size(); i++) {
    if (!nodes[i]->is_file) continue;
    const std::string& content = nodes[i]->content;
    const std::string packed = compressor.pack(content);
    Record& record = records[i];
    record.kind = packed.empty() ? kStored : kZstd;
    record.size = static_cast<uint32_t>(content.size());
    record.packed_size = packed.empty() ? record.size : static_cast<uint32_t>(packed.size());
    record.offset = data_at + data.size();
    record.checksum = xxh64(bytes_of(content));
    data += packed.empty() ? content : packed;
  }
  const uint64_t total = (data_at + data.size() + kPage - 1) / kPage * kPage;
  if (total > kMaxTotal) return full("the packages take more than 1 GiB");

  const std::string index = encode_index(records, names);
  std::string blob;
  blob.reserve(total);
  ByteWriter out(&blob);
  out.put_bytes(std::string_view("BJPACK\0\0", 8));
  out.put(uint32_t{2}, static_cast<uint32_t>(records.size()), static_cast<uint32_t>(names.size()),
          uint32_t{0}, total, content_bytes_, xxh64(bytes_of(index)), uint64_t{data_at}, uint32_t{0},
          uint32_t{0}, xxh64({}), uint64_t{0});
  blob += index;
  blob += data;
  blob.resize(total);
  return blob;
} catch (const std::bad_alloc&) {
  return full("no memory to pack the files");
}

}  // namespace belljar::fs
