#include "policy.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "base/units.h"
#include "belljar/audit.h"
#include "belljar/policy.h"
#include "tools.h"

namespace belljar::python {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

Error unknown(const std::string& name) {
  return {ErrorCode::kInvalidArgument, "'" + name + "' is no limit that belljar knows", "see belljar.Policy"};
}

/// One of these is set: it says how the value is to be read.
template <typename Owner>
struct Field {
  std::string_view name;
  uint64_t Owner::* bytes = nullptr;
  uint32_t Owner::* count = nullptr;
  std::chrono::nanoseconds Owner::* time = nullptr;
};

constexpr Field<Limits> kLimits[] = {
    {.name = "memory", .bytes = &Limits::memory},
    {.name = "cpu", .time = &Limits::cpu},
    {.name = "wall", .time = &Limits::wall},
    {.name = "grace", .time = &Limits::grace},
    {.name = "output", .bytes = &Limits::output},
    {.name = "value", .bytes = &Limits::value},
    {.name = "files", .bytes = &Limits::files},
    {.name = "file_entries", .count = &Limits::file_entries},
    {.name = "tool_calls", .count = &Limits::tool_calls},
    {.name = "tool_bytes", .bytes = &Limits::tool_bytes},
};

constexpr Field<NetworkLimits> kNetworkLimits[] = {
    {.name = "requests", .count = &NetworkLimits::requests},
    {.name = "concurrent", .count = &NetworkLimits::concurrent},
    {.name = "request_bytes", .bytes = &NetworkLimits::request_bytes},
    {.name = "response_bytes", .bytes = &NetworkLimits::response_bytes},
    {.name = "total_bytes", .bytes = &NetworkLimits::total_bytes},
    {.name = "header_count", .count = &NetworkLimits::header_count},
    {.name = "header_bytes", .bytes = &NetworkLimits::header_bytes},
    {.name = "connect", .time = &NetworkLimits::connect},
    {.name = "request", .time = &NetworkLimits::request},
};

// `value` is bytes, a number, or nanoseconds, as belljar/_policy.py has checked; what the number may be the core checks.
template <typename Owner, typename Fields>
void set_limit(Owner& owner, const Fields& fields, const std::string& name, uint64_t value) {
  for (const auto& field : fields) {
    if (field.name != name) continue;
    if (field.bytes) owner.*field.bytes = value;
    if (field.count && value > UINT32_MAX) {
      raise({ErrorCode::kInvalidArgument, name + "=" + std::to_string(value) + " is too large", "4294967295 is the most"});
    }
    if (field.count) owner.*field.count = static_cast<uint32_t>(value);
    if (field.time) owner.*field.time = std::chrono::nanoseconds(value);
    return;
  }
  raise(unknown(name));
}

/// "bytes", "count" or "time": how the value of a limit is to be read.
template <typename Fields>
const char* kind_of(const Fields& fields, const std::string& name) {
  for (const auto& field : fields) {
    if (field.name == name) return field.bytes ? "bytes" : field.count ? "count" : "time";
  }
  return nullptr;
}

MountMode mode_of(std::string_view mode) {
  if (mode == "ro") return MountMode::kReadOnly;
  if (mode == "rw") return MountMode::kReadWrite;
  if (mode == "cow") return MountMode::kCopyOnWrite;
  raise({ErrorCode::kInvalidArgument, "'" + std::string(mode) + "' is no way to mount", "use ro, rw or cow"});
}

// Text of a policy file, with what in it is not the core's business.
PolicyFile parse(std::string_view toml, const std::string& directory, nb::object read_secret) {
  PolicyFileOptions options;
  options.directory = directory;
  if (!read_secret.is_none()) {
    options.read_secret = [&](std::string_view source) -> Result<std::string> {
      return std::string(text_of(call_with(read_secret, to_str(source)), "a secret"));
    };
  }
  return take(parse_policy(toml, options));
}

void bind_audit(nb::module_& module) {
  nb::class_<AuditLog>(module, "AuditLog")
      .def_static("open", [](const nb::bytes& path, bool required) {
        return take([&, name = std::string(path.c_str(), path.size())] {
          const Released released;
          return AuditLog::open(name, {.required = required});
        }());
      }, nb::arg("path"), nb::arg("required"))
      .def("lost", &AuditLog::lost);
  module.def("verify_audit_log", [](const std::string& path) {
    const AuditSummary summary = take([&] {
      const Released released;
      return AuditLog::verify(path);
    }());
    return nb::make_tuple(summary.events, summary.lost, summary.torn, summary.last_hash);
  });
}

}  // namespace

void bind_policy(nb::module_& module) {
  module.def("parse_size", &parse_size);
  module.def("parse_duration_ns", [](std::string_view text) -> std::optional<int64_t> {
    const auto duration = parse_duration(text);
    return duration ? std::optional<int64_t>(duration->count()) : std::nullopt;
  });
  module.def("limit_kind", [](const std::string& name) { return kind_of(kLimits, name); });
  module.def("network_limit_kind", [](const std::string& name) { return kind_of(kNetworkLimits, name); });
  nb::class_<Policy>(module, "Policy")
      .def(nb::init<>())
      .def("set_limit", [](Policy& p, const std::string& name, uint64_t value) { set_limit(p.limits, kLimits, name, value); })
      .def("set_network_limit", [](Policy& p, const std::string& name, uint64_t value) {
        set_limit(p.network.limits, kNetworkLimits, name, value);
      })
      .def("set_checkpoints", [](Policy& p, bool each_cell) {
        p.checkpoint = each_cell ? CheckpointMode::kEachCell : CheckpointMode::kManual;
      })
      .def("set_arguments", [](Policy& p, std::vector<std::string> arguments) { p.arguments = std::move(arguments); })
      .def("add_environment", [](Policy& p, Pairs entries) {
        for (auto& entry : entries) p.environment.push_back(std::move(entry));
      })
      .def("add_file", [](Policy& p, std::string name, nb::bytes content) {
        p.workspace.emplace_back(std::move(name), std::string(content.c_str(), content.size()));
      })
      .def("add_tool", [](Policy& p, nb::handle prepared) { p.tools.push_back(make_tool(prepared)); })
      .def("add_mount", [](Policy& p, const nb::bytes& host, std::string guest, std::string_view mode) {
        p.mounts.push_back({.host = std::string(host.c_str(), host.size()), .guest = std::move(guest), .mode = mode_of(mode)});
      })
      .def("allow_net", [](Policy& p, std::vector<std::string> rules) {
        for (auto& rule : rules) p.network.allow.push_back(std::move(rule));
      })
      .def("add_secret", [](Policy& p, std::string name, std::string value, std::vector<std::string> hosts,
                            std::vector<std::string> headers) {
        p.network.secrets.push_back({std::move(name), std::move(value), std::move(hosts), std::move(headers)});
      })
      .def("set_proxy", [](Policy& p, std::string proxy) { p.network.proxy = std::move(proxy); })
      .def("set_ca_file", [](Policy& p, std::string path) { p.network.ca_file = std::move(path); })
      .def("set_http", [](Policy& p, nb::handle function) { p.http(make_http_handler(function)); })
      .def("set_modules", [](Policy& p, std::vector<std::string> names) { p.modules = std::move(names); })
      .def("set_audit", [](Policy& p, std::shared_ptr<AuditLog> log) { p.audit = std::move(log); })
      .def("explain", [](const Policy& p) { return to_str(explain(p)); })
      .def("explain_to_model", [](const Policy& p) { return to_str(explain_to_model(p)); });
  module.def("parse_policy", [](std::string_view toml, const std::string& directory, nb::object read_secret) {
    PolicyFile file = parse(toml, directory, std::move(read_secret));
    return nb::make_tuple(std::move(file.policy), file.image, file.audit_file, file.audit_is_required);
  }, nb::arg("toml"), nb::arg("directory"), nb::arg("read_secret").none());
  bind_audit(module);
}

}  // namespace belljar::python
