#include "image/payload.h"

#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "base/sha256.h"

namespace belljar {
namespace {

constexpr uint64_t kWasmPage = 64 << 10;

Error damaged(const char* what) {
  return {ErrorCode::kCorrupt, std::string("the base image is damaged: ") + what, "install belljar again"};
}

template <typename T>
T load(std::span<const uint8_t> blob, size_t at) {
  T value;
  std::memcpy(&value, blob.data() + at, sizeof value);
  return value;
}

// The host stores to these addresses: they must lie inside the image whatever the guest does later.
bool is_layout_sound(const GuestLayout& l, uint64_t memory_size) {
  const auto word = [&](uint32_t address) { return address % 4 == 0 && address <= memory_size - 4; };
  return word(l.eval_breaker) && word(l.is_tripped) && word(l.sigint_tripped) && l.mailbox_size >= 4096 &&
         l.mailbox % 4 == 0 && uint64_t{l.mailbox} + l.mailbox_size <= memory_size && l.stack_low < l.stack_high &&
         l.stack_high <= memory_size && l.stack_pointer > l.stack_low && l.stack_pointer <= l.stack_high;
}

struct Mapping {
  const char* path;
  uint64_t file_offset;
  uint64_t file_end;  // where the object's last segment ends in its file
};

// Which loaded object holds `address`, and where in its file.
std::optional<Mapping> find_mapping(const uint8_t* address) {
  struct Search {
    uintptr_t address;
    std::optional<Mapping> found;
  } search{reinterpret_cast<uintptr_t>(address), {}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* data) {
        auto* s = static_cast<Search*>(data);
        uint64_t file_end = 0;
        for (int i = 0; i < info->dlpi_phnum; i++) {
          const auto& header = info->dlpi_phdr[i];
          if (header.p_type != PT_LOAD) continue;
          file_end = std::max<uint64_t>(file_end, header.p_offset + header.p_filesz);
          const uintptr_t start = info->dlpi_addr + header.p_vaddr;
          if (s->address < start || s->address >= start + header.p_filesz) continue;
          s->found = Mapping{info->dlpi_name, header.p_offset + (s->address - start), 0};
        }
        if (s->found) s->found->file_end = file_end;
        return s->found ? 1 : 0;
      },
      &search);
  return search.found;
}

// The main program has no name here; /proc/self/exe is the very file that was started, even if its path has been
// replaced since.
bool is_main_program(const Mapping& mapping) { return !mapping.path || !*mapping.path; }

UniqueFd open_object(const Mapping& mapping) {
  return UniqueFd(open(is_main_program(mapping) ? "/proc/self/exe" : mapping.path, O_RDONLY | O_CLOEXEC));
}

uint64_t file_size(const UniqueFd& file) {
  struct stat info {};
  return file.valid() && fstat(file.get(), &info) == 0 ? static_cast<uint64_t>(info.st_size) : 0;
}

bool holds(const UniqueFd& file, uint64_t offset, std::span<const uint8_t> expected) {
  uint8_t found[kImageHeaderBytes];
  return file_size(file) >= offset + expected.size() &&
         pread(file.get(), found, sizeof found, static_cast<off_t>(offset)) == ssize_t{sizeof found} &&
         std::memcmp(found, expected.data(), sizeof found) == 0;
}

Result<UniqueFd> copy_to_memory(std::span<const uint8_t> bytes) {
  UniqueFd file(memfd_create("belljar-image", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  size_t done = 0;
  while (file.valid() && done < bytes.size()) {
    const ssize_t n = write(file.get(), bytes.data() + done, bytes.size() - done);
    if (n <= 0) break;
    done += static_cast<size_t>(n);
  }
  if (!file.valid() || done < bytes.size() ||
      fcntl(file.get(), F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL) != 0) {
    const bool descriptors = errno == EMFILE || errno == ENFILE;
    return Error{ErrorCode::kExhausted, std::string("cannot copy the base image: ") + std::strerror(errno),
                 descriptors ? "raise the limit on open files (`ulimit -n`)"
                             : "free memory, or restart the process so that it finds its own file again"};
  }
  return file;
}

}  // namespace

Result<ImageHeader> ImageHeader::parse(std::span<const uint8_t> blob) {
  if (blob.size() < kImageHeaderBytes || std::memcmp(blob.data(), kImageMagic, sizeof kImageMagic) != 0) {
    return damaged("no header");
  }
  ImageHeader header{};
  std::memcpy(header.identity.data(), blob.data() + 8, header.identity.size());
  header.memory_size = load<uint64_t>(blob, 40);
  header.layout = load<GuestLayout>(blob, 48);
  const uint32_t count = load<uint32_t>(blob, 80);
  if (header.memory_size == 0 || header.memory_size % kWasmPage != 0 || header.memory_size > uint64_t{4} << 30 ||
      !is_layout_sound(header.layout, header.memory_size) || count == 0 || count > kMaxImageExtents) {
    return damaged("impossible sizes");
  }
  for (uint32_t i = 0; i < count; i++) {
    const auto extent = load<ImageExtent>(blob, 88 + i * sizeof(ImageExtent));
    if (extent.file_offset < kImageHeaderBytes || extent.file_offset > blob.size() ||
        extent.length > blob.size() - extent.file_offset) {
      return damaged("an extent outside the blob");
    }
    header.extents.push_back(extent);
  }
  return header;
}

std::vector<uint8_t> ImageHeader::serialize() const {
  std::vector<uint8_t> bytes(kImageHeaderBytes, 0);
  const auto store = [&](size_t at, const auto& value) { std::memcpy(bytes.data() + at, &value, sizeof value); };
  store(0, kImageMagic);
  std::memcpy(bytes.data() + 8, identity.data(), identity.size());
  store(40, memory_size);
  store(48, layout);
  store(80, static_cast<uint32_t>(extents.size()));
  for (size_t i = 0; i < extents.size(); i++) store(88 + i * sizeof(ImageExtent), extents[i]);
  return bytes;
}

std::array<uint8_t, 32> image_identity(std::span<const uint8_t> code, std::span<const uint8_t> memory,
                                       const GuestLayout& layout) {
  Sha256 hash;
  hash.add(code);
  hash.add(memory);
  hash.add({reinterpret_cast<const uint8_t*>(&layout), sizeof layout});
  return hash.finish();
}

Status Payload::verify_identity() const {
  const ImageHeader header = BELLJAR_TRY(ImageHeader::parse(image));
  std::vector<uint8_t> memory(header.memory_size, 0);
  for (const ImageExtent& e : header.extents) {
    if (e.memory_offset > memory.size() || e.length > memory.size() - e.memory_offset) return damaged("an extent");
    std::memcpy(memory.data() + e.memory_offset, image.data() + e.file_offset, e.length);
  }
  if (image_identity(code, memory, header.layout) != header.identity) return damaged("code or image was changed");
  return Ok{};
}

Result<std::shared_ptr<const Image>> Payload::open_image() const {
  UniqueFd file;
  uint64_t offset = 0;
  if (const std::optional<Mapping> mapping = find_mapping(image.data())) {
    file = open_object(*mapping);
    offset = mapping->file_offset;
    if (is_main_program(*mapping) && file.valid() && file_size(file) < mapping->file_end) {
      return Error{ErrorCode::kCorrupt, "the executable is cut short", "copy or install it again"};
    }
    if (offset % kPageSize != 0 || !holds(file, offset, image)) file = UniqueFd();
  }
  ImageHeader header = BELLJAR_TRY(ImageHeader::parse(image));
  if (!file.valid()) {
    file = BELLJAR_TRY(copy_to_memory(image));
    offset = 0;
  }
  for (ImageExtent& extent : header.extents) extent.file_offset += offset;
  return Image::create(std::move(file), header.memory_size, std::move(header.extents), header.layout, header.identity);
}

}  // namespace belljar
