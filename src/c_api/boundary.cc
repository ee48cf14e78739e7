#include "c_api/boundary.h"

namespace belljar::c_api {
namespace {

// Made when the library is loaded: when they are needed there is no memory to make them.
belljar_error out_of_memory_error{
    {ErrorCode::kExhausted, "there is no memory left", "free some, or raise the limit of the process"}};
belljar_error exception_error{{ErrorCode::kInternal, "an exception in the C interface", "please report it"}};

bool is_constant(const belljar_error* error) { return error == &out_of_memory_error || error == &exception_error; }

static_assert(BELLJAR_ERROR_INVALID_ARGUMENT == static_cast<int>(ErrorCode::kInvalidArgument));
static_assert(BELLJAR_ERROR_UNSUPPORTED == static_cast<int>(ErrorCode::kUnsupported));
static_assert(BELLJAR_ERROR_EXHAUSTED == static_cast<int>(ErrorCode::kExhausted));
static_assert(BELLJAR_ERROR_CORRUPT == static_cast<int>(ErrorCode::kCorrupt));
static_assert(BELLJAR_ERROR_BUSY == static_cast<int>(ErrorCode::kBusy));
static_assert(BELLJAR_ERROR_FORKED == static_cast<int>(ErrorCode::kForked));
static_assert(BELLJAR_ERROR_IO == static_cast<int>(ErrorCode::kIo));
static_assert(BELLJAR_ERROR_INTERNAL == static_cast<int>(ErrorCode::kInternal));
static_assert(BELLJAR_ERROR_NOT_FOUND == static_cast<int>(ErrorCode::kNotFound));
static_assert(BELLJAR_ERROR_GUEST == static_cast<int>(ErrorCode::kGuest));

}  // namespace

belljar_error* out_of_memory() noexcept { return &out_of_memory_error; }
belljar_error* unknown_exception() noexcept { return &exception_error; }

belljar_error* to_handle(Error error) noexcept {
  auto* handle = new (std::nothrow) belljar_error{std::move(error)};
  return handle ? handle : out_of_memory();
}

Error invalid(std::string message, std::string hint) {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

Status require(const void* handle, const char* what) {
  if (!handle) return invalid(std::string("there is no ") + what + " (NULL)");
  return Ok{};
}

Result<std::string_view> text_of(const void* data, size_t size, const char* what) {
  if (size == 0) return std::string_view();
  if (!data) return invalid(std::string(what) + " has a length, but no bytes (NULL)");
  if (size > PTRDIFF_MAX) return invalid(std::string(what) + " cannot be that long", "was a negative length passed?");
  return std::string_view(static_cast<const char*>(data), size);
}

Result<std::chrono::nanoseconds> duration(uint64_t nanoseconds, const char* what) {
  if (nanoseconds > INT64_MAX) return invalid(std::string(what) + " is above 292 years");
  return std::chrono::nanoseconds(static_cast<int64_t>(nanoseconds));
}

Status check_struct_size(size_t size) {
  if (size < 16 || size % 8 != 0 || size > kMaxStructSize) {
    return invalid("struct_size is " + std::to_string(size) + ", which is no struct of any version",
                   "set it to sizeof, or call the init function");
  }
  return Ok{};
}

bool is_tail_zero(const void* given, size_t known, size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(given);
  return size <= known || std::all_of(bytes + known, bytes + size, [](unsigned char byte) { return byte == 0; });
}

}  // namespace belljar::c_api

using namespace belljar;
using namespace belljar::c_api;

extern "C" {

belljar_code belljar_error_code(const belljar_error* error) {
  return error ? static_cast<belljar_code>(error->error.code) : BELLJAR_ERROR_NONE;
}

const char* belljar_error_message(const belljar_error* error, size_t* size) {
  return error ? give(error->error.message, size) : give_nothing(size);
}

const char* belljar_error_hint(const belljar_error* error, size_t* size) {
  return error ? give(error->error.hint, size) : give_nothing(size);
}

void belljar_error_free(belljar_error* error) {
  if (!is_constant(error)) delete error;
}

const char* belljar_code_name(belljar_code code) {
  if (code < BELLJAR_ERROR_INVALID_ARGUMENT || code > BELLJAR_ERROR_GUEST) return "unknown";
  return to_string(static_cast<ErrorCode>(code)).data();
}

const char* belljar_version(void) { return BELLJAR_VERSION; }
const char* belljar_python_version(void) { return BELLJAR_PYTHON_VERSION; }

const char* belljar_buffer_data(const belljar_buffer* buffer, size_t* size) {
  return buffer ? give(buffer->bytes, size) : give_nothing(size);
}

void belljar_buffer_free(belljar_buffer* buffer) { delete buffer; }

}  // extern "C"
