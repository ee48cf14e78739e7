#include "snapshot/snapshot_file.h"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "base/utf8.h"
#include "fs/archive.h"
#include "snapshot/envelope.h"
#include "snapshot/page_coding.h"
#include "snapshot/zstd_stream.h"

namespace belljar {
namespace {

constexpr uint64_t kWasmPage = 64 << 10;
constexpr uint64_t kMaxMemory = uint64_t{4} << 30;
constexpr uint64_t kMaxTime = uint64_t{1} << 62;  // so that no sum of two wraps
constexpr size_t kFieldsBytes = 3 * 8 + 4 + 1 + 1 + 2 + 4 + 8;
constexpr size_t kRunBytes = 8;
// Beyond max_bytes, for what the quota does not count: descriptors, and the frame of the tree.
constexpr uint64_t kMoreFilesBytes = 64 << 10;
// The most that a byte of a zstd frame stands for: a block of 128 KiB in 4 bytes.
constexpr uint64_t kMaxExpansion = 32 << 10;

Error no_memory() {
  return {ErrorCode::kExhausted, "no memory for a snapshot", "free memory, or hold fewer snapshots"};
}

Error too_large(uint64_t max_bytes) {
  return {ErrorCode::kExhausted, "the snapshot holds more than the " + std::to_string(max_bytes) + " bytes allowed",
          "allow more, if the snapshot is what you expect"};
}

// What stands before the runs.
struct Fields {
  uint64_t memory_size, monotonic_ns, cpu_ns;
  uint32_t cells;
  uint8_t is_pristine, was_refused_memory;
  uint16_t has_packages;
  uint32_t run_count;
  uint64_t files_size;
};

void write_fields(const Fields& f, const PackageImage* packages, const std::vector<PageRun>& runs, std::string* out) {
  ByteWriter bytes(out);
  bytes.put(f.memory_size, f.monotonic_ns, f.cpu_ns, f.cells, f.is_pristine, f.was_refused_memory, f.has_packages, f.run_count,
            f.files_size);
  if (packages) {
    bytes.put_bytes(packages->id);
    bytes.put(static_cast<uint8_t>(packages->name.size()));
    bytes.put_bytes(std::string_view(packages->name));
  }
  for (const PageRun& run : runs) {
    bytes.put(static_cast<uint32_t>(run.offset / kPageSize), static_cast<uint32_t>(run.length / kPageSize));
  }
}

Status write_content(const SessionState& state, std::string* out) {
  const Delta unchanged;
  const Delta& memory = state.memory ? *state.memory : unchanged;
  const std::vector<PageRun> runs = find_changed_pages(memory, *state.image).runs;
  std::string files, fields;
  fs::write_archive(state.files, &files);
  write_fields({.memory_size = state.memory ? memory.memory_size() : state.image->memory_size(),
                .monotonic_ns = std::min(state.monotonic_ns, kMaxTime - 1),
                .cpu_ns = std::min(state.cpu_ns, kMaxTime - 1),
                .cells = state.cells,
                .is_pristine = state.is_pristine,
                .was_refused_memory = state.was_refused_memory,
                .has_packages = state.packages != nullptr,
                .run_count = static_cast<uint32_t>(runs.size()),
                .files_size = files.size()},
               state.packages.get(), runs, &fields);
  ZstdWriter frame(out);
  BELLJAR_TRY(frame.write(fields));
  BELLJAR_TRY(frame.write(files));
  Status written = Ok{};
  uint8_t coded[kMaxCodedPage];
  each_page(memory, *state.image, runs, [&](const uint8_t* page, const uint8_t* base) {
    if (written) written = frame.write({coded, encode_page(page, base, coded)});
  });
  BELLJAR_TRY(std::move(written));
  return frame.finish();
}

/// Reads the frame from its start to its end, each part checked before the next is touched.
class Reader {
 public:
  Reader(std::span<const uint8_t> frame, std::shared_ptr<const Image> image, std::shared_ptr<const fs::Pack> library,
         uint64_t max_bytes, const FindPackages& find)
      : frame_(frame),
        max_content_(frame.size() * kMaxExpansion),
        image_(std::move(image)),
        library_(std::move(library)),
        max_bytes_(max_bytes),
        find_(find) {}

  Result<std::shared_ptr<const SessionState>> read() {
    BELLJAR_TRY(read_fields());
    if (fields_.has_packages == 1) packages_ = BELLJAR_TRY(read_packages());
    BELLJAR_TRY(read_runs());
    fs::Files files = BELLJAR_TRY(read_files());
    const uint64_t files_bytes = files.tree().usage().bytes;
    if (files_bytes > max_bytes_ - pages_size_) return too_large(max_bytes_);
    std::shared_ptr<const Delta> memory;
    if (!runs_.empty() || fields_.memory_size != image_->memory_size()) memory = BELLJAR_TRY(read_pages());
    if (!frame_.finish()) return damaged_snapshot("its content does not end where it should");
    return std::make_shared<const SessionState>(
        SessionState{image_, std::move(memory), std::move(files), fields_.monotonic_ns, fields_.cpu_ns, fields_.cells,
                     fields_.is_pristine == 1, fields_.was_refused_memory == 1, SessionState::kUnknownTools, false, packages_});
  }

 private:
  Status read_fields() {
    uint8_t bytes[kFieldsBytes];
    if (!frame_.read(bytes)) return damaged_snapshot("its content cannot be unpacked");
    ByteReader in(bytes);
    Fields& f = fields_;
    if (!in.read(&f.memory_size, &f.monotonic_ns, &f.cpu_ns, &f.cells, &f.is_pristine, &f.was_refused_memory, &f.has_packages,
                 &f.run_count, &f.files_size)) {
      return damaged_snapshot("its fields");
    }
    if (f.memory_size % kWasmPage != 0 || f.memory_size < image_->memory_size() || f.memory_size > kMaxMemory) {
      return damaged_snapshot("the size of its memory");
    }
    if (f.monotonic_ns >= kMaxTime || f.cpu_ns >= kMaxTime) return damaged_snapshot("its clocks");
    const bool is_unchanged = f.run_count == 0 && f.memory_size == image_->memory_size();
    if (f.is_pristine > 1 || f.was_refused_memory > 1 || f.has_packages > 1 || (f.is_pristine == 1 && !is_unchanged)) {
      return damaged_snapshot("its fields");
    }
    return Ok{};
  }

  // Which image it was taken in.
  Result<std::shared_ptr<const PackageImage>> read_packages() {
    PackageImageId id;
    uint8_t size;
    if (!frame_.read(id) || !frame_.read({&size, 1}) || size > PackageImage::kMaxName) {
      return damaged_snapshot("its image's name");
    }
    std::string name(size, '\0');
    if (!frame_.read({reinterpret_cast<uint8_t*>(name.data()), name.size()}) || !is_valid_utf8(name)) {
      return damaged_snapshot("its image's name");
    }
    if (std::shared_ptr<const PackageImage> found = find_ ? find_(id) : nullptr) return found;
    return Error{ErrorCode::kNotFound,
                 "the snapshot was taken in the image '" + name + "' (" + to_hex(id).substr(0, 16) +
                     "), which has not been loaded",
                 "load the image first (--image FILE)"};
  }

  Status read_runs() {
    const uint64_t pages = fields_.memory_size / kPageSize;
    if (fields_.run_count > pages || fields_.run_count * kRunBytes > max_content_) return damaged_snapshot("its pages");
    std::vector<uint8_t> bytes(fields_.run_count * kRunBytes);
    if (!frame_.read(bytes)) return damaged_snapshot("it ends too early");
    ByteReader in(bytes);
    uint64_t end = 0;
    for (uint32_t i = 0; i < fields_.run_count; i++) {
      uint32_t first, count;
      if (!in.read(&first, &count)) return damaged_snapshot("its pages");
      if (first < end || first >= pages || count == 0 || count > pages - first) return damaged_snapshot("its pages");
      end = uint64_t{first} + count;
      runs_.push_back({first * uint64_t{kPageSize}, count * uint64_t{kPageSize}});
      pages_size_ += count * uint64_t{kPageSize};
    }
    if (pages_size_ > max_bytes_) return too_large(max_bytes_);
    if (pages_size_ / kPageSize * sizeof(PageBitmap) > max_content_) return damaged_snapshot("its pages");
    return Ok{};
  }

  Result<fs::Files> read_files() {
    const uint64_t size = fields_.files_size, budget = max_bytes_ - pages_size_;
    if (size > kMoreFilesBytes && size - kMoreFilesBytes > budget) return too_large(max_bytes_);
    if (size > max_content_) return damaged_snapshot("its files");
    // Grows with what is there, not with what is said.
    std::vector<uint8_t> bytes;
    while (bytes.size() < size) {
      const size_t done = bytes.size();
      bytes.resize(static_cast<size_t>(std::min<uint64_t>(size, std::max<size_t>(2 * done, 64 << 10))));
      if (!frame_.read(std::span(bytes).subspan(done))) return damaged_snapshot("it ends too early");
    }
    return fs::read_archive(bytes, library_, budget, packages_ ? packages_->site : nullptr);
  }

  Result<std::shared_ptr<const Delta>> read_pages() {
    std::shared_ptr<PageStore> store = BELLJAR_TRY(PageStore::create(pages_size_));
    uint8_t* page = store->writable();
    uint8_t words[kPageSize];
    for (const PageRun& run : runs_) {
      for (uint64_t offset = run.offset; offset < run.offset + run.length; offset += kPageSize, page += kPageSize) {
        PageBitmap bitmap;
        if (!frame_.read({reinterpret_cast<uint8_t*>(bitmap.data()), sizeof(bitmap)}) ||
            !frame_.read(std::span(words).first(coded_words_size(bitmap)))) {
          return damaged_snapshot("it ends too early");
        }
        read_base_page(*image_, offset, page);
        decode_page(bitmap, words, page);
      }
    }
    return Delta::over(std::move(store), runs_, fields_.memory_size);
  }

  ZstdReader frame_;
  const uint64_t max_content_;
  const std::shared_ptr<const Image> image_;
  const std::shared_ptr<const fs::Pack> library_;
  const uint64_t max_bytes_;
  const FindPackages& find_;
  std::shared_ptr<const PackageImage> packages_;
  Fields fields_{};
  std::vector<PageRun> runs_;
  uint64_t pages_size_ = 0;
};

}  // namespace

Result<std::string> encode_snapshot(const SessionState& state, const SnapshotKey* key) try {
  std::string block(Envelope::room_before(key), '\0');
  BELLJAR_TRY(write_content(state, &block));
  Envelope::seal(state.image->identity(), key, &block);
  return block;
} catch (const std::bad_alloc&) {
  return no_memory();
}

Result<std::shared_ptr<const SessionState>> decode_snapshot(std::string_view bytes, const SnapshotKey* key,
                                                            std::shared_ptr<const Image> image,
                                                            std::shared_ptr<const fs::Pack> library,
                                                            uint64_t max_bytes, const FindPackages& find) try {
  const Envelope envelope = BELLJAR_TRY(Envelope::open(bytes, key, image->identity()));
  return Reader(envelope.content(), std::move(image), std::move(library), max_bytes, find).read();
} catch (const std::bad_alloc&) {
  return no_memory();
}

}  // namespace belljar
