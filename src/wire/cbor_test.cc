#include "wire/cbor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "wire/random_values.h"

namespace belljar {
namespace {

using Encoded = std::vector<uint8_t>;

Encoded hex(std::string_view text) {
  Encoded bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<uint8_t>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

Encoded encode(const Value& value) {
  Encoded bytes;
  EXPECT_EQ(encode_cbor(value, 1 << 20, &bytes), CborError::kNone);
  return bytes;
}

CborError decode(const Encoded& bytes, Value* value) {
  CborReader reader(bytes);
  const CborError error = reader.next(value);
  return error == CborError::kNone && !reader.at_end() ? CborError::kMalformed : error;
}

CborError error_of(std::string_view bytes) {
  Value value;
  return decode(hex(bytes), &value);
}

BigInt big(bool negative, std::string_view magnitude) {
  const Encoded bytes = hex(magnitude);
  return {negative, std::string(bytes.begin(), bytes.end())};
}

Value nested(int depth) {
  Value value(1);
  for (int i = 0; i < depth; i++) {
    Value::List list;
    Value::Map map;
    if (i % 2) {
      list.push_back(std::move(value));
      value = std::move(list);
    } else {
      map.emplace_back("k", std::move(value));
      value = std::move(map);
    }
  }
  return value;
}

// Most of it is the table of RFC 8949, appendix A.
TEST(Cbor, EncodesAsTheStandardSays) {
  const struct {
    Value value;
    const char* bytes;
  } cases[] = {
      {nullptr, "f6"},
      {false, "f4"},
      {true, "f5"},
      {0, "00"},
      {23, "17"},
      {24, "1818"},
      {255, "18ff"},
      {256, "190100"},
      {65535, "19ffff"},
      {65536, "1a00010000"},
      {int64_t{1000000000000}, "1b000000e8d4a51000"},
      {std::numeric_limits<int64_t>::max(), "1b7fffffffffffffff"},
      {uint64_t{18446744073709551615u}, "1bffffffffffffffff"},
      {big(false, "010000000000000000"), "c249010000000000000000"},
      {big(true, "010000000000000000"), "3bffffffffffffffff"},
      {big(true, "010000000000000001"), "c349010000000000000000"},
      {-1, "20"},
      {-1000, "3903e7"},
      {std::numeric_limits<int64_t>::min(), "3b7fffffffffffffff"},
      {big(true, "8000000000000001"), "3b8000000000000000"},
      {0.0, "fb0000000000000000"},
      {-0.0, "fb8000000000000000"},
      {1.1, "fb3ff199999999999a"},
      {std::numeric_limits<double>::infinity(), "fb7ff0000000000000"},
      {-std::numeric_limits<double>::infinity(), "fbfff0000000000000"},
      {"", "60"},
      {"IETF", "6449455446"},
      {"\u00fc", "62c3bc"},
      {Bytes{"\x01\x02\x03\x04"}, "4401020304"},
      {Value::List{}, "80"},
      {Value::List{1, Value::List{2, 3}}, "8201820203"},
      {Value::Map{}, "a0"},
      {Value::Map{{"b", 1}, {"a", Value::List{2, 3}}}, "a26162016161820203"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(encode(c.value), hex(c.bytes)) << c.bytes;
    Value back;
    ASSERT_EQ(decode(hex(c.bytes), &back), CborError::kNone) << c.bytes;
    EXPECT_EQ(back, c.value) << c.bytes;
    EXPECT_EQ(back.type(), c.value.type()) << c.bytes;
  }
}

TEST(Cbor, KeepsEveryFloat) {
  Value back;
  ASSERT_EQ(decode(encode(std::nan("")), &back), CborError::kNone);
  ASSERT_TRUE(back.as_float());
  EXPECT_TRUE(std::isnan(*back.as_float()));
  ASSERT_EQ(decode(encode(-0.0), &back), CborError::kNone);
  EXPECT_TRUE(std::signbit(*back.as_float()));
}

TEST(Cbor, BigIntegersHaveOneForm) {
  EXPECT_EQ(encode(big(false, "000005")), hex("05"));
  EXPECT_EQ(encode(big(true, "000005")), hex("24"));
  EXPECT_EQ(encode(big(true, "0000")), hex("00"));
  EXPECT_EQ(encode(big(false, "ffffffffffffffff")), hex("1bffffffffffffffff"));
}

TEST(Cbor, RefusesWhatIsNotTheSubset) {
  const char* malformed[] = {
      "", "18", "1817", "19", "1900ff", "1a0000ffff", "1b00000000ffffffff", "1c", "1f",        // heads
      "f7", "f8ff", "f93c00", "fa3f800000", "fb00", "ff",                                       // simple values
      "c0", "c24101", "c248ffffffffffffffff", "c24900ffffffffffffffff", "c26101", "c2c24101",  // tags
      "41", "5f4101ff", "5bffffffffffffffff", "61", "7bffffffffffffffff", "7f6161ff",          // strings
      "81", "9f01ff", "820101" "01", "9bffffffffffffffff", "9affffffff",                        // arrays
      "a1", "a16161", "a10101", "bf616101ff", "bbffffffffffffffff", "a1f601",                   // maps
      "0000",                                                                                   // more than one
  };
  for (const char* bytes : malformed) EXPECT_EQ(error_of(bytes), CborError::kMalformed) << bytes;
  EXPECT_EQ(error_of("62c328"), CborError::kNotUtf8);
  EXPECT_EQ(error_of("63eda080"), CborError::kNotUtf8);  // HOST-03: a lone surrogate
  EXPECT_EQ(error_of("a161ff01"), CborError::kNotUtf8);
}

TEST(Cbor, RefusesTheSameKeyTwice) {
  EXPECT_EQ(error_of("a2616101616101"), CborError::kDuplicateKey);
  for (int keys : {2, 16, 17, 1000}) {
    Value::Map map;
    for (int i = 0; i < keys; i++) map.emplace_back("key" + std::to_string(i), i);
    Encoded bytes;
    EXPECT_EQ(encode_cbor(Value(map), 1 << 20, &bytes), CborError::kNone);
    map.front().first = map.back().first;
    EXPECT_EQ(encode_cbor(Value(map), 1 << 20, &bytes), CborError::kDuplicateKey) << keys;
  }
}

// HOST-01
TEST(Cbor, DepthIsBounded) {
  Value back;
  ASSERT_EQ(decode(encode(nested(Value::kMaxDepth)), &back), CborError::kNone);
  EXPECT_EQ(back, nested(Value::kMaxDepth));
  Encoded out;
  EXPECT_EQ(encode_cbor(nested(Value::kMaxDepth + 1), 1 << 20, &out), CborError::kTooDeep);
  EXPECT_EQ(encode_cbor(nested(10'000), 1 << 20, &out), CborError::kTooDeep);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(decode(Encoded(Value::kMaxDepth + 1, 0x81), &back), CborError::kTooDeep);
  EXPECT_EQ(decode(Encoded(1'000'000, 0x81), &back), CborError::kTooDeep);
}

// HOST-01
TEST(Cbor, SizesAreBounded) {
  Encoded out;
  EXPECT_EQ(encode_cbor(Value(std::string(100, 'x')), 102, &out), CborError::kNone);
  out.clear();
  EXPECT_EQ(encode_cbor(Value(std::string(100, 'x')), 101, &out), CborError::kTooLarge);
  EXPECT_TRUE(out.empty());

  Value back;
  Encoded many = {0x9A, 0x00, 0x10, 0x00, 0x00};  // 2^20 items, and the list itself
  many.resize(many.size() + (1 << 20), 0x00);
  EXPECT_EQ(decode(many, &back), CborError::kTooMany);
  many[2] = 0x0F;
  many[3] = many[4] = 0xFF;
  many.pop_back();
  EXPECT_EQ(decode(many, &back), CborError::kNone);

  // Each list in a list claims as much as its bytes could hold: reserving for all would take 5 GB.
  Encoded claims;
  for (int depth = 0; depth < 99; depth++) claims.insert(claims.end(), {0x9A, 0x00, 0x0F, 0x00, 0x00});
  claims.resize(claims.size() + (1 << 20), 0x00);
  EXPECT_EQ(decode(claims, &back), CborError::kTooMany);
}

TEST(Cbor, ReadsOneAfterTheOther) {
  const Encoded bytes = hex("01616180");
  CborReader reader(bytes);
  Value value;
  ASSERT_EQ(reader.next(&value), CborError::kNone);
  EXPECT_EQ(value, Value(1));
  ASSERT_EQ(reader.next(&value), CborError::kNone);
  EXPECT_EQ(value, Value("a"));
  EXPECT_FALSE(reader.at_end());
  ASSERT_EQ(reader.next(&value), CborError::kNone);
  EXPECT_EQ(value, Value(Value::List{}));
  EXPECT_TRUE(reader.at_end());
  EXPECT_EQ(reader.next(&value), CborError::kMalformed);
}

TEST(Value, UnsignedAndFind) {
  EXPECT_TRUE(Value(uint64_t{INT64_MAX}).as_int());
  EXPECT_EQ(Value(uint64_t{1} << 63), Value(big(false, "8000000000000000")));
  const Value map(Value::Map{{"a", 1}, {"", 2}});
  EXPECT_EQ(*map.find(""), Value(2));
  EXPECT_EQ(map.find("b"), nullptr);
  EXPECT_EQ(Value(1).find("a"), nullptr);
}

uint64_t rounds(uint64_t usual) { return getenv("BELLJAR_SOAK") ? usual * 200 : usual; }

TEST(CborFuzz, RandomValuesComeBack) {
  RandomValues random(1);
  for (uint64_t i = 0; i < rounds(3000); i++) {
    const Value value = random.value();
    const Encoded bytes = encode(value);
    Value back;
    ASSERT_EQ(decode(bytes, &back), CborError::kNone) << i;
    ASSERT_EQ(encode(back), bytes) << i;  // not ==: there are NaNs
  }
}

// What is accepted is the one encoding of what it means; nothing else is checked, but by the sanitizers.
TEST(CborFuzz, DamagedBytesAreRefusedOrMeanSomething) {
  RandomValues random(2);
  uint64_t accepted = 0, refused = 0;
  for (uint64_t i = 0; i < rounds(20'000); i++) {
    Encoded bytes = encode(random.value());
    for (uint64_t n = 1 + random.below(4); n > 0; n--) {
      const uint64_t at = random.below(bytes.size());
      switch (random.below(5)) {
        case 0: bytes[at] ^= static_cast<uint8_t>(1 << random.below(8)); break;
        case 1: bytes[at] = static_cast<uint8_t>(random.below(256)); break;
        case 2: bytes.resize(at + 1); break;
        case 3: bytes.insert(bytes.begin() + static_cast<ptrdiff_t>(at), static_cast<uint8_t>(random.below(256))); break;
        default: bytes.insert(bytes.end(), bytes.begin(), bytes.begin() + static_cast<ptrdiff_t>(at)); break;
      }
    }
    Value value;
    if (decode(bytes, &value) != CborError::kNone) {
      refused++;
      continue;
    }
    accepted++;
    ASSERT_EQ(encode(value), bytes) << i;
  }
  EXPECT_GT(accepted, refused / 100);
  EXPECT_GT(refused, accepted / 100);
}

TEST(CborFuzz, NoiseIsRefusedOrMeansSomething) {
  RandomValues random(3);
  for (uint64_t i = 0; i < rounds(20'000); i++) {
    Encoded bytes(1 + random.below(64));
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random.below(256));
    CborReader reader(bytes);
    Encoded again;
    Value value;
    while (!reader.at_end() && reader.next(&value) == CborError::kNone) {
      ASSERT_EQ(encode_cbor(value, 1 << 20, &again), CborError::kNone);
    }
    ASSERT_TRUE(std::equal(again.begin(), again.end(), bytes.begin())) << i;
  }
}

}  // namespace
}  // namespace belljar
