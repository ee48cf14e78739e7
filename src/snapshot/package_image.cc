#include "snapshot/package_image.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "snapshot/envelope.h"
#include "snapshot/page_coding.h"
#include "snapshot/snapshot_file.h"

namespace belljar {
namespace {

constexpr char kMagic[8] = {'B', 'J', 'I', 'M', 'G', 0, 0, 0};
constexpr uint32_t kVersion = 1;
constexpr uint64_t kMaxLock = 4 << 20;

struct Header {
  char magic[8];
  uint32_t version;
  uint32_t zero;
  ImageIdentity identity;
  char name[PackageImage::kMaxName];
  uint64_t total_size;
  uint64_t lock_size;
  uint64_t pack_size;
  uint64_t snapshot_size;
};
static_assert(sizeof(Header) == 112);

Error no_memory() { return {ErrorCode::kExhausted, "no memory for an image", "free memory"}; }

Error damaged(const std::string& what) {
  return {ErrorCode::kCorrupt, "the image is damaged: " + what, "build it again, or use another copy of it"};
}

Error other_build(const std::string& what) {
  return {ErrorCode::kCorrupt, "the image was built by another belljar: " + what,
          "run the same `belljar image build` again with this one"};
}

std::span<const uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

// The header, when the parts that it announces are exactly the file and the hash is true.
Result<Header> open_file(std::string_view bytes) {
  Header header;
  if (!is_package_image(bytes)) return Error{ErrorCode::kCorrupt, "this is not an image of belljar's", ""};
  if (bytes.size() < sizeof(header) + sizeof(PackageImageId)) return damaged("it is truncated");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.version != kVersion) return other_build("its format has version " + std::to_string(header.version));
  if (header.total_size > bytes.size()) return damaged("it is truncated");
  if (header.total_size < bytes.size()) return damaged("something follows it");
  uint64_t left = bytes.size() - sizeof(header) - sizeof(PackageImageId);
  for (const uint64_t size : {header.lock_size, header.pack_size, header.snapshot_size}) {
    if (size > left) return damaged("its parts do not fit");
    left -= size;
  }
  if (left > 0 || header.zero != 0) return damaged("its header");
  const PackageImageId hash = hash_of(bytes_of(bytes.substr(0, bytes.size() - sizeof(hash))));
  if (std::memcmp(hash.data(), bytes.data() + bytes.size() - sizeof(hash), sizeof(hash)) != 0) {
    return damaged("its hash differs");
  }
  return header;
}

// The same memory in few segments, each of which a slot can map: pages between that do not differ are held too. What an
// import leaves is some hundred runs of a few pages, and copying those takes a thousand times as long as mapping.
Result<std::shared_ptr<const Delta>> without_gaps(const Delta& delta, const Image& image) {
  constexpr uint64_t kBlock = Delta::kMappedBytes;
  constexpr uint64_t kGap = 4 * kBlock;
  std::vector<PageRun> runs;
  uint64_t size = 0;
  for (const Delta::Segment& segment : delta.segments()) {
    const uint64_t begin = segment.offset / kBlock * kBlock, end = (segment.end() + kBlock - 1) / kBlock * kBlock;
    if (runs.empty() || begin > runs.back().offset + runs.back().length + kGap) {
      runs.push_back({begin, 0});
    }
    size -= runs.back().length;
    runs.back().length = end - runs.back().offset;
    size += runs.back().length;
  }
  std::shared_ptr<PageStore> store = BELLJAR_TRY(PageStore::create(size));
  uint8_t* page = store->writable();
  for (const PageRun& run : runs) {
    for (uint64_t at = run.offset; at < run.offset + run.length; at += kPageSize, page += kPageSize) {
      const auto segment = delta.segment_from(at);
      if (segment != delta.segments().end() && segment->offset <= at) {
        std::memcpy(page, segment->pages() + (at - segment->offset), kPageSize);
      } else {
        read_base_page(image, at, page);
      }
    }
  }
  return Delta::over(std::move(store), runs, delta.memory_size());
}

}  // namespace

std::string to_hex(const PackageImageId& id) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const uint8_t byte : id) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}

bool is_package_image(std::string_view bytes) { return bytes.starts_with(std::string_view(kMagic, sizeof(kMagic))); }

Result<std::string> encode_package_image(const SessionState& state) try {
  const PackageImage& packages = *state.packages;
  const std::string snapshot = BELLJAR_TRY(encode_snapshot(state, nullptr));
  const std::span<const uint8_t> pack = packages.site->blob();
  Header header{};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  header.version = kVersion;
  header.identity = state.image->identity();
  std::memcpy(header.name, packages.name.data(), std::min(packages.name.size(), sizeof(header.name)));
  header.lock_size = packages.lock.size();
  header.pack_size = pack.size();
  header.snapshot_size = snapshot.size();
  header.total_size = sizeof(header) + packages.lock.size() + pack.size() + snapshot.size() + sizeof(PackageImageId);
  std::string file;
  file.reserve(header.total_size);
  file.append(reinterpret_cast<const char*>(&header), sizeof(header));
  file += packages.lock;
  file.append(reinterpret_cast<const char*>(pack.data()), pack.size());
  file += snapshot;
  const PackageImageId hash = hash_of(bytes_of(file));
  file.append(reinterpret_cast<const char*>(hash.data()), hash.size());
  return file;
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<std::shared_ptr<const SessionState>> decode_package_image(std::string_view bytes,
                                                                 std::shared_ptr<const Image> image,
                                                                 std::shared_ptr<const fs::Pack> library,
                                                                 uint64_t max_bytes) try {
  const Header header = BELLJAR_TRY(open_file(bytes));
  if (header.identity != image->identity()) return other_build("its base image is another");
  if (header.lock_size > kMaxLock) return damaged("its lock is too large");
  if (header.pack_size > max_bytes) {
    return Error{ErrorCode::kExhausted, "the image holds more than the " + std::to_string(max_bytes) + " bytes allowed",
                 "allow more, if the image is what you expect"};
  }
  auto packages = std::make_shared<PackageImage>();
  std::memcpy(packages->id.data(), bytes.data() + bytes.size() - packages->id.size(), packages->id.size());
  packages->name.assign(header.name, strnlen(header.name, sizeof(header.name)));
  bytes.remove_prefix(sizeof(header));
  packages->lock = bytes.substr(0, header.lock_size);
  bytes.remove_prefix(header.lock_size);
  if (!is_valid_utf8(packages->name) || !is_valid_utf8(packages->lock)) return damaged("its lock");
  auto site = fs::Pack::open_shared(std::make_shared<const std::string>(bytes.substr(0, header.pack_size)));
  if (!site) return damaged("its packages");
  packages->site = std::move(*site);
  const auto itself = [&](const PackageImageId& id) {
    return id == PackageImageId{} ? std::shared_ptr<const PackageImage>(packages) : nullptr;
  };
  const std::shared_ptr<const SessionState> read =
      BELLJAR_TRY(decode_snapshot(bytes.substr(header.pack_size, header.snapshot_size), nullptr, image,
                                  std::move(library), max_bytes - header.pack_size, itself));
  auto state = std::make_shared<SessionState>(*read);
  if (state->memory) state->memory = BELLJAR_TRY(without_gaps(*state->memory, *image));
  packages->memory = state->memory;
  state->is_unseeded = true;  // as the build leaves them
  state->packages = packages;
  return std::shared_ptr<const SessionState>(std::move(state));
} catch (const std::bad_alloc&) {
  return no_memory();
}

}  // namespace belljar
