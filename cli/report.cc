#include "report.h"

#include <cstdio>
#include <cstring>

#include "base/json.h"

namespace belljar::cli {
namespace {

std::string milliseconds(uint64_t ns) {
  char text[32];
  std::snprintf(text, sizeof text, "%.3f", static_cast<double>(ns) / 1e6);
  return text;
}

// A bundle's JSON entry is JSON itself (the library has checked it), the others are strings.
std::string bundle(const std::vector<MimeEntry>& value) {
  if (value.empty()) return "null";
  std::string json = "{";
  for (const MimeEntry& entry : value) {
    if (json.size() > 1) json += ", ";
    json += quote_json(entry.type) + ": ";
    json += entry.type == "application/json" ? entry.data : quote_json(entry.data);
  }
  return json + "}";
}

std::string list_of_bundles(const std::vector<MimeBundle>& bundles) {
  std::string json = "[";
  for (const MimeBundle& entries : bundles) json += (json.size() > 1 ? ", " : "") + bundle(entries);
  return json + "]";
}

std::string error_object(const std::optional<RunError>& error) {
  if (!error) return "null";
  return "{\"type\": " + quote_json(error->type) + ", \"message\": " + quote_json(error->message) +
         ", \"traceback\": " + quote_json(error->traceback) + "}";
}

std::string dropped(uint64_t bytes, const char* what) {
  if (bytes == 0) return "";
  return "belljar: " + std::to_string(bytes) + " bytes of " + what + " over the limit were dropped (raise it with --output)\n";
}

std::string list_of_changes(const std::vector<FileChange>& changes) {
  static constexpr const char* kKinds[] = {"added", "modified", "deleted"};
  static constexpr const char* kTypes[] = {"file", "directory", "symlink", "other"};
  std::string json = "[";
  for (const FileChange& change : changes) {
    if (json.size() > 1) json += ", ";
    json += "{\"path\": " + quote_json(change.path) + ", \"kind\": \"" + kKinds[static_cast<size_t>(change.kind)];
    json += std::string("\", \"type\": \"") + kTypes[static_cast<size_t>(change.type)];
    json += "\", \"size\": " + std::to_string(change.size) + "}";
  }
  return json + "]";
}

}  // namespace

std::string to_json_line(const RunResult& r, const FileReport* files) {
  std::string json = "{\"status\": " + quote_json(to_string(r.status));
  json += std::string(", \"state\": ") + (r.rolled_back ? "\"rolled_back\"" : "\"kept\"");
  json += ", \"stdout\": " + quote_json(r.stdout_data) + ", \"stderr\": " + quote_json(r.stderr_data);
  json += ", \"stdout_dropped\": " + std::to_string(r.stdout_dropped);
  json += ", \"stderr_dropped\": " + std::to_string(r.stderr_dropped);
  json += ", \"value\": " + bundle(r.value) + ", \"value_dropped\": " + std::to_string(r.value_dropped);
  json += ", \"displays\": " + list_of_bundles(r.displays);
  json += ", \"error\": " + error_object(r.error);
  json += ", \"exit_code\": " + (r.status == RunStatus::kExit ? std::to_string(r.exit_code) : "null");
  json += ", \"usage\": {\"wall_ms\": " + milliseconds(r.usage.wall_ns) + ", \"cpu_ms\": " + milliseconds(r.usage.cpu_ns);
  json += ", \"memory_peak_bytes\": " + std::to_string(r.usage.memory_peak_bytes);
  json += ", \"output_bytes\": " + std::to_string(r.usage.output_bytes) + "}";
  if (files) json += ", \"changes\": " + list_of_changes(files->changes);
  if (files && files->diff) json += ", \"diff\": " + quote_json(*files->diff);
  return json + "}\n";
}

std::string displayed_text(const MimeBundle& shown) {
  for (const MimeEntry& entry : shown) {
    if (entry.type == "text/plain") return entry.data + "\n";
  }
  return "";
}

std::string dropped_in_words(const RunResult& r) {
  return dropped(r.stdout_dropped, "standard output") + dropped(r.stderr_dropped, "standard error");
}

std::string to_text(const RunResult& r) {
  std::string text = dropped_in_words(r);
  if (!r.error || r.status == RunStatus::kExit) return text;
  text += r.error->traceback;
  if (r.status == RunStatus::kException) return text;
  return text + "belljar: " + std::string(to_string(r.status)) + ": " + r.error->message + "\n";
}

int exit_code(const RunResult& r) {
  switch (r.status) {
    case RunStatus::kOk: return kExitOk;
    case RunStatus::kException: return kExitException;
    case RunStatus::kExit: return r.exit_code & 0xFF;
    case RunStatus::kTimeLimit: return kExitTimeLimit;
    case RunStatus::kMemoryLimit: return kExitMemoryLimit;
    case RunStatus::kTrap: return kExitTrap;
    case RunStatus::kCancelled: return kExitCancelled;
  }
  return kExitException;
}

int complain(const std::string& message, const std::string& hint) {
  std::fprintf(stderr, "belljar: %s%s%s\n", message.c_str(), hint.empty() ? "" : ": ", hint.c_str());
  return kExitUsage;
}

int complain(const Error& error) { return complain(error.message, error.hint); }

int complain_of_output(int error) {
  return complain(std::string("cannot write the output: ") + std::strerror(error), "is standard output closed?");
}

}  // namespace belljar::cli
