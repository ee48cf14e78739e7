// Policies as TOML: docs/formats/policy.md.

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "base/units.h"
#include "belljar/policy.h"

namespace belljar {
namespace {

Error invalid(std::string message, std::string hint = "") {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

std::string at_line(const toml::source_region& source) { return "line " + std::to_string(source.begin.line) + ": "; }

/// One table of the file. Remembers the first thing that is wrong; what was not asked for is unknown.
class Section {
 public:
  Section(const toml::table& table, std::string name) : table_(table), prefix_(name.empty() ? "" : name + ".") {}

  void text(const char* key, std::string* out) {
    if (const toml::node* node = take(key, "a string", &toml::node::is_string)) *out = **node->as_string();
  }

  void flag(const char* key, bool* out) {
    if (const toml::node* node = take(key, "true or false", &toml::node::is_boolean)) *out = **node->as_boolean();
  }

  void texts(const char* key, std::vector<std::string>* out) {
    const toml::node* node = take(key, "a list of strings", &toml::node::is_array);
    if (!node) return;
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_string()) return fail(item, key, "must be a list of strings");
      out->push_back(**item.as_string());
    }
  }

  /// A whole number, or a text such as "256M".
  void size(const char* key, uint64_t* out) {
    const toml::node* node = find(key);
    if (!node) return;
    std::optional<uint64_t> value;
    if (node->is_string()) value = parse_size(**node->as_string());
    if (node->is_integer() && **node->as_integer() >= 0) value = static_cast<uint64_t>(**node->as_integer());
    if (!value) return fail(*node, key, "must be a size: bytes, or a text such as \"256M\"");
    *out = *value;
  }

  void count(const char* key, uint32_t* out) {
    const toml::node* node = find(key);
    if (!node) return;
    const int64_t value = node->is_integer() ? **node->as_integer() : -1;
    if (value < 0 || value > std::numeric_limits<uint32_t>::max()) return fail(*node, key, "must be a number from 0 on");
    *out = static_cast<uint32_t>(value);
  }

  /// A number of seconds, or a text such as "250ms".
  void duration(const char* key, std::chrono::nanoseconds* out) {
    const toml::node* node = find(key);
    if (!node) return;
    std::optional<std::chrono::nanoseconds> value;
    if (node->is_string()) value = parse_duration(**node->as_string());
    const double seconds = node->is_integer() ? static_cast<double>(**node->as_integer())
                           : node->is_floating_point() ? **node->as_floating_point() : 0;
    if (seconds > 0 && seconds < 3e8) value = std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9));
    if (!value) return fail(*node, key, "must be a duration above zero: seconds, or a text such as \"250ms\"");
    *out = *value;
  }

  /// One of these words; its position.
  void choice(const char* key, std::initializer_list<const char*> words, size_t* out) {
    std::string word;
    const toml::node* node = table_.get(key);
    text(key, &word);
    if (!node || !node->is_string()) return;
    const auto at = std::find(words.begin(), words.end(), word);
    if (at != words.end()) {
      *out = static_cast<size_t>(at - words.begin());
      return;
    }
    std::string known;
    for (const char* known_word : words) known += (known.empty() ? "\"" : ", \"") + std::string(known_word) + "\"";
    fail(*node, key, "must be one of " + known);
  }

  /// Names with texts: an environment.
  void pairs(const char* key, std::vector<std::pair<std::string, std::string>>* out) {
    const toml::node* node = take(key, "a table", &toml::node::is_table);
    if (!node) return;
    for (const auto& [name, value] : *node->as_table()) {
      if (!value.is_string()) return fail(value, key + ("." + std::string(name.str())), "must be a string");
      out->emplace_back(std::string(name.str()), **value.as_string());
    }
  }

  template <typename Read>
  void section(const char* key, Read read) {
    const toml::node* node = take(key, "a table", &toml::node::is_table);
    if (node) run(*node->as_table(), key, read);
  }

  template <typename Read>
  void sections(const char* key, Read read) {
    const toml::node* node = take(key, "a list of tables ([[...]])", &toml::node::is_array);
    if (!node) return;
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_table()) return fail(item, key, "must be a list of tables ([[...]])");
      run(*item.as_table(), key, read);
    }
  }

  bool has(const char* key) const { return table_.contains(key); }

  void require(const char* key) {
    if (!has(key)) error_at(table_.source(), "'" + prefix_ + key + "' is missing");
  }

  void error_at(const toml::source_region& source, std::string message, std::string hint = "") {
    if (!error_) error_ = invalid(at_line(source) + std::move(message), std::move(hint));
  }
  void set_error(Error error) {
    error.message = at_line(table_.source()) + error.message;
    if (!error_) error_ = std::move(error);
  }

  /// After everything that may be there has been asked for.
  std::optional<Error> finish() {
    for (const auto& [name, value] : table_) {
      const std::string key(name.str());
      if (known_.count(key)) continue;
      std::string known;
      for (const std::string& item : known_) known += (known.empty() ? "" : ", ") + item;
      error_at(name.source(), "unknown key '" + prefix_ + key + "'", "known here are: " + known);
    }
    return error_;
  }

 private:
  const toml::node* find(const char* key) {
    known_.insert(key);
    return error_ ? nullptr : table_.get(key);
  }

  const toml::node* take(const char* key, const char* what, bool (toml::node::*is_right)() const noexcept) {
    const toml::node* node = find(key);
    if (!node || (node->*is_right)()) return node;
    fail(*node, key, std::string("must be ") + what);
    return nullptr;
  }

  void fail(const toml::node& node, const std::string& key, const std::string& what) {
    error_at(node.source(), "'" + prefix_ + key + "' " + what);
  }

  template <typename Read>
  void run(const toml::table& table, const char* key, Read read) {
    Section section(table, prefix_ + key);
    read(section);
    if (std::optional<Error> error = section.finish(); error && !error_) error_ = std::move(error);
  }

  const toml::table& table_;
  const std::string prefix_;
  std::set<std::string> known_;
  std::optional<Error> error_;
};

std::string resolve(const std::string& path, const std::string& directory) {
  return path.empty() || path[0] == '/' || directory.empty() ? path : directory + "/" + path;
}

void read_limits(Section& in, Limits* limits) {
  in.size("memory", &limits->memory);
  in.duration("cpu", &limits->cpu);
  in.duration("wall", &limits->wall);
  in.duration("grace", &limits->grace);
  in.size("output", &limits->output);
  in.size("value", &limits->value);
  in.size("files", &limits->files);
  in.count("file_entries", &limits->file_entries);
  in.count("tool_calls", &limits->tool_calls);
  in.size("tool_bytes", &limits->tool_bytes);
}

void read_mount(Section& in, const PolicyFileOptions& options, std::vector<Mount>* mounts) {
  Mount mount;
  size_t mode = 0;
  in.require("host");
  in.require("guest");
  in.text("host", &mount.host);
  in.text("guest", &mount.guest);
  in.choice("mode", {"ro", "rw", "cow"}, &mode);
  in.size("max_bytes", &mount.max_bytes);
  in.count("max_entries", &mount.max_entries);
  mount.host = resolve(mount.host, options.directory);
  mount.mode = static_cast<MountMode>(mode);
  mounts->push_back(std::move(mount));
}

void read_secret(Section& in, const PolicyFileOptions& options, std::vector<Secret>* secrets) {
  Secret secret;
  std::string from;
  for (const char* key : {"name", "from", "hosts"}) in.require(key);
  in.text("name", &secret.name);
  in.text("from", &from);
  in.texts("hosts", &secret.hosts);
  in.texts("headers", &secret.headers);
  if (from.empty()) return;
  if (!options.read_secret) {
    return in.set_error(invalid("secrets are not read here", "set PolicyFileOptions::read_secret"));
  }
  if (from.starts_with("file:")) from = "file:" + resolve(from.substr(5), options.directory);
  Result<std::string> value = options.read_secret(from);
  if (!value) return in.set_error(std::move(value).error());
  secret.value = std::move(value).value();
  secrets->push_back(std::move(secret));
}

void read_network_limits(Section& in, NetworkLimits* limits) {
  in.count("requests", &limits->requests);
  in.count("concurrent", &limits->concurrent);
  in.size("request_bytes", &limits->request_bytes);
  in.size("response_bytes", &limits->response_bytes);
  in.size("total_bytes", &limits->total_bytes);
  in.count("header_count", &limits->header_count);
  in.size("header_bytes", &limits->header_bytes);
  in.duration("connect", &limits->connect);
  in.duration("request", &limits->request);
}

void read_network(Section& in, const PolicyFileOptions& options, Network* network) {
  in.texts("allow", &network->allow);
  in.text("proxy", &network->proxy);
  in.text("ca_file", &network->ca_file);
  network->ca_file = resolve(network->ca_file, options.directory);
  in.section("limits", [&](Section& limits) { read_network_limits(limits, &network->limits); });
}

void read_all(Section& in, const PolicyFileOptions& options, PolicyFile* file) {
  Policy& policy = file->policy;
  size_t checkpoint = 0;
  in.text("image", &file->image);
  file->image = resolve(file->image, options.directory);
  in.choice("checkpoint", {"each-cell", "manual"}, &checkpoint);
  policy.checkpoint = static_cast<CheckpointMode>(checkpoint);
  in.texts("arguments", &policy.arguments);
  in.pairs("environment", &policy.environment);
  if (in.has("modules")) policy.modules.emplace();
  in.texts("modules", policy.modules ? &*policy.modules : nullptr);
  in.section("limits", [&](Section& limits) { read_limits(limits, &policy.limits); });
  in.sections("mounts", [&](Section& mount) { read_mount(mount, options, &policy.mounts); });
  in.section("network", [&](Section& network) { read_network(network, options, &policy.network); });
  in.sections("secrets", [&](Section& secret) { read_secret(secret, options, &policy.network.secrets); });
  in.section("audit", [&](Section& audit) {
    audit.require("file");
    audit.text("file", &file->audit_file);
    audit.flag("required", &file->audit_is_required);
    file->audit_file = resolve(file->audit_file, options.directory);
  });
}

}  // namespace

Result<PolicyFile> parse_policy(std::string_view text, const PolicyFileOptions& options) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    return invalid(at_line(parsed.error().source()) + std::string(parsed.error().description()), "a policy file is TOML");
  }
  PolicyFile file;
  Section whole(parsed.table(), "");
  read_all(whole, options, &file);
  if (std::optional<Error> error = whole.finish()) return *std::move(error);
  return file;
}

}  // namespace belljar
