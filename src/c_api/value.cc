#include "c_api/value.h"

#include <algorithm>

#include "base/value_json.h"
#include "c_api/boundary.h"

using namespace belljar;
using namespace belljar::c_api;

namespace {

static_assert(BELLJAR_VALUE_NULL == static_cast<int>(Value::Type::kNull));
static_assert(BELLJAR_VALUE_BOOL == static_cast<int>(Value::Type::kBool));
static_assert(BELLJAR_VALUE_INT == static_cast<int>(Value::Type::kInt));
static_assert(BELLJAR_VALUE_BIG_INT == static_cast<int>(Value::Type::kBigInt));
static_assert(BELLJAR_VALUE_FLOAT == static_cast<int>(Value::Type::kFloat));
static_assert(BELLJAR_VALUE_STRING == static_cast<int>(Value::Type::kString));
static_assert(BELLJAR_VALUE_BYTES == static_cast<int>(Value::Type::kBytes));
static_assert(BELLJAR_VALUE_LIST == static_cast<int>(Value::Type::kList));
static_assert(BELLJAR_VALUE_MAP == static_cast<int>(Value::Type::kMap));

template <typename Make>
belljar_value* make(Make&& build) noexcept {
  try {
    return to_handle(std::make_unique<Value>(build()));
  } catch (...) {
    return nullptr;
  }
}

// Whether a pointer and a length can be bytes at all.
bool is_block(const void* data, size_t size) { return size == 0 || (data && size <= PTRDIFF_MAX); }

std::string copy(const void* data, size_t size) {
  return size == 0 ? std::string() : std::string(static_cast<const char*>(data), size);
}

Value integer(bool negative, std::string_view magnitude) {
  const size_t zeros = std::min(magnitude.find_first_not_of('\0'), magnitude.size());
  magnitude.remove_prefix(zeros);
  uint64_t small = 0;
  for (const char byte : magnitude.substr(0, sizeof small)) small = small << 8 | static_cast<unsigned char>(byte);
  constexpr uint64_t kLeast = uint64_t{1} << 63;  // what only a negative one can be
  if (magnitude.size() > sizeof small || small > kLeast || (small == kLeast && !negative)) {
    return Value(BigInt{negative, std::string(magnitude)});
  }
  return Value(static_cast<int64_t>(negative ? 0 - small : small));
}

}  // namespace

extern "C" {

belljar_value* belljar_value_null(void) {
  return make([] { return Value(); });
}

belljar_value* belljar_value_bool(bool value) {
  return make([=] { return Value(value); });
}

belljar_value* belljar_value_int(int64_t value) {
  return make([=] { return Value(value); });
}

belljar_value* belljar_value_uint(uint64_t value) {
  return make([=] { return Value(value); });
}

belljar_value* belljar_value_float(double value) {
  return make([=] { return Value(value); });
}

belljar_value* belljar_value_big_int(bool negative, const void* magnitude, size_t size) {
  if (!is_block(magnitude, size)) return nullptr;
  return make([=] { return integer(negative, copy(magnitude, size)); });
}

belljar_value* belljar_value_string(const char* text, size_t size) {
  if (!is_block(text, size)) return nullptr;
  return make([=] { return Value(copy(text, size)); });
}

belljar_value* belljar_value_bytes(const void* data, size_t size) {
  if (!is_block(data, size)) return nullptr;
  return make([=] { return Value(Bytes{copy(data, size)}); });
}

belljar_value* belljar_value_list(void) {
  return make([] { return Value(Value::List()); });
}

belljar_value* belljar_value_map(void) {
  return make([] { return Value(Value::Map()); });
}

belljar_value* belljar_value_copy(const belljar_value* value) {
  if (!value) return nullptr;
  return make([=] { return *unwrap(value); });
}

belljar_error* belljar_value_append(belljar_value* list, belljar_value* item) {
  return guarded([&]() -> Status {
    if (list && list == item) return invalid("a list cannot hold itself");
    const std::unique_ptr<Value> taken = take(item);
    BELLJAR_TRY(require(list, "list"));
    BELLJAR_TRY(require(item, "value to put into the list"));
    const Value::List* elements = unwrap(list)->as_list();
    if (!elements) return invalid("the value is no list");
    const_cast<Value::List*>(elements)->push_back(std::move(*taken));
    return Ok{};
  });
}

belljar_error* belljar_value_insert(belljar_value* map, const char* key, size_t size, belljar_value* item) {
  return guarded([&]() -> Status {
    if (map && map == item) return invalid("a map cannot hold itself");
    const std::unique_ptr<Value> taken = take(item);
    BELLJAR_TRY(require(map, "map"));
    BELLJAR_TRY(require(item, "value to put into the map"));
    const std::string_view name = BELLJAR_TRY(text_of(key, size, "a key"));
    const Value::Map* entries = unwrap(map)->as_map();
    if (!entries) return invalid("the value is no map");
    const_cast<Value::Map*>(entries)->emplace_back(std::string(name), std::move(*taken));
    return Ok{};
  });
}

belljar_value_type belljar_value_get_type(const belljar_value* value) {
  return value ? static_cast<belljar_value_type>(unwrap(value)->type()) : BELLJAR_VALUE_NULL;
}

bool belljar_value_get_bool(const belljar_value* value, bool* out) {
  const bool* found = value && out ? unwrap(value)->as_bool() : nullptr;
  if (found) *out = *found;
  return found;
}

bool belljar_value_get_int(const belljar_value* value, int64_t* out) {
  const int64_t* found = value && out ? unwrap(value)->as_int() : nullptr;
  if (found) *out = *found;
  return found;
}

bool belljar_value_get_float(const belljar_value* value, double* out) {
  const double* found = value && out ? unwrap(value)->as_float() : nullptr;
  if (found) *out = *found;
  return found;
}

const char* belljar_value_get_string(const belljar_value* value, size_t* size) {
  const std::string* found = value ? unwrap(value)->as_string() : nullptr;
  return found ? give(*found, size) : give_nothing(size, nullptr);
}

const void* belljar_value_get_bytes(const belljar_value* value, size_t* size) {
  const Bytes* bytes = value ? unwrap(value)->as_bytes() : nullptr;
  if (bytes) return give(bytes->data, size);
  const BigInt* big = value ? unwrap(value)->as_big_int() : nullptr;
  return big ? give(big->magnitude, size) : give_nothing(size, nullptr);
}

bool belljar_value_is_negative(const belljar_value* value) {
  if (!value) return false;
  if (const BigInt* big = unwrap(value)->as_big_int()) return big->negative;
  const int64_t* small = unwrap(value)->as_int();
  return small && *small < 0;
}

size_t belljar_value_count(const belljar_value* value) {
  if (!value) return 0;
  if (const Value::List* list = unwrap(value)->as_list()) return list->size();
  const Value::Map* map = unwrap(value)->as_map();
  return map ? map->size() : 0;
}

const belljar_value* belljar_value_at(const belljar_value* value, size_t index) {
  if (index >= belljar_value_count(value)) return nullptr;
  const Value::List* list = unwrap(value)->as_list();
  return view(list ? &(*list)[index] : &(*unwrap(value)->as_map())[index].second);
}

const char* belljar_value_key_at(const belljar_value* map, size_t index, size_t* size) {
  const Value::Map* entries = map ? unwrap(map)->as_map() : nullptr;
  if (!entries || index >= entries->size()) return give_nothing(size, nullptr);
  return give((*entries)[index].first, size);
}

const belljar_value* belljar_value_find(const belljar_value* map, const char* key, size_t size) {
  if (!map || !is_block(key, size)) return nullptr;
  return view(unwrap(map)->find(std::string_view(key, size)));
}

belljar_error* belljar_value_from_json(const char* text, size_t size, belljar_value** out) {
  return guarded_out(out, [&]() -> Status {
    const std::string_view json = BELLJAR_TRY(text_of(text, size, "JSON text"));
    *out = to_handle(std::make_unique<Value>(BELLJAR_TRY(value_from_json(json))));
    return Ok{};
  });
}

belljar_error* belljar_value_to_json(const belljar_value* value, belljar_buffer** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(value, "value"));
    *out = hold<belljar_buffer>(BELLJAR_TRY(value_to_json(*unwrap(value))));
    return Ok{};
  });
}

bool belljar_value_equal(const belljar_value* a, const belljar_value* b) {
  return a && b ? *unwrap(a) == *unwrap(b) : a == b;
}

void belljar_value_free(belljar_value* value) { delete unwrap(value); }

}  // extern "C"
