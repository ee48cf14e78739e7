// belljar-mkimage: boots the guest once and writes its memory as the base image (docs/formats/image.md). Uses the same
// engine, files and WASI as every sandbox later; only clock and randomness are fixed, so that a build is repeatable.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "engine/faults.h"
#include "fs/files.h"
#include "image/payload.h"
#include "session/imports.h"
#include "session/sandbox.h"

namespace belljar {
namespace {

constexpr uint64_t kBootMemoryLimit = uint64_t{256} << 20;
constexpr size_t kMostExtents = 6;  // each is a mapping in every sandbox

[[noreturn]] void fail(const std::string& message) {
  std::fprintf(stderr, "belljar-mkimage: %s\n", message.c_str());
  std::exit(1);
}

template <typename T>
T need(Result<T> result) {
  if (!result) fail(result.error().message);
  return std::move(result).value();
}

struct MappedFile {
  UniqueFd fd;
  std::span<const uint8_t> bytes;
};

MappedFile map_file(const char* path) {
  UniqueFd fd(open(path, O_RDONLY | O_CLOEXEC));
  struct stat info {};
  if (!fd.valid() || fstat(fd.get(), &info) != 0) fail(std::string("cannot open ") + path);
  const auto size = static_cast<size_t>(info.st_size);
  void* at = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (at == MAP_FAILED) fail(std::string("cannot map ") + path);
  return {std::move(fd), {static_cast<const uint8_t*>(at), size}};
}

class BootHost final : public WasiHost, public ReplySink {
 public:
  int32_t write_stream(int, std::span<const uint8_t> bytes) override {
    std::fwrite(bytes.data(), 1, bytes.size(), stderr);
    return 0;
  }
  int32_t read_stdin(std::span<uint8_t>, size_t* n) override {
    *n = 0;
    return 0;
  }
  int32_t sleep_until(uint64_t) override { return 0; }
  uint64_t realtime_ns() override { return fs::Pack::kTime; }
  uint64_t monotonic_ns() override { return 1'000'000'000 + 1000 * ++ticks_; }
  uint64_t cpu_ns() override { return 1000 * ++ticks_; }
  bool random(std::span<uint8_t> out) override {
    // Whatever draws from this while the guest boots is the same in every sandbox: the kernel renews it (ABI, RESEED).
    for (uint8_t& byte : out) byte = static_cast<uint8_t>(++draws_ * 151);
    return true;
  }
  engine::Outcome exit(uint32_t) override { return engine::Outcome::kTrap; }
  engine::Outcome reply(const GuestMemory&, uint32_t, uint32_t) override { return engine::Outcome::kTrap; }

 private:
  uint64_t ticks_ = 0;
  uint32_t draws_ = 0;
};

int32_t call(engine::Instance& instance, const char* name) {
  const engine::CallResult result = need(instance.call_export(name));
  if (result.kind != engine::CallResult::kReturned) fail(std::string(name) + " trapped: " + result.reason);
  return result.value;
}

GuestLayout read_layout(const Slot& slot, uint32_t address, uint32_t stack_pointer) {
  uint32_t words[8];
  const GuestMemory memory(slot.memory(), slot.size());
  if (!memory.read(address, &words) || words[0] != 1) fail("the guest's layout is not version 1");
  return {words[1], words[2], words[3], words[4], words[5], words[6], words[7], stack_pointer};
}

// Runs of pages with content, joined over the smallest gaps until at most kMostExtents are left.
std::vector<ImageExtent> find_extents(std::span<const uint8_t> memory) {
  static const uint8_t kZeroes[kPageSize] = {};
  std::vector<ImageExtent> runs;
  for (uint64_t at = 0; at < memory.size(); at += kPageSize) {
    if (std::memcmp(memory.data() + at, kZeroes, kPageSize) == 0) continue;
    if (!runs.empty() && runs.back().memory_offset + runs.back().length == at) {
      runs.back().length += kPageSize;
    } else {
      runs.push_back({at, 0, kPageSize});
    }
  }
  const auto gap = [&](size_t i) { return runs[i + 1].memory_offset - runs[i].memory_offset - runs[i].length; };
  while (runs.size() > kMostExtents) {
    size_t smallest = 0;
    for (size_t i = 1; i + 1 < runs.size(); i++) {
      if (gap(i) < gap(smallest)) smallest = i;
    }
    runs[smallest].length = runs[smallest + 1].memory_offset + runs[smallest + 1].length - runs[smallest].memory_offset;
    runs.erase(runs.begin() + static_cast<ptrdiff_t>(smallest) + 1);
  }
  uint64_t file_offset = kImageHeaderBytes;
  for (ImageExtent& run : runs) {
    run.file_offset = file_offset;
    file_offset += run.length;
  }
  return runs;
}

void write_image(const char* path, const ImageHeader& header, const uint8_t* memory) {
  FILE* file = std::fopen(path, "wb");
  if (!file) fail(std::string("cannot write ") + path);
  const std::vector<uint8_t> bytes = header.serialize();
  bool ok = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  for (const ImageExtent& e : header.extents) {
    ok = ok && std::fwrite(memory + e.memory_offset, 1, e.length, file) == e.length;
  }
  if (std::fclose(file) != 0 || !ok) fail(std::string("cannot write ") + path);
}

int run(const char* code_path, const char* memory_path, const char* library_path, const char* output_path) {
  const MappedFile code_file = map_file(code_path);
  MappedFile boot = map_file(memory_path);
  const MappedFile library = map_file(library_path);
  const uint64_t boot_size = boot.bytes.size();
  auto image = need(Image::create(std::move(boot.fd), boot_size, {{0, 0, boot_size}}, {}));

  engine::Faults::install_below();
  auto code = need(engine::Code::load(code_file.bytes, false, guest_imports()));
  engine::Faults::install_on_top();
  engine::Faults::set_code_range(code_file.bytes.data(), code_file.bytes.size());
  auto watchdog = need(engine::Watchdog::create());
  auto sandbox = need(Sandbox::create(*code, *watchdog, image));

  BootHost host;
  const fs::Files pristine(fs::Tree(need(fs::Pack::open(library.bytes)), {}));
  GuestImports imports(host, host, pristine);
  engine::Instance& instance = sandbox->instance();
  const uint32_t stack_pointer = instance.stack_pointer().value_or(0);
  instance.attach(&imports, kBootMemoryLimit);
  sandbox->gate().begin();
  call(instance, "_initialize");
  if (const int32_t error = call(instance, "bj_boot"); error != 0) fail("bj_boot returned " + std::to_string(error));
  const auto layout_address = static_cast<uint32_t>(call(instance, "bj_layout"));
  sandbox->gate().end();

  const Slot& slot = sandbox->slot();
  if (instance.stack_pointer() != stack_pointer) fail("the guest's stack pointer is not back where it was");
  if (imports.files().open_count() != pristine.open_count()) fail("the guest left a file open");
  if (imports.files().tree().usage().entries != pristine.tree().usage().entries) fail("the guest left a file behind");

  ImageHeader header{};
  header.memory_size = slot.size();
  header.layout = read_layout(slot, layout_address, stack_pointer);
  header.extents = find_extents({slot.memory(), slot.size()});
  header.identity = image_identity(code_file.bytes, {slot.memory(), slot.size()}, header.layout);
  write_image(output_path, header, slot.memory());

  uint64_t content = 0;
  for (const ImageExtent& e : header.extents) content += e.length;
  std::printf("base image: %.1f MiB of memory, %.1f MiB stored in %zu extents\n",
              static_cast<double>(slot.size()) / (1 << 20), static_cast<double>(content) / (1 << 20),
              header.extents.size());
  return 0;
}

}  // namespace
}  // namespace belljar

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: belljar-mkimage CODE.cwasm BOOT.mem LIBRARY.pack OUTPUT.img\n");
    return 2;
  }
  return belljar::run(argv[1], argv[2], argv[3], argv[4]);
}
