#include "session/frames.h"

#include <gtest/gtest.h>

#include <cstring>
#include <random>

namespace belljar {
namespace {

class ReplyBuilder {
 public:
  ReplyBuilder(uint32_t status, int32_t exit_code) {
    put(status);
    put(static_cast<uint32_t>(exit_code));
  }
  ReplyBuilder& field(uint32_t tag, std::string data) {
    put(tag);
    put(static_cast<uint32_t>(data.size()));
    data.resize((data.size() + 3) & ~size_t{3});
    bytes.insert(bytes.end(), data.begin(), data.end());
    return *this;
  }
  ReplyBuilder& value(const std::string& mime, const std::string& data) {
    const auto length = static_cast<uint32_t>(mime.size());
    std::string body(reinterpret_cast<const char*>(&length), 4);
    body += mime;
    body.resize((body.size() + 3) & ~size_t{3});
    return field(16, body + data);
  }
  std::vector<uint8_t> bytes;

 private:
  void put(uint32_t v) {
    const auto* p = reinterpret_cast<const uint8_t*>(&v);
    bytes.insert(bytes.end(), p, p + 4);
  }
};

TEST(Reply, DecodesEachField) {
  ReplyBuilder b(1, 0);
  b.field(17, "ValueError").field(18, "bad").field(19, "Traceback\n").field(99, "unknown");
  auto reply = decode_reply(b.bytes);
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, Reply::kException);
  EXPECT_EQ(reply->error_type, "ValueError");
  EXPECT_EQ(reply->error_message, "bad");
  EXPECT_EQ(reply->error_traceback, "Traceback\n");

  ReplyBuilder v(0, 0);
  v.value("text/plain", "[1]").value("application/json", "[1]");
  reply = decode_reply(v.bytes);
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->value.size(), 2u);
  EXPECT_EQ(reply->value[1].type, "application/json");
}

TEST(Reply, NothingIsBelieved) {
  ReplyBuilder b(0, 0);
  b.value("text/plain", "\xFF").value("application/json", "{\"a\": NaN}").value("text/evil", "x");
  auto reply = decode_reply(b.bytes);
  ASSERT_TRUE(reply);
  ASSERT_EQ(reply->value.size(), 1u) << "JSON that is none and unknown types are left out";
  EXPECT_EQ(reply->value[0].data, "\xEF\xBF\xBD");

  ReplyBuilder many(0, 0);
  for (int i = 0; i < 1000; i++) many.value("text/plain", std::to_string(i));
  reply = decode_reply(many.bytes);
  ASSERT_EQ(reply->value.size(), 1u) << "one entry of each type";
  EXPECT_EQ(reply->value[0].data, "0");

  ReplyBuilder pictures(0, 0);
  pictures.value("image/png", "\"><script>");
  EXPECT_TRUE(decode_reply(pictures.bytes)->value.empty());
  pictures.value("image/png", "iVBORw==\n");
  EXPECT_EQ(decode_reply(pictures.bytes)->value.size(), 1u);
}

TEST(Reply, MalformedFramesAreRefused) {
  EXPECT_FALSE(decode_reply({}));
  EXPECT_FALSE(decode_reply(ReplyBuilder(4, 0).bytes)) << "unknown status";
  ReplyBuilder whole(0, 0);
  whole.value("text/plain", "abcdef");
  for (size_t cut = 9; cut < whole.bytes.size(); cut++) {
    std::vector<uint8_t> part(whole.bytes.begin(), whole.bytes.begin() + static_cast<ptrdiff_t>(cut));
    EXPECT_FALSE(decode_reply(part)) << cut;
  }
  for (const uint32_t length : {0x7FFFFFFFu, 0xFFFFFFFFu, 0xFFFFFFFCu}) {
    std::vector<uint8_t> huge = whole.bytes;
    std::memcpy(huge.data() + 12, &length, 4);
    EXPECT_FALSE(decode_reply(huge));
    huge = whole.bytes;
    std::memcpy(huge.data() + 16, &length, 4);
    EXPECT_FALSE(decode_reply(huge)) << "length of the MIME type";
  }
}

TEST(Reply, RandomBytesAreHarmless) {
  std::mt19937 random(3);
  ReplyBuilder seed(1, 0);
  seed.value("text/plain", "abc").field(17, "E").field(18, "m").field(20, "1234");
  for (int i = 0; i < 200'000; i++) {
    std::vector<uint8_t> frame = seed.bytes;
    for (uint32_t n = random() % 6; n > 0; n--) frame[random() % frame.size()] = static_cast<uint8_t>(random());
    frame.resize(random() % (frame.size() + 1));
    (void)decode_reply(frame);
  }
}

TEST(Request, IsPaddedAndTerminated) {
  std::vector<uint8_t> frame;
  Request request;
  request.source = "1+1";
  request.cell = 7;
  request.value_budget = 9;
  request.first = request.finish = request.bind = request.short_of_memory = true;
  encode_request(request, &frame);
  ASSERT_EQ(frame.size(), 16u + 8 + 4);
  uint32_t words[6];
  std::memcpy(words, frame.data(), sizeof words);
  EXPECT_EQ(words[0], 1u);
  EXPECT_EQ(words[1], 2u | 8u | 16u | 32u);
  EXPECT_EQ(words[2], 7u);
  EXPECT_EQ(words[3], 9u);
  EXPECT_EQ(words[4], 1u);
  EXPECT_EQ(words[5], 4u) << "the NUL counts";
  EXPECT_EQ(frame[27], 0);
}

}  // namespace
}  // namespace belljar
