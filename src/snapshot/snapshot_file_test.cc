#include "snapshot/snapshot_file.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <zstd.h>

#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/byte_stream.h"
#include "image/payload.h"
#include "snapshot/envelope.h"
#include "snapshot/testing.h"
#include "snapshot/zstd_stream.h"

namespace belljar {
namespace {

using namespace testing_snapshots;

constexpr uint64_t kPlenty = uint64_t{64} << 20;

class SnapshotFileTest : public testing::Test {
 protected:
  Result<std::shared_ptr<const SessionState>> decode(std::string_view bytes, const SnapshotKey* key = nullptr,
                                                     uint64_t max_bytes = kPlenty) {
    return decode_snapshot(bytes, key, image_, nullptr, max_bytes);
  }
  /// What is said about bytes that must be refused.
  std::string refusal(std::string_view bytes, const SnapshotKey* key = nullptr) {
    auto decoded = decode(bytes, key);
    if (decoded) return "accepted";
    EXPECT_EQ(decoded.error().code, ErrorCode::kCorrupt) << decoded.error().message;
    return decoded.error().message;
  }

  const std::shared_ptr<const Image> image_ = make_image();
  const SessionState state_ = make_state(image_);
  const SnapshotKey key_{{1, 2, 3}}, other_key_{{1, 2, 4}};
};

TEST_F(SnapshotFileTest, GivesBackTheState) {
  for (const SnapshotKey* key : {static_cast<const SnapshotKey*>(nullptr), &key_}) {
    auto bytes = encode_snapshot(state_, key);
    ASSERT_TRUE(bytes);
    auto decoded = decode(*bytes, key);
    ASSERT_TRUE(decoded) << decoded.error().message;
    EXPECT_EQ(difference(**decoded, state_), "");
    EXPECT_EQ((*decoded)->image, image_);
    EXPECT_EQ((*decoded)->files.tree().usage().bytes, state_.files.tree().usage().bytes);
  }
}

TEST_F(SnapshotFileTest, GivesBackAnUntouchedSession) {
  SessionState state{.image = image_, .memory = nullptr, .files = fs::Files(fs::Tree(nullptr, {}))};
  auto decoded = decode(*encode_snapshot(state, nullptr));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(difference(**decoded, state), "");
  EXPECT_EQ((*decoded)->memory, nullptr);
  EXPECT_TRUE((*decoded)->is_pristine);
}

// Memory that has grown and is as the image is, or zero, has a size all the same.
TEST_F(SnapshotFileTest, GivesBackTheSizeOfAMemory) {
  SessionState state = state_;
  state.memory = Delta::over(*PageStore::create(0), {}, uint64_t{4} << 30);
  auto decoded = decode(*encode_snapshot(state, nullptr));
  ASSERT_TRUE(decoded) << decoded.error().message;
  ASSERT_NE((*decoded)->memory, nullptr);
  EXPECT_EQ((*decoded)->memory->memory_size(), uint64_t{4} << 30);
  EXPECT_EQ((*decoded)->memory->bytes(), 0u);
}

TEST_F(SnapshotFileTest, GivesBackALargeState) {
  SessionState state = state_;
  std::vector<uint64_t> pages(5000);
  for (uint64_t i = 0; i < pages.size(); i++) pages[i] = 100 + i * 3 / 2;
  state.memory = make_delta(*image_, pages, 64 << 20);
  auto decoded = decode(*encode_snapshot(state, &key_), &key_);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(difference(**decoded, state), "");
}

// An ordinary small session over the real image. The times are the benchmark's to check.
TEST_F(SnapshotFileTest, OfASmallSessionIsSmall) {
  auto image = Payload::linked().open_image();
  ASSERT_TRUE(image);
  SessionState state = state_;
  state.image = *image;
  std::vector<uint64_t> pages(90);
  for (uint64_t i = 0; i < pages.size(); i++) pages[i] = 20 + i * 37;
  state.memory = make_delta(**image, pages, (*image)->memory_size());
  auto bytes = encode_snapshot(state, nullptr);
  ASSERT_TRUE(bytes);
  EXPECT_LE(bytes->size(), 150u << 10);
  EXPECT_FALSE(decode(*bytes)) << "of another image";
  auto decoded = decode_snapshot(*bytes, nullptr, *image, nullptr, kPlenty);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(difference(**decoded, state), "");
}

// ---- the envelope --------------------------------------------------------------------------------------------

TEST_F(SnapshotFileTest, RefusesWhatIsCutOff) {
  for (const SnapshotKey* key : {static_cast<const SnapshotKey*>(nullptr), &key_}) {
    const std::string bytes = *encode_snapshot(state_, key);
    for (size_t size = 0; size < bytes.size(); size++) {
      ASSERT_NE(refusal(std::string_view(bytes).substr(0, size), key), "accepted") << size;
    }
    EXPECT_EQ(refusal(std::string_view(bytes).substr(0, bytes.size() - 1), key),
              "the snapshot is damaged: it is truncated");
  }
}

TEST_F(SnapshotFileTest, RefusesEveryFlippedBit) {
  for (const SnapshotKey* key : {static_cast<const SnapshotKey*>(nullptr), &key_}) {
    std::string bytes = *encode_snapshot(state_, key);
    for (size_t at = 0; at < bytes.size(); at++) {
      const int bit = 1 << at % 8;
      bytes[at] = static_cast<char>(bytes[at] ^ bit);
      ASSERT_NE(refusal(bytes, key), "accepted") << at;
      bytes[at] = static_cast<char>(bytes[at] ^ bit);
    }
    bytes[bytes.size() / 2] ^= 1;
    EXPECT_EQ(refusal(bytes, key), "the snapshot is damaged: its hash differs");
  }
}

TEST_F(SnapshotFileTest, RefusesWhatFollows) {
  EXPECT_EQ(refusal(*encode_snapshot(state_, nullptr) + '\0'), "the snapshot is damaged: something follows it");
}

TEST_F(SnapshotFileTest, RefusesOtherThings) {
  EXPECT_EQ(refusal(""), "this is not a snapshot of belljar's");
  EXPECT_EQ(refusal(std::string(1000, '\0')), "this is not a snapshot of belljar's");
  EXPECT_EQ(refusal("#!/usr/bin/python3\nprint(1)\n"), "this is not a snapshot of belljar's");
}

TEST_F(SnapshotFileTest, RefusesAnotherBuilds) {
  SessionState state = state_;
  state.image = make_image(8);
  auto decoded = decode(*encode_snapshot(state, nullptr));
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, "the snapshot was taken by another build of belljar: its base image is another");
  EXPECT_EQ(decoded.error().hint, "resume it with the same version of belljar that took it");
  std::string newer = *encode_snapshot(state_, nullptr);
  newer[8] = 3;
  EXPECT_EQ(refusal(newer), "the snapshot was taken by another build of belljar: its format has version 3");
}

TEST_F(SnapshotFileTest, RefusesOtherKeys) {
  const std::string open = *encode_snapshot(state_, nullptr), secret = *encode_snapshot(state_, &key_);
  EXPECT_EQ(refusal(secret), "the snapshot is encrypted");
  EXPECT_EQ(refusal(secret, &other_key_), "the snapshot was not saved with this key");
  EXPECT_EQ(refusal(open, &key_), "the snapshot is not encrypted: it was not saved with this key");
}

// What is encrypted says nothing, and nothing about another one of the same state.
TEST_F(SnapshotFileTest, EncryptionHidesTheContent) {
  const std::string one = *encode_snapshot(state_, &key_), two = *encode_snapshot(state_, &key_);
  EXPECT_NE(one.substr(64), two.substr(64));
  const uint32_t magic = ZSTD_MAGICNUMBER;
  EXPECT_EQ(one.find({reinterpret_cast<const char*>(&magic), 4}), std::string::npos);
}

// The header of an encrypted snapshot is not the forger's to change, with a hash that fits: here, to another build's.
TEST_F(SnapshotFileTest, TheHeaderIsAuthenticated) {
  std::string bytes = *encode_snapshot(state_, &key_);
  const auto other = make_image(8);
  std::memcpy(&bytes[16], other->identity().data(), 32);
  auto* all = reinterpret_cast<uint8_t*>(bytes.data());
  crypto_generichash(all + bytes.size() - 32, 32, all, bytes.size() - 32, nullptr, 0);
  auto decoded = decode_snapshot(bytes, &key_, other, nullptr, kPlenty);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().message, "the snapshot was not saved with this key");
}

// ---- the content, behind a hash that fits ---------------------------------------------------------------------

// What write_content writes, with anything in it.
struct Content {
  uint64_t memory_size = 2 * kImageBytes, monotonic_ns = 1, cpu_ns = 1;
  uint32_t cells = 1;
  uint8_t is_pristine = 0, was_refused_memory = 0;
  uint16_t zero = 0;
  std::vector<std::pair<uint32_t, uint32_t>> runs;
  std::string files = archive_of(fs::Files(fs::Tree(nullptr, {})));
  std::string pages;
  std::optional<uint32_t> run_count;
  std::optional<uint64_t> files_size;

  std::string bytes() const {
    std::string bytes;
    ByteWriter out(&bytes);
    out.put(memory_size, monotonic_ns, cpu_ns, cells, is_pristine, was_refused_memory, zero,
            run_count.value_or(static_cast<uint32_t>(runs.size())), files_size.value_or(files.size()));
    for (const auto& [first, count] : runs) out.put(first, count);
    return bytes + files + pages;
  }

  /// With a frame around it, as it is written.
  std::string sealed() const {
    std::string block(Envelope::room_before(nullptr), '\0');
    ZstdWriter frame(&block);
    EXPECT_TRUE(frame.write(bytes()));
    EXPECT_TRUE(frame.finish());
    Envelope::seal(make_image()->identity(), nullptr, &block);
    return block;
  }
};

std::string seal(const std::string& frame) {
  std::string block = std::string(Envelope::room_before(nullptr), '\0') + frame;
  Envelope::seal(make_image()->identity(), nullptr, &block);
  return block;
}

std::string compress(const std::string& content, int window_bits = 0) {
  std::string frame(ZSTD_compressBound(content.size()) + 100, '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  if (window_bits > 0) ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_bits);
  ZSTD_inBuffer in{content.data(), content.size(), 0};
  ZSTD_outBuffer out{frame.data(), frame.size(), 0};
  // In two steps, so that the size is not known and the window stays what it says.
  EXPECT_FALSE(ZSTD_isError(ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue)));
  EXPECT_EQ(ZSTD_compressStream2(context, &out, &in, ZSTD_e_end), 0u);
  frame.resize(out.pos);
  ZSTD_freeCCtx(context);
  return frame;
}

const std::string kBlankPage(sizeof(PageBitmap), '\0');

TEST_F(SnapshotFileTest, AcceptsSoundContent) {
  Content content;
  EXPECT_EQ(refusal(content.sealed()), "accepted");
  content.runs = {{0, 2}, {2, 1}, {511, 1}};
  content.pages = kBlankPage + kBlankPage + kBlankPage + "\x01" + std::string(63, '\0') + "8 bytes.";
  auto decoded = decode(content.sealed());
  ASSERT_TRUE(decoded) << decoded.error().message;
  const std::vector<uint8_t> memory = memory_of((*decoded)->memory.get(), *image_);
  EXPECT_EQ(std::string(memory.end() - 4096, memory.end() - 4088), "8 bytes.");
}

TEST_F(SnapshotFileTest, RefusesCraftedPages) {
  using Runs = std::vector<std::pair<uint32_t, uint32_t>>;
  const Runs crafted[] = {
      {{5, 0}},                            // empty
      {{5, 2}, {6, 1}},                    // overlapping
      {{5, 1}, {5, 1}},                    // the same
      {{5, 1}, {4, 1}},                    // descending
      {{512, 1}},                          // outside
      {{511, 2}},                          // ends outside
      {{0, 513}},                          //
      {{5, 0xFFFFFFFF}},                   // wraps in 32 bits
      {{0xFFFFFFFF, 0xFFFFFFFF}},          //
      {{1 << 20, 1}},                      // at 4 GiB
      {{0, 512}, {0, 512}},                //
  };
  for (const Runs& runs : crafted) {
    Content content;
    content.runs = runs;
    for (int i = 0; i < 1024; i++) content.pages += kBlankPage;
    EXPECT_EQ(refusal(content.sealed()), "the snapshot is damaged: its pages") << runs[0].first;
  }
}

TEST_F(SnapshotFileTest, RefusesCraftedSizesOfMemory) {
  for (const uint64_t size : {uint64_t{0}, kImageBytes - 65536, kImageBytes + 1, kImageBytes + 4096,
                              (uint64_t{4} << 30) + 65536, uint64_t{1} << 40, ~uint64_t{0}, ~uint64_t{65535}}) {
    Content content;
    content.memory_size = size;
    EXPECT_EQ(refusal(content.sealed()), "the snapshot is damaged: the size of its memory") << size;
  }
}

TEST_F(SnapshotFileTest, RefusesCraftedFields) {
  const auto expect = [&](const std::string& what, auto change) {
    Content content;
    change(&content);
    EXPECT_EQ(refusal(content.sealed()), "the snapshot is damaged: " + what);
  };
  expect("its clocks", [](Content* c) { c->monotonic_ns = uint64_t{1} << 62; });
  expect("its clocks", [](Content* c) { c->cpu_ns = ~uint64_t{0}; });
  expect("its fields", [](Content* c) { c->is_pristine = 1; });
  expect("its fields", [](Content* c) { c->is_pristine = 2; });
  expect("its fields", [](Content* c) { c->was_refused_memory = 2; });
  expect("its image's name", [](Content* c) { c->zero = 1; });
  expect("its fields", [](Content* c) { c->zero = 2; });
  expect("its pages", [](Content* c) { c->run_count = 0xFFFFFFFF; });
  expect("it ends too early", [](Content* c) { c->run_count = 500; });
  expect("it ends too early", [](Content* c) { c->files_size = c->files.size() + 1; });
  expect("its files", [](Content* c) { c->files_size = 32 << 20; });
  expect("its files: cut off", [](Content* c) { c->files_size = c->files.size() - 1; });
  expect("it ends too early", [](Content* c) { c->runs = {{0, 1}}; });
  expect("its content does not end where it should", [](Content* c) { c->pages = "more"; });
}

TEST_F(SnapshotFileTest, RefusesOtherFrames) {
  const std::string sound = Content().bytes();
  EXPECT_EQ(refusal(seal(compress(sound))), "accepted");
  const std::string cannot = "the snapshot is damaged: its content cannot be unpacked";
  EXPECT_EQ(refusal(seal("")), cannot);
  EXPECT_EQ(refusal(seal(sound)), cannot);
  // A window of 128 MiB would have to be allocated before the first byte.
  EXPECT_EQ(refusal(seal(compress(sound, 27))), cannot);
  EXPECT_EQ(refusal(seal(compress(sound, ZstdReader::kMaxWindowBits + 1))), cannot);
  EXPECT_EQ(refusal(seal(compress(sound, ZstdReader::kMaxWindowBits))), "accepted");
  // A skippable frame, and the frame after it.
  const std::string skippable("\x50\x2A\x4D\x18\x04\x00\x00\x00" "abcd", 12);
  EXPECT_EQ(refusal(seal(skippable + compress(sound))), cannot);
  // The formats of zstd's early versions.
  for (char version = 0x22; version <= 0x27; version++) {
    std::string old = compress(sound);
    old[0] = version;
    old[1] = '\xB5';
    EXPECT_EQ(refusal(seal(old)), cannot);
  }
  const std::string ends = "the snapshot is damaged: its content does not end where it should";
  EXPECT_EQ(refusal(seal(compress(sound) + compress("more"))), ends);
  EXPECT_EQ(refusal(seal(compress(sound) + skippable)), ends);
  EXPECT_EQ(refusal(seal(compress(sound) + '\0')), ends);
  EXPECT_EQ(refusal(seal(compress(sound.substr(0, 60)) + compress(sound.substr(60)))),
            "the snapshot is damaged: it ends too early");
}

// ---- budgets -------------------------------------------------------------------------------------------------

TEST_F(SnapshotFileTest, TakesNoMoreThanIsAllowed) {
  const std::string bytes = *encode_snapshot(state_, nullptr);
  const uint64_t needed = 9 * kPageSize + state_.files.tree().usage().bytes;
  EXPECT_TRUE(decode(bytes, nullptr, needed));
  for (const uint64_t allowed : {uint64_t{0}, uint64_t{4096}, 9 * kPageSize - 1, 9 * kPageSize, needed - 1}) {
    auto decoded = decode(bytes, nullptr, allowed);
    ASSERT_FALSE(decoded) << allowed;
    EXPECT_EQ(decoded.error().code, ErrorCode::kExhausted) << decoded.error().message;
  }
}

// A few bytes that stand for gigabytes: of pages, of files, of names.
TEST_F(SnapshotFileTest, ABombIsRefusedBeforeItGoesOff) {
  Content content;
  content.memory_size = uint64_t{4} << 30;
  content.runs = {{0, 1 << 20}};
  auto decoded = decode(content.sealed(), nullptr, uint64_t{1} << 30);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kExhausted);
  // Allowed, but more than the frame can hold.
  EXPECT_EQ(decode(content.sealed(), nullptr, uint64_t{8} << 30).error().message, "the snapshot is damaged: its pages");

  Content files;
  files.files = std::string(100 << 20, '\0');
  decoded = decode(files.sealed(), nullptr, 1 << 20);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().code, ErrorCode::kExhausted);
}

TEST_F(SnapshotFileTest, NothingIsLeftOfWhatIsRefused) {
  Content content;
  for (uint32_t i = 0; i < 500; i++) content.pages += kBlankPage;
  content.runs = {{0, 501}};  // 2 MiB: a mapping of its own
  const std::string bytes = content.sealed();
  ASSERT_EQ(refusal(bytes), "the snapshot is damaged: it ends too early");
  const size_t before = held_by_process();
  for (int i = 0; i < 100; i++) ASSERT_FALSE(decode(bytes));
  EXPECT_LE(held_by_process(), before + 20);  // the allocator's own
}

}  // namespace
}  // namespace belljar
