#include "c_api/policy.h"

#include "c_api/boundary.h"
#include "c_api/tool_call.h"

using namespace belljar;
using namespace belljar::c_api;

namespace {

static_assert(BELLJAR_CHECKPOINT_EACH_CELL == static_cast<int>(CheckpointMode::kEachCell));
static_assert(BELLJAR_CHECKPOINT_MANUAL == static_cast<int>(CheckpointMode::kManual));

belljar_limits default_limits() {
  const Limits from;
  belljar_limits to{};
  to.memory = from.memory;
  to.cpu_ns = static_cast<uint64_t>(from.cpu.count());
  to.wall_ns = static_cast<uint64_t>(from.wall.count());
  to.grace_ns = static_cast<uint64_t>(from.grace.count());
  to.output = from.output;
  to.value = from.value;
  to.files = from.files;
  to.file_entries = from.file_entries;
  to.tool_calls = from.tool_calls;
  to.tool_bytes = from.tool_bytes;
  return to;
}

belljar_tool default_tool() {
  const Tool from;
  belljar_tool to{};
  to.max_calls = from.max_calls;
  to.timeout_ns = static_cast<uint64_t>(from.timeout.count());
  return to;
}

static_assert(BELLJAR_MOUNT_READ_ONLY == static_cast<int>(MountMode::kReadOnly));
static_assert(BELLJAR_MOUNT_READ_WRITE == static_cast<int>(MountMode::kReadWrite));
static_assert(BELLJAR_MOUNT_COPY_ON_WRITE == static_cast<int>(MountMode::kCopyOnWrite));

belljar_mount default_mount() {
  const Mount from;
  belljar_mount to{};
  to.max_bytes = from.max_bytes;
  to.max_entries = from.max_entries;
  return to;
}

Result<std::string> copy_of(const char* data, size_t size, const char* what) {
  return std::string(BELLJAR_TRY(text_of(data, size, what)));
}

}  // namespace

extern "C" {

void belljar_limits_init(belljar_limits* limits, size_t struct_size) {
  write_defaults(limits, struct_size, default_limits());
}

void belljar_tool_init(belljar_tool* tool, size_t struct_size) { write_defaults(tool, struct_size, default_tool()); }

belljar_policy* belljar_policy_create(void) { return new (std::nothrow) belljar_policy(); }

belljar_error* belljar_policy_set_limits(belljar_policy* policy, const belljar_limits* limits) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    const belljar_limits from = BELLJAR_TRY(read_struct(limits, belljar_limits_init));
    Limits to;
    to.memory = from.memory;
    to.cpu = BELLJAR_TRY(duration(from.cpu_ns, "cpu_ns"));
    to.wall = BELLJAR_TRY(duration(from.wall_ns, "wall_ns"));
    to.grace = BELLJAR_TRY(duration(from.grace_ns, "grace_ns"));
    to.output = from.output;
    to.value = from.value;
    to.files = from.files;
    to.file_entries = from.file_entries;
    to.tool_calls = from.tool_calls;
    to.tool_bytes = from.tool_bytes;
    policy->policy.limits = to;
    return Ok{};
  });
}

belljar_error* belljar_policy_set_checkpoint(belljar_policy* policy, belljar_checkpoint mode) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    if (mode != BELLJAR_CHECKPOINT_EACH_CELL && mode != BELLJAR_CHECKPOINT_MANUAL) {
      return invalid("there is no such checkpoint mode");
    }
    policy->policy.checkpoint = static_cast<CheckpointMode>(mode);
    return Ok{};
  });
}

belljar_error* belljar_policy_add_argument(belljar_policy* policy, const char* text, size_t size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    policy->policy.arguments.push_back(BELLJAR_TRY(copy_of(text, size, "an argument")));
    return Ok{};
  });
}

belljar_error* belljar_policy_add_environment(belljar_policy* policy, const char* name, size_t name_size,
                                              const char* value, size_t value_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    std::string key = BELLJAR_TRY(copy_of(name, name_size, "the name of an environment variable"));
    std::string text = BELLJAR_TRY(copy_of(value, value_size, "the value of an environment variable"));
    policy->policy.environment.emplace_back(std::move(key), std::move(text));
    return Ok{};
  });
}

belljar_error* belljar_policy_add_file(belljar_policy* policy, const char* name, size_t name_size, const void* content,
                                       size_t content_size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    std::string path = BELLJAR_TRY(copy_of(name, name_size, "the name of a file"));
    const std::string_view bytes = BELLJAR_TRY(text_of(content, content_size, "the content of a file"));
    policy->policy.workspace.emplace_back(std::move(path), std::string(bytes));
    return Ok{};
  });
}

belljar_error* belljar_policy_add_tool(belljar_policy* policy, const belljar_tool* tool) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    BELLJAR_TRY(require(tool, "tool"));
    const belljar_tool from = BELLJAR_TRY(read_struct(tool, belljar_tool_init));
    if (!from.function == !from.start) return invalid("a tool has either a function or a start");
    Tool to;
    to.name = BELLJAR_TRY(copy_of(from.name, from.name_size, "the name of a tool"));
    to.signature = BELLJAR_TRY(copy_of(from.signature, from.signature_size, "the signature of a tool"));
    to.doc = BELLJAR_TRY(copy_of(from.doc, from.doc_size, "the doc string of a tool"));
    to.is_async = from.is_async;
    to.waits = from.waits;
    to.max_calls = from.max_calls;
    to.timeout = BELLJAR_TRY(duration(from.timeout_ns, "timeout_ns"));
    const std::shared_ptr<ToolContext> context = std::make_shared<ToolContext>(from.context);
    if (from.function) to.function = call_function(from.function, context);
    if (from.start) to.start = call_start(from.start, context);
    policy->policy.tools.push_back(std::move(to));
    context->set_free(from.free_context);  // from here on nothing fails
    return Ok{};
  });
}

belljar_error* belljar_policy_add_module(belljar_policy* policy, const char* name, size_t size) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    std::string module = BELLJAR_TRY(copy_of(name, size, "the name of a module"));
    std::optional<std::vector<std::string>>& modules = policy->policy.modules;
    if (!modules) modules.emplace();
    if (!module.empty()) modules->push_back(std::move(module));
    return Ok{};
  });
}

void belljar_mount_init(belljar_mount* mount, size_t struct_size) { write_defaults(mount, struct_size, default_mount()); }

belljar_error* belljar_policy_add_mount(belljar_policy* policy, const belljar_mount* mount) {
  return guarded([&]() -> Status {
    BELLJAR_TRY(require(policy, "policy"));
    BELLJAR_TRY(require(mount, "mount"));
    const belljar_mount from = BELLJAR_TRY(read_struct(mount, belljar_mount_init));
    if (static_cast<unsigned>(from.mode) > BELLJAR_MOUNT_COPY_ON_WRITE) return invalid("there is no such mount mode");
    Mount to;
    to.host = BELLJAR_TRY(copy_of(from.host, from.host_size, "the host's path of a mount"));
    to.guest = BELLJAR_TRY(copy_of(from.guest, from.guest_size, "the guest's path of a mount"));
    to.mode = static_cast<MountMode>(from.mode);
    to.max_bytes = from.max_bytes;
    to.max_entries = from.max_entries;
    policy->policy.mounts.push_back(std::move(to));
    return Ok{};
  });
}

void belljar_policy_free(belljar_policy* policy) { delete policy; }

}  // extern "C"
