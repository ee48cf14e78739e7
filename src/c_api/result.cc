#include "c_api/result.h"

#include "c_api/boundary.h"

using namespace belljar;
using namespace belljar::c_api;

namespace {

static_assert(BELLJAR_STATUS_OK == static_cast<int>(RunStatus::kOk));
static_assert(BELLJAR_STATUS_EXCEPTION == static_cast<int>(RunStatus::kException));
static_assert(BELLJAR_STATUS_EXIT == static_cast<int>(RunStatus::kExit));
static_assert(BELLJAR_STATUS_TIME_LIMIT == static_cast<int>(RunStatus::kTimeLimit));
static_assert(BELLJAR_STATUS_MEMORY_LIMIT == static_cast<int>(RunStatus::kMemoryLimit));
static_assert(BELLJAR_STATUS_TRAP == static_cast<int>(RunStatus::kTrap));
static_assert(BELLJAR_STATUS_CANCELLED == static_cast<int>(RunStatus::kCancelled));

const MimeBundle* unwrap(const belljar_bundle* bundle) { return reinterpret_cast<const MimeBundle*>(bundle); }

const MimeEntry* entry(const belljar_bundle* bundle, size_t index) {
  return index < belljar_bundle_count(bundle) ? &(*unwrap(bundle))[index] : nullptr;
}

const char* of_error(const belljar_result* result, std::string RunError::* member, size_t* size) {
  return result && result->result.error ? give((*result->result.error).*member, size) : give_nothing(size);
}

}  // namespace

extern "C" {

const char* belljar_status_name(belljar_status status) {
  if (status < BELLJAR_STATUS_OK || status > BELLJAR_STATUS_CANCELLED) return "unknown";
  return to_string(static_cast<RunStatus>(status)).data();
}

belljar_status belljar_result_status(const belljar_result* result) {
  return static_cast<belljar_status>(result ? static_cast<int>(result->result.status) : -1);
}

bool belljar_result_is_rolled_back(const belljar_result* result) { return result && result->result.rolled_back; }

const char* belljar_result_stdout(const belljar_result* result, size_t* size) {
  return result ? give(result->result.stdout_data, size) : give_nothing(size);
}

const char* belljar_result_stderr(const belljar_result* result, size_t* size) {
  return result ? give(result->result.stderr_data, size) : give_nothing(size);
}

uint64_t belljar_result_stdout_dropped(const belljar_result* result) {
  return result ? result->result.stdout_dropped : 0;
}

uint64_t belljar_result_stderr_dropped(const belljar_result* result) {
  return result ? result->result.stderr_dropped : 0;
}

uint64_t belljar_result_value_dropped(const belljar_result* result) {
  return result ? result->result.value_dropped : 0;
}

const belljar_bundle* belljar_result_value(const belljar_result* result) {
  return result ? view(&result->result.value) : nullptr;
}

size_t belljar_result_display_count(const belljar_result* result) {
  return result ? result->result.displays.size() : 0;
}

const belljar_bundle* belljar_result_display(const belljar_result* result, size_t index) {
  return index < belljar_result_display_count(result) ? view(&result->result.displays[index]) : nullptr;
}

bool belljar_result_has_error(const belljar_result* result) { return result && result->result.error.has_value(); }

const char* belljar_result_error_type(const belljar_result* result, size_t* size) {
  return of_error(result, &RunError::type, size);
}

const char* belljar_result_error_message(const belljar_result* result, size_t* size) {
  return of_error(result, &RunError::message, size);
}

const char* belljar_result_error_traceback(const belljar_result* result, size_t* size) {
  return of_error(result, &RunError::traceback, size);
}

int32_t belljar_result_exit_code(const belljar_result* result) { return result ? result->result.exit_code : 0; }

belljar_error* belljar_result_usage(const belljar_result* result, belljar_run_usage* usage) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(result, "result"));
    const Usage& from = result->result.usage;
    belljar_run_usage to{};
    to.wall_ns = from.wall_ns;
    to.cpu_ns = from.cpu_ns;
    to.memory_peak_bytes = from.memory_peak_bytes;
    to.output_bytes = from.output_bytes;
    to.tool_calls = from.tool_calls;
    to.tool_bytes = from.tool_bytes;
    return write_struct(usage, to);
  });
}

void belljar_result_free(belljar_result* result) { delete result; }

size_t belljar_bundle_count(const belljar_bundle* bundle) { return bundle ? unwrap(bundle)->size() : 0; }

const char* belljar_bundle_type(const belljar_bundle* bundle, size_t index, size_t* size) {
  const MimeEntry* found = entry(bundle, index);
  return found ? give(found->type, size) : give_nothing(size, nullptr);
}

const char* belljar_bundle_data(const belljar_bundle* bundle, size_t index, size_t* size) {
  const MimeEntry* found = entry(bundle, index);
  return found ? give(found->data, size) : give_nothing(size, nullptr);
}

const char* belljar_bundle_find(const belljar_bundle* bundle, const char* type, size_t type_size, size_t* size) {
  if (bundle && (type_size == 0 || (type && type_size <= PTRDIFF_MAX))) {
    for (const MimeEntry& found : *unwrap(bundle)) {
      if (found.type == std::string_view(type, type_size)) return give(found.data, size);
    }
  }
  return give_nothing(size, nullptr);
}

}  // extern "C"
