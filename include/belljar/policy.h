// What a session may use. Every limit is on by default.
#ifndef BELLJAR_POLICY_H_
#define BELLJAR_POLICY_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "belljar/export.h"
#include "belljar/grants.h"
#include "belljar/result.h"
#include "belljar/tool.h"

namespace belljar {

struct Limits {
  /// Whole linear memory in bytes, the base image included; rounded down to 64 KiB. At the limit the guest gets
  /// MemoryError. At least the image's size (`belljar doctor` shows it), at most 4 GiB.
  uint64_t memory = uint64_t{256} << 20;

  /// Per run. CPU time is that of the thread that runs the guest; wall time includes everything. At a limit the guest
  /// gets KeyboardInterrupt and, if it is still running `grace` later, is stopped and its session rolled back.
  std::chrono::nanoseconds cpu = std::chrono::seconds(10);
  std::chrono::nanoseconds wall = std::chrono::seconds(30);
  /// Long enough for `finally` blocks, short beside any limit people set.
  std::chrono::nanoseconds grace = std::chrono::milliseconds(200);

  /// Bytes kept per run, separately for standard output, standard error and the value. What exceeds them is dropped and
  /// counted, and the run goes on. 0 drops everything; at most 64 GiB, of which a value may be 16 MiB.
  uint64_t output = uint64_t{1} << 20;
  uint64_t value = uint64_t{1} << 20;

  /// The in-memory file tree: bytes of content and metadata, and number of files, directories and links. At the limit
  /// the guest gets OSError(ENOSPC). At most 64 GiB.
  uint64_t files = uint64_t{64} << 20;
  uint32_t file_entries = 10'000;

  /// Calls of tools in one run, and the encoded bytes of one call's arguments or result (at most 1 GiB; about the size
  /// of the same data as JSON). At either limit the guest gets an exception that names it.
  uint32_t tool_calls = 10'000;
  uint64_t tool_bytes = uint64_t{1} << 20;
};

/// When the state before a cell is saved, so that a hard stop or a trap can return to it.
enum class CheckpointMode : uint8_t {
  kEachCell,  ///< before every cell. The default: a session never loses more than the cell that failed
  kManual,    ///< never: a hard stop or a trap returns to the base image. Saves a few microseconds a cell
};

class AuditLog;

struct Policy {
  Limits limits;
  CheckpointMode checkpoint = CheckpointMode::kEachCell;

  /// sys.argv of the guest; {""} when empty.
  std::vector<std::string> arguments;
  /// Entries for os.environ, beside the fixed HOME, LANG and PATH of the guest. Nothing of the host's environment
  /// goes in by itself.
  std::vector<std::pair<std::string, std::string>> environment;
  /// Files put under the guest's working directory, /workspace, before the first run: name (no '/') and content.
  std::vector<std::pair<std::string, std::string>> workspace;

  /// What the guest may call, by name and, with `call_tool(name, data)`, with one argument. No two have the same name.
  std::vector<Tool> tools;

  /// Folders and files of the host. Where one lies below another the inner one counts.
  std::vector<Mount> mounts;

  Network network;

  /// The top-level modules that the guest's own code may import; those may import what they like. Unset: all. A guard
  /// rail that tells a program what it should not use, not a part of the wall.
  std::optional<std::vector<std::string>> modules;

  /// Gets an event for each use of a capability (audit.h). Null: none.
  std::shared_ptr<AuditLog> audit;

  /// Adds a plain tool; for more, fill in a Tool.
  Policy& tool(std::string name, std::string signature, std::string doc, ToolFunction function) {
    Tool& added = tools.emplace_back();
    added.name = std::move(name);
    added.signature = std::move(signature);
    added.doc = std::move(doc);
    added.function = std::move(function);
    return *this;
  }

  /// Answers the guest's HTTP requests itself: all of them, where `network.allow` is empty.
  Policy& http(HttpHandler handler) {
    if (network.allow.empty()) network.allow = {"* *"};
    network.handler = std::move(handler);
    return *this;
  }
};

// ---- policies as text ----------------------------------------------------------------------------------------

/// What a policy file says: docs/formats/policy.md.
struct PolicyFile {
  Policy policy;
  std::string image;              ///< the image to begin with; empty: base
  std::string audit_file;         ///< for AuditLog::open, whose result is Policy::audit
  bool audit_is_required = true;  ///< AuditOptions::required
};

struct PolicyFileOptions {
  /// What relative paths in the file are relative to. Empty: the working directory.
  std::string directory;

  /// Gives a secret's value, which does not stand in the file: `source` is "env:NAME" or "file:PATH". Unset: a file that
  /// has secrets is refused.
  std::function<Result<std::string>(std::string_view source)> read_secret;
};

/// Reads TOML. kInvalidArgument names the line: wrong syntax, unknown keys, values out of range.
BELLJAR_EXPORT Result<PolicyFile> parse_policy(std::string_view toml, const PolicyFileOptions& options = {});

/// What `policy` allows, for a person: some lines of plain text. No secret's value.
BELLJAR_EXPORT std::string explain(const Policy& policy);

/// The same for a language model that writes code to be run under it, ready to be put into its instructions.
BELLJAR_EXPORT std::string explain_to_model(const Policy& policy);

}  // namespace belljar

#endif  // BELLJAR_POLICY_H_
