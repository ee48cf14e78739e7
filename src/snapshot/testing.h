// For tests: images, memories and states made by hand.
#ifndef BELLJAR_SNAPSHOT_TESTING_H_
#define BELLJAR_SNAPSHOT_TESTING_H_

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "fs/archive.h"
#include "snapshot/page_coding.h"
#include "snapshot/session_state.h"

namespace belljar::testing_snapshots {

inline constexpr uint64_t kImageBytes = 1 << 20;
inline constexpr uint64_t kNow = 1'800'000'000'000'000'000;

/// Its pages hold numbers, and from 64 KiB to 128 KiB and at its end zeroes that no extent covers.
inline std::shared_ptr<const Image> make_image(uint8_t name = 7) {
  std::vector<uint64_t> words(kImageBytes / 8);
  for (size_t i = 0; i < words.size(); i++) words[i] = i * 0x9E3779B97F4A7C15;
  UniqueFd file(memfd_create("image", MFD_CLOEXEC));
  static_cast<void>(!write(file.get(), words.data(), kImageBytes));
  std::array<uint8_t, 32> identity;
  identity.fill(name);
  return *Image::create(std::move(file), kImageBytes,
                        {{0, 0, 64 << 10}, {128 << 10, 128 << 10, kImageBytes - (256 << 10)}}, {}, identity);
}

/// Pages by number, over `image`: each with some words that differ.
inline std::shared_ptr<const Delta> make_delta(const Image& image, const std::vector<uint64_t>& pages,
                                               uint64_t memory_size, unsigned seed = 1) {
  std::mt19937_64 random(seed);
  std::vector<PageRun> runs;
  auto store = *PageStore::create(pages.size() * kPageSize);
  for (size_t i = 0; i < pages.size(); i++) {
    uint8_t* page = store->writable() + i * kPageSize;
    read_base_page(image, pages[i] * kPageSize, page);
    for (uint64_t words = random() % (i % 5 == 0 ? 512 : 20); words > 0; words--) {
      const uint64_t word = random();
      std::memcpy(page + random() % 512 * 8, &word, 8);
    }
    page[17] ^= 1;
    runs.push_back({pages[i] * kPageSize, kPageSize});
  }
  return Delta::over(std::move(store), runs, memory_size);
}

/// All of a memory.
inline std::vector<uint8_t> memory_of(const Delta* delta, const Image& image) {
  std::vector<uint8_t> memory(delta ? delta->memory_size() : image.memory_size());
  image.restore(0, image.memory_size(), memory.data());
  if (!delta) return memory;
  for (const Delta::Segment& segment : delta->segments()) {
    std::memcpy(memory.data() + segment.offset, segment.pages(), segment.length);
  }
  return memory;
}

inline fs::Files make_files() {
  fs::Files files(fs::Tree(nullptr, {}));
  fs::Tree& tree = files.tree();
  static_cast<void>(tree.make_directory(fs::Tree::kRoot, "/workspace/d", kNow));
  static_cast<void>(tree.make_symlink("d/f", fs::Tree::kRoot, "/workspace/l", kNow));
  int fd;
  size_t done;
  static_cast<void>(files.open(fs::Tree::kRoot, "/workspace/d/f", {.create = true, .write = true},
                               {.read = true, .write = true}, kNow, &fd));
  const std::vector<uint8_t> bytes(70'000, 'x');
  static_cast<void>(files.write(files.find(fd), bytes, kNow, &done));
  return files;
}

/// A session's, with one page of each kind.
inline SessionState make_state(std::shared_ptr<const Image> image) {
  auto delta = make_delta(*image, {0, 1, 2, 17, 40, 255, 256, 300, 511}, 2 * kImageBytes);
  return {.image = std::move(image),
          .memory = std::move(delta),
          .files = make_files(),
          .monotonic_ns = 123'456'789'012,
          .cpu_ns = 55'000,
          .cells = 3,
          .is_pristine = false,
          .was_refused_memory = true};
}

inline std::string archive_of(const fs::Files& files) {
  std::string bytes;
  fs::write_archive(files, &bytes);
  return bytes;
}

/// "", or the first thing in which they differ.
inline std::string difference(const SessionState& a, const SessionState& b) {
  if (memory_of(a.memory.get(), *a.image) != memory_of(b.memory.get(), *b.image)) return "memory";
  if (archive_of(a.files) != archive_of(b.files)) return "files";
  if (a.monotonic_ns != b.monotonic_ns || a.cpu_ns != b.cpu_ns) return "clocks";
  if (a.cells != b.cells || a.is_pristine != b.is_pristine) return "cells";
  return a.was_refused_memory != b.was_refused_memory ? "was_refused_memory" : "";
}

/// Mappings and descriptors of this process.
inline size_t held_by_process() {
  size_t held = 0;
  if (FILE* maps = std::fopen("/proc/self/maps", "re")) {
    for (int c; (c = std::fgetc(maps)) != EOF;) held += c == '\n';
    std::fclose(maps);
  }
  for (int fd = 0; fd < 1024; fd++) held += fcntl(fd, F_GETFD) >= 0;
  return held;
}

}  // namespace belljar::testing_snapshots

#endif  // BELLJAR_SNAPSHOT_TESTING_H_
