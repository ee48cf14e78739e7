#include "policy_options.h"

#include <string_view>
#include <utility>

#include "base/units.h"
#include "belljar/audit.h"
#include "policy_source.h"

namespace belljar::cli {
namespace {

Status set_size(const std::optional<std::string>& text, const char* option, uint64_t* out) {
  if (!text) return Ok{};
  const std::optional<uint64_t> size = parse_size(*text);
  if (!size) {
    return Error{ErrorCode::kInvalidArgument, std::string(option) + " '" + *text + "' is no size",
                 "write bytes, or a number with K, M or G, such as 256M"};
  }
  *out = *size;
  return Ok{};
}

Status set_duration(const std::optional<std::string>& text, const char* option, std::chrono::nanoseconds* out) {
  if (!text) return Ok{};
  const std::optional<std::chrono::nanoseconds> duration = parse_duration(*text);
  if (!duration) {
    return Error{ErrorCode::kInvalidArgument, std::string(option) + " '" + *text + "' is no duration",
                 "write seconds above zero, such as 10 or 0.5"};
  }
  *out = *duration;
  return Ok{};
}

// The guest's path is what follows the last ":/": the host's may have colons.
Result<Mount> parse_mount(std::string text) {
  const std::string whole = text;
  const auto wrong = [&] {
    return Error{ErrorCode::kInvalidArgument, "--mount '" + whole + "' is no HOST:GUEST[:ro|rw|cow]",
                 "write --mount data:/data, or data:/data:rw to let it be changed"};
  };
  constexpr std::pair<std::string_view, MountMode> kModes[] = {
      {":ro", MountMode::kReadOnly}, {":rw", MountMode::kReadWrite}, {":cow", MountMode::kCopyOnWrite}};
  Mount mount;
  for (const auto& [suffix, mode] : kModes) {
    if (text.size() <= suffix.size() || text.compare(text.size() - suffix.size(), suffix.size(), suffix) != 0) continue;
    mount.mode = mode;
    text.resize(text.size() - suffix.size());
    break;
  }
  const size_t colon = text.rfind(":/");
  if (colon == std::string::npos || colon == 0) return wrong();
  mount.host = text.substr(0, colon);
  mount.guest = text.substr(colon + 1);
  if (mount.guest.find(':') != std::string::npos) return wrong();
  return mount;
}

}  // namespace

void PolicyOptions::add_to(CLI::App& command, const std::string& unit, const std::string& output_name) {
  command.add_option("--policy", policy_file, "A policy file (TOML); the options beside it count before it")->type_name("FILE");
  command.add_option("--image", image, "Begin with this image, or go on from this snapshot")->type_name("FILE");
  command.add_option("--memory", memory, "Linear memory, Python itself (about 20M) included [256M]")->type_name("SIZE");
  command.add_option("--cpu", cpu, "CPU time per " + unit + " [10]")->type_name("SECONDS");
  command.add_option("--wall", wall, "Wall time per " + unit + " [30]")->type_name("SECONDS");
  command.add_option(output_name, output, "Bytes kept of standard output and of standard error, each [1M]")
      ->type_name("SIZE");
  command.add_option("--files", files, "Size of the in-memory files [64M]")->type_name("SIZE");
  command.add_option("--env", environment, "Environment variable for the program; repeatable")
      ->type_name("NAME=VALUE")
      ->take_all()
      ->allow_extra_args(false);
  network.add_to(command);
  command.add_option("--mount", mounts, "A folder or file of yours in the sandbox, read-only unless :rw or :cow; repeatable")
      ->type_name("HOST:GUEST[:ro|rw|cow]")
      ->take_all()
      ->allow_extra_args(false);
  command.add_option("--audit", audit_file, "Log what is run and used to this file; what cannot be logged is not run")
      ->type_name("FILE");
}

Result<PolicyFile> PolicyOptions::load() const {
  PolicyFile file;
  if (!policy_file.empty()) file = BELLJAR_TRY(read_policy_file(policy_file));
  Policy& policy = file.policy;
  BELLJAR_TRY(set_size(memory, "--memory", &policy.limits.memory));
  BELLJAR_TRY(set_duration(cpu, "--cpu", &policy.limits.cpu));
  BELLJAR_TRY(set_duration(wall, "--wall", &policy.limits.wall));
  BELLJAR_TRY(set_size(output, "--output", &policy.limits.output));
  BELLJAR_TRY(set_size(files, "--files", &policy.limits.files));
  for (const std::string& entry : environment) {
    const size_t equals = entry.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Error{ErrorCode::kInvalidArgument, "--env '" + entry + "' is no NAME=value", "write --env NAME=value"};
    }
    policy.environment.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  if (!image.empty()) file.image = image;
  BELLJAR_TRY(network.apply_to(&policy.network));
  for (const std::string& mount : mounts) policy.mounts.push_back(BELLJAR_TRY(parse_mount(mount)));
  if (!audit_file.empty()) file.audit_file = audit_file;
  if (!file.audit_file.empty()) {
    policy.audit = BELLJAR_TRY(AuditLog::open(file.audit_file, {.required = file.audit_is_required}));
  }
  return file;
}

Result<std::unique_ptr<Session>> open_session(Runtime& runtime, const PolicyFile& file, const SnapshotKey* key) {
  if (file.image.empty()) return runtime.open(file.policy);
  return runtime.resume(BELLJAR_TRY(runtime.load_file(file.image, key)), file.policy);
}

}  // namespace belljar::cli
