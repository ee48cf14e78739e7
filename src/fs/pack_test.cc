#include "fs/pack.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <thread>
#include <vector>

#include "fs/checksum.h"
#include "fs/pack_builder.h"

namespace belljar::fs {
namespace {

std::string text(const PackContent& content) {
  return {reinterpret_cast<const char*>(content.bytes.data()), content.bytes.size()};
}

std::vector<uint8_t> sample() {
  PackBuilder builder;
  builder.add("os.py", std::string(5000, 'o'));
  builder.add("json/__init__.py", "import decoder\n");
  builder.add("json/decoder.py", std::string(300, 'd') + "end");
  builder.add("empty.py", "");
  builder.add_directory("void");
  return builder.build();
}

// What a file has in common with the others, and what it has not.
std::string shared_text() {
  std::mt19937 random(11);
  std::string text;
  for (int i = 0; i < 500; i++) text += "def f" + std::to_string(random() % 1000) + "(self): pass\n";
  return text;
}

constexpr const char* kOwnText = "class Own:\n    x = 1\n";

std::vector<uint8_t> sample_with_dictionary(bool packed) {
  PackBuilder builder;
  builder.set_dictionary(shared_text(), packed);
  builder.add("a.py", shared_text() + kOwnText);
  builder.add("b/c.py", kOwnText + shared_text());
  return builder.build();
}

PackBuilder::Header header_of(const std::vector<uint8_t>& blob) {
  PackBuilder::Header header;
  std::memcpy(&header, blob.data(), sizeof(header));
  return header;
}

std::shared_ptr<const Pack> open(std::span<const uint8_t> blob, size_t cache = 1 << 20) {
  auto pack = Pack::open(blob, cache);
  EXPECT_TRUE(pack.ok()) << (pack ? "" : pack.error().message);
  return pack ? *pack : nullptr;
}

TEST(ChecksumTest, AgreesWithTheReferenceVectors) {
  const auto of = [](std::string_view s) {
    return xxh64({reinterpret_cast<const uint8_t*>(s.data()), s.size()});
  };
  EXPECT_EQ(of(""), 0xEF46DB3751D8E999u);
  EXPECT_EQ(of("a"), 0xD24EC4F1A98C6E5Bu);
  EXPECT_EQ(of("abc"), 0x44BC2CF5AD770999u);
  EXPECT_EQ(of("Nobody inspects the spammish repetition"), 0xFBCEA83C8A378BF1u);
}

TEST(PackTest, FindsListsAndReads) {
  const auto blob = sample();
  const auto pack = open(blob);
  EXPECT_TRUE(pack->verify().ok());
  EXPECT_EQ(pack->find(""), Pack::kRoot);
  EXPECT_EQ(text(*pack->read(*pack->find("os.py"))), std::string(5000, 'o'));
  EXPECT_EQ(text(*pack->read(*pack->find("json/__init__.py"))), "import decoder\n");
  EXPECT_EQ(text(*pack->read(*pack->find("json/decoder.py"))), std::string(300, 'd') + "end");
  EXPECT_EQ(text(*pack->read(*pack->find("empty.py"))), "");
  for (const char* missing :
       {"o", "os.pyc", "json/", "json/x", "os.py/x", "/os.py", "void/a", "zzz"}) {
    EXPECT_FALSE(pack->find(missing) && *pack->find(missing) != *pack->find("json")) << missing;
  }
  const auto root = pack->info(Pack::kRoot);
  std::vector<std::string> names;
  for (uint32_t i = 0; i < root->size; i++) {
    names.emplace_back(pack->info(root->first_child + i)->name);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"empty.py", "json", "os.py", "void"}));
  EXPECT_EQ(pack->info(*pack->find("void"))->size, 0u);
  EXPECT_EQ(pack->info(*pack->find("json/decoder.py"))->parent, *pack->find("json"));
  EXPECT_EQ(pack->read(*pack->find("json")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(pack->read(UINT32_MAX).error().code, ErrorCode::kCorrupt);
  EXPECT_FALSE(pack->info(UINT32_MAX));
}

TEST(PackTest, UnpacksWhatIsHeldOrRecentOnlyOnce) {
  const auto blob = sample();
  const auto pack = open(blob);
  const auto entry = *pack->find("os.py");
  const uint8_t* first = pack->read(entry)->bytes.data();
  EXPECT_EQ(pack->read(entry)->bytes.data(), first);

  const auto uncached = open(blob, 0);
  const auto held = *uncached->read(entry);
  EXPECT_EQ(uncached->read(entry)->bytes.data(), held.bytes.data());
}

TEST(PackTest, TheCacheKeepsToItsLimit) {
  PackBuilder builder;
  for (int i = 0; i < 50; i++) builder.add("f" + std::to_string(i), std::string(1000, 'x'));
  const auto blob = builder.build();
  const auto pack = open(blob, 3500);
  std::vector<std::weak_ptr<const uint8_t[]>> seen;
  for (Pack::Entry entry = 1; entry < pack->entry_count(); entry++) {
    seen.push_back(pack->read(entry)->owner);
  }
  size_t alive = 0;
  for (const auto& owner : seen) alive += owner.expired() ? 0 : 1;
  EXPECT_EQ(alive, 3u);
}

TEST(PackTest, ReadsFilesThatShareADictionary) {
  for (const bool packed : {false, true}) {
    const auto blob = sample_with_dictionary(packed);
    const PackBuilder::Header header = header_of(blob);
    ASSERT_EQ(packed, header.dictionary_packed_size < header.dictionary_size);
    // With the dictionary a file takes what is its own.
    const size_t data_size = blob.size() - header.dictionary_offset - header.dictionary_packed_size;
    EXPECT_LT(data_size, 4096u + 400u);
    const auto pack = open(blob);
    for (int again = 0; again < 2; again++) {
      EXPECT_EQ(text(*pack->read(*pack->find("a.py"))), shared_text() + kOwnText);
      EXPECT_EQ(text(*pack->read(*pack->find("b/c.py"))), kOwnText + shared_text());
    }
    EXPECT_TRUE(pack->verify().ok());
  }
}

TEST(PackTest, RefusesADictionaryThatDoesNotFit) {
  const auto sound = sample_with_dictionary(true);
  using Header = PackBuilder::Header;
  const auto refused = [&](auto change) {
    Header header = header_of(sound);
    change(header);
    auto blob = sound;
    std::memcpy(blob.data(), &header, sizeof(header));
    const auto pack = Pack::open(blob);
    return !pack && pack.error().code == ErrorCode::kCorrupt;
  };
  EXPECT_FALSE(refused([](Header&) {}));
  EXPECT_TRUE(refused([](Header& h) { h.dictionary_offset = h.total_size + 1; }));
  EXPECT_TRUE(refused([](Header& h) { h.dictionary_offset = UINT64_MAX; }));
  EXPECT_TRUE(refused(
      [](Header& h) { h.dictionary_offset = h.total_size - h.dictionary_packed_size + 1; }));
  EXPECT_TRUE(refused([](Header& h) { h.dictionary_packed_size = h.dictionary_size + 1; }));
  EXPECT_TRUE(refused([](Header& h) { h.dictionary_size = (1u << 20) + 1; }));
  EXPECT_TRUE(refused([](Header& h) { h.dictionary_size = UINT32_MAX; }));
}

// Opening does not read it, so each read must say so, and never give other bytes.
TEST(PackTest, RefusesADamagedDictionary) {
  for (const bool packed : {false, true}) {
    const auto sound = sample_with_dictionary(packed);
    const PackBuilder::Header header = header_of(sound);
    const auto expect_corrupt = [](const std::vector<uint8_t>& blob, size_t where) {
      const auto pack = open(blob);
      for (int again = 0; again < 2; again++) {
        const auto content = pack->read(*pack->find("a.py"));
        ASSERT_FALSE(content.ok()) << where;
        ASSERT_EQ(content.error().code, ErrorCode::kCorrupt);
      }
      ASSERT_FALSE(pack->verify().ok()) << where;
    };
    auto damaged = sound;
    damaged[header.dictionary_offset + header.dictionary_packed_size / 2] ^= 1;
    expect_corrupt(damaged, header.dictionary_packed_size / 2);
    const auto change = [&](auto how) {
      PackBuilder::Header changed = header;
      how(changed);
      auto blob = sound;
      std::memcpy(blob.data(), &changed, sizeof(changed));
      return blob;
    };
    using Header = PackBuilder::Header;
    expect_corrupt(change([](Header& h) { h.dictionary_checksum++; }), 1);
    expect_corrupt(change([](Header& h) { h.dictionary_size++; }), 2);
    expect_corrupt(change([](Header& h) { h.dictionary_packed_size--; }), 3);
    expect_corrupt(change([](Header& h) { h.dictionary_packed_size = 0; }), 4);
    expect_corrupt(change([](Header& h) { h.dictionary_offset--; }), 5);
    expect_corrupt(change([](Header& h) { h.dictionary_size = h.dictionary_packed_size = 0; }), 6);
  }
}

// Its checksum is true: it says that it was trained, and is not.
TEST(PackTest, RefusesADictionaryThatIsNotOne) {
  PackBuilder builder;
  builder.add("a.py", shared_text());
  auto blob = builder.build();
  PackBuilder::Header header = header_of(blob);
  const auto entry = open(blob)->find("a.py");
  const std::string forged = "\x37\xA4\x30\xEC" + shared_text().substr(0, 2000);
  header.dictionary_offset = blob.size();
  header.dictionary_size = header.dictionary_packed_size = static_cast<uint32_t>(forged.size());
  header.dictionary_checksum =
      xxh64({reinterpret_cast<const uint8_t*>(forged.data()), forged.size()});
  header.total_size += forged.size();
  std::memcpy(blob.data(), &header, sizeof(header));
  blob.insert(blob.end(), forged.begin(), forged.end());
  const auto pack = open(blob);
  EXPECT_EQ(pack->read(*entry).error().message,
            "the standard library in this executable is damaged: its dictionary is not one");
  EXPECT_FALSE(pack->verify().ok());
}

TEST(PackTest, RefusesEveryTruncation) {
  const auto blob = sample_with_dictionary(true);
  for (size_t size = 0; size < blob.size(); size++) {
    // A copy of its own, so that a sanitizer sees one byte too far.
    const std::vector<uint8_t> part(blob.begin(), blob.begin() + static_cast<ptrdiff_t>(size));
    const auto pack = Pack::open(part);
    ASSERT_FALSE(pack.ok()) << size;
    ASSERT_EQ(pack.error().code, ErrorCode::kCorrupt);
  }
}

// A few bits of a compressed frame mean nothing; then the content must be the same.
TEST(PackTest, NoticesEveryFlippedBitThatMatters) {
  const auto blob = sample_with_dictionary(true);
  const auto sound = open(blob);
  size_t used = 0;  // of the last page, zeros follow
  for (size_t i = 0; i < blob.size(); i++) used = blob[i] ? i + 1 : used;
  for (size_t i = 0; i < used; i++) {
    auto damaged = blob;
    damaged[i] ^= 0x10;
    const auto pack = Pack::open(damaged);
    if (!pack || !(*pack)->verify().ok()) continue;
    for (Pack::Entry entry = 1; entry < sound->entry_count(); entry++) {
      ASSERT_EQ((*pack)->info(entry)->name, sound->info(entry)->name) << i;
      if (sound->info(entry)->directory) continue;
      ASSERT_EQ(text(*(*pack)->read(entry)), text(*sound->read(entry))) << i;
    }
  }
}

// A record that lies, with a checksum that says it does not: nothing is read out of bounds, and no
// walk is endless.
TEST(PackTest, SurvivesForgedRecords) {
  const auto blob = sample();
  std::mt19937 random(7);
  const uint64_t interesting[] = {0,    1,          2,          7,          255,     256,
                                  4095, 0x7FFFFFFF, 0xFFFFFFFF, UINT64_MAX, 1u << 26};
  for (int round = 0; round < 20'000; round++) {
    auto forged = blob;
    PackBuilder::Header header;
    std::memcpy(&header, forged.data(), sizeof(header));
    for (int change = 0; change < 2; change++) {
      const size_t field[] = {0, 4, 6, 8, 12, 16, 24, 32};
      const size_t width[] = {4, 2, 1, 4, 4, 4, 8, 8};
      const size_t which = random() % 8;
      const uint64_t value =
          random() % 2 ? interesting[random() % std::size(interesting)] : random() % 8192;
      const size_t record = sizeof(header) + 40 * (random() % header.record_count);
      std::memcpy(forged.data() + record + field[which], &value, width[which]);
    }
    PackBuilder::seal(&forged);
    const auto opened = Pack::open(forged);
    if (!opened) continue;
    const Pack& pack = **opened;
    pack.find("json/decoder.py");
    pack.find("void/x");
    for (Pack::Entry entry = 0; entry < pack.entry_count(); entry++) {
      if (const auto info = pack.info(entry)) pack.child(entry, info->name);
      static_cast<void>(pack.read(entry));
    }
    static_cast<void>(pack.verify());
  }
}

TEST(PackTest, IsSharedByThreads) {
  PackBuilder builder;
  builder.set_dictionary(shared_text(), true);
  for (int i = 0; i < 20; i++)
    builder.add("f" + std::to_string(i), std::string(3000, static_cast<char>('a' + i)));
  const auto blob = builder.build();
  const auto pack = open(blob, 10'000);
  const auto work = [&](unsigned seed) {
    std::mt19937 random(seed);
    for (int i = 0; i < 2000; i++) {
      const auto content = pack->read(static_cast<Pack::Entry>(1 + random() % 20));
      ASSERT_TRUE(content.ok());
      ASSERT_EQ(content->bytes.size(), 3000u);
      ASSERT_EQ(content->bytes.front(), content->bytes.back());
    }
  };
  std::vector<std::thread> threads;
  for (unsigned seed = 0; seed < 4; seed++) threads.emplace_back(work, seed);
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace belljar::fs
