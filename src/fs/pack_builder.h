// For tests: makes packs in memory, sound ones and broken ones. guest/build/pack.py makes the real
// ones.
#ifndef BELLJAR_FS_PACK_BUILDER_H_
#define BELLJAR_FS_PACK_BUILDER_H_

#include <zstd.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "fs/checksum.h"

namespace belljar::fs {

class PackBuilder {
 public:
  struct Header {
    char magic[8] = {'B', 'J', 'P', 'A', 'C', 'K', 0, 0};
    uint32_t version = 2, record_count = 0, names_size = 0, zero = 0;
    uint64_t total_size = 0, content_size = 0, index_checksum = 0;
    uint64_t dictionary_offset = 0;
    uint32_t dictionary_size = 0, dictionary_packed_size = 0;
    uint64_t dictionary_checksum = 0;
    uint8_t zeros[8] = {};
  };
  struct Record {
    uint32_t name = 0;
    uint16_t name_length = 0;
    uint8_t kind = 0, zero1 = 0;
    uint32_t parent = 0, size = 0, packed_size = 0, zero2 = 0;
    uint64_t offset = 0, checksum = 0;
  };
  static_assert(sizeof(Header) == 80 && sizeof(Record) == 40);

  /// A file and the directories above it.
  void add(const std::string& path, std::string content) {
    node(path).content = std::move(content);
    node(path).file = true;
  }
  void add_directory(const std::string& path) { node(path); }

  /// What all files are compressed with: any bytes, or what zstd has trained.
  void set_dictionary(std::string content, bool packed) {
    dictionary_ = std::move(content);
    dictionary_packed_ = packed;
  }

  std::vector<uint8_t> build() const {
    std::vector<Record> records{{}};
    std::vector<const Node*> nodes{&root_};
    std::string names;
    for (uint32_t at = 0; at < nodes.size(); at++) {
      if (nodes[at]->children.empty()) continue;
      records[at].offset = nodes.size();
      records[at].size = static_cast<uint32_t>(nodes[at]->children.size());
      for (const auto& [name, child] : nodes[at]->children) {
        Record record;
        record.name = static_cast<uint32_t>(names.size());
        record.name_length = static_cast<uint16_t>(name.size());
        record.parent = at;
        names += name;
        records.push_back(record);
        nodes.push_back(&child);
      }
    }
    Header header;
    header.record_count = static_cast<uint32_t>(records.size());
    header.names_size = static_cast<uint32_t>(names.size());
    const std::string dictionary = dictionary_packed_ ? compress(dictionary_, "") : dictionary_;
    const size_t data_at = sizeof(header) + records.size() * sizeof(Record) + names.size();
    header.dictionary_offset = data_at;
    header.dictionary_size = static_cast<uint32_t>(dictionary_.size());
    header.dictionary_packed_size = static_cast<uint32_t>(dictionary.size());
    header.dictionary_checksum = xxh64(bytes(dictionary_));
    std::string data = dictionary;
    for (size_t i = 0; i < nodes.size(); i++) {
      if (!nodes[i]->file) continue;
      const std::string& content = nodes[i]->content;
      const std::string packed = compress(content, dictionary_);
      records[i].kind = packed.size() < content.size() ? 2 : 1;
      const std::string& stored = records[i].kind == 2 ? packed : content;
      records[i].size = static_cast<uint32_t>(content.size());
      records[i].packed_size = static_cast<uint32_t>(stored.size());
      records[i].offset = data_at + data.size();
      records[i].checksum = xxh64(bytes(content));
      header.content_size += content.size();
      data += stored;
    }
    std::string blob(sizeof(header), '\0');
    blob.append(reinterpret_cast<const char*>(records.data()), records.size() * sizeof(Record));
    blob += names + data;
    blob.resize((blob.size() + 4095) / 4096 * 4096);
    header.total_size = blob.size();
    std::memcpy(blob.data(), &header, sizeof(header));
    std::vector<uint8_t> result(blob.begin(), blob.end());
    seal(&result);
    return result;
  }

  /// Makes the index's checksum true again after something in it was changed.
  static void seal(std::vector<uint8_t>* blob) {
    Header header;
    std::memcpy(&header, blob->data(), sizeof(header));
    const size_t size = header.record_count * sizeof(Record) + header.names_size;
    header.index_checksum = xxh64(std::span(*blob).subspan(sizeof(header), size));
    std::memcpy(blob->data(), &header, sizeof(header));
  }

 private:
  struct Node {
    bool file = false;
    std::string content;
    std::map<std::string, Node> children;
  };

  static std::span<const uint8_t> bytes(const std::string& text) {
    return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
  }

  static std::string compress(const std::string& content, const std::string& dictionary) {
    std::string packed(ZSTD_compressBound(content.size()), '\0');
    ZSTD_CCtx* context = ZSTD_createCCtx();
    const size_t size =
        ZSTD_compress_usingDict(context, packed.data(), packed.size(), content.data(),
                                content.size(), dictionary.data(), dictionary.size(), 3);
    ZSTD_freeCCtx(context);
    packed.resize(size);
    return packed;
  }

  Node& node(const std::string& path) {
    Node* at = &root_;
    for (size_t begin = 0; begin < path.size();) {
      const size_t end = std::min(path.find('/', begin), path.size());
      at = &at->children[path.substr(begin, end - begin)];
      begin = end + 1;
    }
    return *at;
  }

  Node root_;
  std::string dictionary_;
  bool dictionary_packed_ = false;
};

}  // namespace belljar::fs

#endif  // BELLJAR_FS_PACK_BUILDER_H_
