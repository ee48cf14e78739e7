// decode_snapshot on damaged and crafted bytes: an error, or a state that can be walked and saved again. Half of the
// mutations get a hash that fits, so that they reach what is inside. BELLJAR_SOAK=1 is the long form.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "snapshot/envelope.h"
#include "snapshot/snapshot_file.h"
#include "snapshot/testing.h"
#include "snapshot/zstd_stream.h"

namespace belljar {
namespace {

using namespace testing_snapshots;

constexpr uint64_t kMaxBytes = 4 << 20;

class SnapshotFuzz : public testing::TestWithParam<unsigned> {
 protected:
  SnapshotFuzz() : random_(GetParam()) {
    SessionState state = make_state(image_);
    samples_.push_back(*encode_snapshot(state, nullptr));
    state.memory = nullptr;
    samples_.push_back(*encode_snapshot(state, nullptr));
    state.memory = make_delta(*image_, {5}, 3 * kImageBytes);
    state.files = fs::Files(fs::Tree(nullptr, {}));
    samples_.push_back(*encode_snapshot(state, nullptr));
    for (const std::string& sample : samples_) contents_.push_back(content_of(sample));
  }

  static int rounds() { return std::getenv("BELLJAR_SOAK") ? 50'000 : 1500; }

  std::string content_of(const std::string& sample) const {
    const auto envelope = *Envelope::open(sample, nullptr, image_->identity());
    ZstdReader frame(envelope.content());
    std::string content;
    for (uint8_t byte; frame.read({&byte, 1});) content.push_back(static_cast<char>(byte));
    return content;
  }

  size_t below(size_t n) { return n == 0 ? 0 : random_() % n; }

  std::string mutate(std::string bytes, const std::string& other) {
    static constexpr uint64_t kNumbers[] = {0,          1,          2,          0x7F,       0xFF, 0x10000,
                                            0x7FFFFFFF, 0xFFFFFFFF, 1ull << 32, 1ull << 40, ~0ull};
    for (size_t changes = 1 + below(4); changes > 0 && !bytes.empty(); changes--) {
      // The beginning is where the numbers are.
      const size_t at = below(random_() % 2 ? bytes.size() : std::min<size_t>(bytes.size(), 200));
      const size_t width = std::min<size_t>(size_t{1} << below(4), bytes.size() - at);
      switch (below(7)) {
        case 0: bytes[at] = static_cast<char>(random_()); break;
        case 1: bytes[at] = static_cast<char>(bytes[at] ^ (1 << below(8))); break;
        case 2: std::memcpy(&bytes[at], &kNumbers[below(std::size(kNumbers))], width); break;
        case 3: bytes.resize(at); break;
        case 4: bytes = bytes.substr(0, at) + other.substr(below(other.size())); break;
        case 5: bytes.insert(at, other.substr(below(other.size()), 1 + below(100))); break;
        default: bytes.erase(at, 1 + below(100)); break;
      }
    }
    return bytes;
  }

  std::string seal(const std::string& frame) {
    std::string block = std::string(Envelope::room_before(nullptr), '\0') + frame;
    Envelope::seal(image_->identity(), nullptr, &block);
    return block;
  }

  /// True when it was accepted.
  bool check(const std::string& bytes) {
    auto decoded = decode_snapshot(bytes, nullptr, image_, nullptr, kMaxBytes);
    if (!decoded) {
      EXPECT_FALSE(decoded.error().message.empty());
      return false;
    }
    const SessionState& state = **decoded;
    const uint64_t pages = state.memory ? state.memory->bytes() : 0;
    EXPECT_LE(pages + state.files.tree().usage().bytes, kMaxBytes);
    uint64_t end = 0, sum = 0;
    if (state.memory) {
      for (const Delta::Segment& segment : state.memory->segments()) {
        EXPECT_GE(segment.offset, end);
        EXPECT_EQ(segment.offset % kPageSize, 0u);
        for (uint64_t i = 0; i < segment.length; i += 512) sum += segment.pages()[i];
        end = segment.end();
      }
      EXPECT_LE(end, state.memory->memory_size());
    }
    auto again = encode_snapshot(state, nullptr);
    EXPECT_TRUE(again.ok());
    auto twice = decode_snapshot(*again, nullptr, image_, nullptr, kMaxBytes);
    EXPECT_TRUE(twice.ok()) << twice.error().message;
    EXPECT_EQ(archive_of((*twice)->files), archive_of(state.files)) << sum;
    return true;
  }

  std::mt19937 random_;
  const std::shared_ptr<const Image> image_ = make_image();
  std::vector<std::string> samples_, contents_;
};

TEST_P(SnapshotFuzz, DamagedBytesAreRefused) {
  for (int i = 0; i < rounds(); i++) {
    const std::string& sample = samples_[below(samples_.size())];
    const std::string bytes = mutate(sample, samples_[below(samples_.size())]);
    if (bytes != sample && std::find(samples_.begin(), samples_.end(), bytes) == samples_.end()) {
      ASSERT_FALSE(check(bytes)) << i;
    }
  }
}

TEST_P(SnapshotFuzz, CraftedFramesAreAnErrorOrAState) {
  const size_t room = Envelope::room_before(nullptr);
  for (int i = 0; i < rounds(); i++) {
    const std::string& sample = samples_[below(samples_.size())];
    const std::string frame = sample.substr(room, sample.size() - room - 32);
    check(seal(mutate(frame, frame)));
  }
}

TEST_P(SnapshotFuzz, CraftedContentIsAnErrorOrAState) {
  const size_t before = held_by_process();
  int accepted = 0;
  for (int i = 0; i < rounds(); i++) {
    const std::string content =
        mutate(contents_[below(contents_.size())], contents_[below(contents_.size())]);
    std::string frame;
    ZstdWriter writer(&frame);
    ASSERT_TRUE(writer.write(content));
    ASSERT_TRUE(writer.finish());
    accepted += check(seal(frame));
  }
  EXPECT_GT(accepted, rounds() / 100);
  EXPECT_LT(accepted, rounds());
  EXPECT_LE(held_by_process(), before + 20);  // the allocator's own
}

INSTANTIATE_TEST_SUITE_P(Seeds, SnapshotFuzz, testing::Range(1u, 4u));

}  // namespace
}  // namespace belljar
