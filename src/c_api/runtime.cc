#include "belljar/runtime.h"

#include <iterator>

#include "c_api/boundary.h"
#include "c_api/policy.h"
#include "c_api/session.h"
#include "c_api/snapshot.h"

using namespace belljar;
using namespace belljar::c_api;

struct belljar_runtime {
  std::shared_ptr<Runtime> runtime;
};

struct belljar_capabilities {
  std::vector<Capability> list;
};

namespace {

constexpr uint64_t kDefaultMaxBytes = uint64_t{4} << 30;

const Policy& policy_of(const belljar_policy* policy) {
  static const Policy defaults;
  return policy ? policy->policy : defaults;
}

belljar_runtime_options default_runtime_options() {
  const RuntimeOptions from;
  belljar_runtime_options to{};
  to.max_sessions = from.max_sessions;
  to.max_live = from.max_live;
  to.park_after_ns = static_cast<uint64_t>(from.park_after.count());
  to.idle_slots = from.idle_slots;
  to.verify_resets = from.verify_resets;
  return to;
}

belljar_latency latency(const Latency& from) {
  belljar_latency to{};
  to.count = from.count;
  to.total_ns = from.total_ns;
  to.max_ns = from.max_ns;
  static_assert(std::size(to.buckets) == std::tuple_size_v<decltype(from.buckets)>);
  std::copy(from.buckets.begin(), from.buckets.end(), to.buckets);
  return to;
}

const Capability* capability(const belljar_capabilities* capabilities, size_t index) {
  return index < belljar_capabilities_count(capabilities) ? &capabilities->list[index] : nullptr;
}

}  // namespace

extern "C" {

void belljar_runtime_options_init(belljar_runtime_options* options, size_t struct_size) {
  write_defaults(options, struct_size, default_runtime_options());
}

belljar_error* belljar_runtime_create(const belljar_runtime_options* options, belljar_runtime** out) {
  return guarded_out(out, [&]() -> Status {
    const belljar_runtime_options from = BELLJAR_TRY(read_struct(options, belljar_runtime_options_init));
    RuntimeOptions to;
    to.max_sessions = from.max_sessions;
    to.max_live = from.max_live;
    to.park_after = BELLJAR_TRY(duration(from.park_after_ns, "park_after_ns"));
    to.idle_slots = from.idle_slots;
    to.verify_resets = from.verify_resets;
    *out = hold<belljar_runtime>(BELLJAR_TRY(Runtime::create(to)));
    return Ok{};
  });
}

belljar_error* belljar_runtime_open(belljar_runtime* runtime, const belljar_policy* policy, belljar_session** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    *out = hold<belljar_session>(BELLJAR_TRY(runtime->runtime->open(policy_of(policy))));
    return Ok{};
  });
}

belljar_error* belljar_runtime_resume(belljar_runtime* runtime, const belljar_snapshot* snapshot,
                                      const belljar_policy* policy, belljar_session** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    BELLJAR_TRY(require(snapshot, "snapshot"));
    *out = hold<belljar_session>(BELLJAR_TRY(runtime->runtime->resume(snapshot->snapshot, policy_of(policy))));
    return Ok{};
  });
}

belljar_error* belljar_runtime_load(belljar_runtime* runtime, const void* data, size_t size, const belljar_key* key,
                                    uint64_t max_bytes, belljar_snapshot** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    const std::string_view bytes = BELLJAR_TRY(text_of(data, size, "a snapshot"));
    const uint64_t most = max_bytes ? max_bytes : kDefaultMaxBytes;
    *out = hold<belljar_snapshot>(BELLJAR_TRY(runtime->runtime->load(bytes, Key(key).get(), most)));
    return Ok{};
  });
}

belljar_error* belljar_runtime_load_file(belljar_runtime* runtime, const char* path, size_t path_size,
                                         const belljar_key* key, uint64_t max_bytes, belljar_snapshot** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    const std::string file = BELLJAR_TRY(path_of(path, path_size));
    const uint64_t most = max_bytes ? max_bytes : kDefaultMaxBytes;
    *out = hold<belljar_snapshot>(BELLJAR_TRY(runtime->runtime->load_file(file, Key(key).get(), most)));
    return Ok{};
  });
}

belljar_error* belljar_runtime_metrics(const belljar_runtime* runtime, belljar_metrics* metrics) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    const Metrics from = runtime->runtime->metrics();
    belljar_metrics to{};
    to.sessions = from.sessions;
    to.parked = from.parked;
    to.idle_slots = from.idle_slots;
    to.max_live = from.max_live;
    to.opened = from.opened;
    to.forks = from.forks;
    to.snapshots = from.snapshots;
    to.rollbacks = from.rollbacks;
    to.parks = from.parks;
    to.unparks = from.unparks;
    static_assert(std::size(to.runs_by_status) >= std::tuple_size_v<decltype(from.runs_by_status)>);
    std::copy(from.runs_by_status.begin(), from.runs_by_status.end(), to.runs_by_status);
    to.runs = latency(from.runs);
    to.tool_calls = latency(from.tool_calls);
    return write_struct(metrics, to);
  });
}

uint64_t belljar_runtime_image_bytes(const belljar_runtime* runtime) {
  return runtime ? runtime->runtime->image_bytes() : 0;
}

belljar_error* belljar_runtime_capabilities(const belljar_runtime* runtime, belljar_capabilities** out) {
  return guarded_out(out, [&]() -> Status {
    BELLJAR_TRY(require(runtime, "runtime"));
    *out = new belljar_capabilities{runtime->runtime->capabilities()};
    return Ok{};
  });
}

void belljar_runtime_free(belljar_runtime* runtime) { delete runtime; }

size_t belljar_capabilities_count(const belljar_capabilities* capabilities) {
  return capabilities ? capabilities->list.size() : 0;
}

const char* belljar_capabilities_name(const belljar_capabilities* capabilities, size_t index, size_t* size) {
  const Capability* found = capability(capabilities, index);
  return found ? give(found->name, size) : give_nothing(size, nullptr);
}

const char* belljar_capabilities_detail(const belljar_capabilities* capabilities, size_t index, size_t* size) {
  const Capability* found = capability(capabilities, index);
  return found ? give(found->detail, size) : give_nothing(size, nullptr);
}

bool belljar_capabilities_is_available(const belljar_capabilities* capabilities, size_t index) {
  const Capability* found = capability(capabilities, index);
  return found && found->available;
}

void belljar_capabilities_free(belljar_capabilities* capabilities) { delete capabilities; }

belljar_error* belljar_payload_verify(void) {
  return guarded([]() -> Status { return Runtime::verify_payload(); });
}

}  // extern "C"
