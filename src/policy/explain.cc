// Policies in words.

#include <algorithm>
#include <string>
#include <string_view>

#include "base/units.h"
#include "belljar/policy.h"

namespace belljar {
namespace {

std::string join(const std::vector<std::string>& words, std::string_view separator = ", ") {
  std::string text;
  for (const std::string& word : words) ((text += text.empty() ? "" : separator)) += word;
  return text;
}

std::string_view first_line(std::string_view text) { return text.substr(0, text.find('\n')); }

std::string mode_in_words(MountMode mode) {
  switch (mode) {
    case MountMode::kReadOnly: return "read-only";
    case MountMode::kReadWrite: return "read and write, changes are the host's at once";
    case MountMode::kCopyOnWrite: return "changes stay in the session";
  }
  return "";
}

std::string heading_of(const Tool& tool) {
  return (tool.is_async || tool.start ? "await " : "") + tool.name + (tool.signature.empty() ? "(...)" : tool.signature);
}

std::string secret_in_words(const Secret& secret) {
  std::string text = "secret://" + secret.name + " in requests to " + join(secret.hosts);
  if (!secret.headers.empty()) text += ", in the headers " + join(secret.headers);
  return text;
}

/// A list with a title before its first line.
class Table {
 public:
  void row(std::string title, const std::string& text) {
    title.resize(std::max<size_t>(title.size() + 1, 10), ' ');
    text_ += title + text + "\n";
  }
  void rows(const std::string& title, const std::vector<std::string>& texts, const std::string& none) {
    if (texts.empty()) row(title, none);
    for (size_t i = 0; i < texts.size(); i++) row(i == 0 ? title : "", texts[i]);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

std::string bullet(const std::string& text) { return "- " + text + "\n"; }

}  // namespace

std::string explain(const Policy& policy) {
  const Limits& limits = policy.limits;
  Table table;
  table.row("memory", format_size(limits.memory) + ", Python itself included");
  table.row("time", format_duration(limits.cpu) + " of CPU time and " + format_duration(limits.wall) + " in all, for each run; " +
                        format_duration(limits.grace) + " more to clean up");
  table.row("output", format_size(limits.output) + " of standard output and of standard error, each; the rest is dropped and counted");
  table.row("files", "/workspace and /tmp, in memory: " + format_size(limits.files) + ", " +
                         std::to_string(limits.file_entries) + " names");
  std::vector<std::string> lines;
  for (const Mount& mount : policy.mounts) lines.push_back(mount.guest + " is " + mount.host + " (" + mode_in_words(mount.mode) + ")");
  table.rows("mounts", lines, "none: no file of the host can be reached");
  lines = policy.network.allow;
  const NetworkLimits& network = policy.network.limits;
  if (!lines.empty()) {
    lines.push_back("at most " + std::to_string(network.requests) + " requests a run, answers of " +
                    format_size(network.response_bytes) + ", " + format_duration(network.request) + " each");
    if (!policy.network.proxy.empty()) lines.push_back("through the proxy " + policy.network.proxy);
    if (policy.network.handler) lines.push_back("answered by the program that runs belljar, not by the network");
  }
  table.rows("network", lines, "none");
  lines.clear();
  for (const Secret& secret : policy.network.secrets) lines.push_back(secret_in_words(secret));
  table.rows("secrets", lines, "none");
  table.row("modules", policy.modules ? "only " + join(*policy.modules) + ", for the program's own imports" : "all that are there");
  lines.clear();
  for (const Tool& tool : policy.tools) lines.push_back(heading_of(tool) + ": " + std::string(first_line(tool.doc)));
  table.rows("tools", lines, "none");
  lines.clear();
  for (const auto& [name, value] : policy.environment) lines.push_back(name);
  table.rows("variables", lines, "only HOME, LANG and PATH, the sandbox's own");
  table.row("audit", policy.audit ? "each use of these rights is logged" : "no log");
  return table.take();
}

std::string explain_to_model(const Policy& policy) {
  const Limits& limits = policy.limits;
  std::string text =
      "Your Python code runs in a sandbox: CPython 3.14 with its standard library, on a system that looks like Linux.\n";
  text += bullet("Each run may use " + format_duration(limits.cpu) + " of CPU time (" + format_duration(limits.wall) +
                 " in all) and " + format_size(limits.memory) + " of memory. Printed text beyond " +
                 format_size(limits.output) + " is lost: print summaries.");
  text += bullet("There are no threads, processes or shell commands: use plain Python, or asyncio for calls that wait. Nothing "
                 "can be installed: use the modules that are there.");
  if (policy.modules) {
    text += bullet("Import only these modules: " + (policy.modules->empty() ? "none at all" : join(*policy.modules)) + ".");
  }
  text += bullet("Files: the working directory is /workspace; it and /tmp are writable, " + format_size(limits.files) +
                 " in all, and empty at first.");
  for (const Mount& mount : policy.mounts) {
    text += bullet(mount.guest + " holds files that you are given: " +
                   (mount.mode == MountMode::kReadOnly ? "read them; they cannot be changed." : "you may read and change them."));
  }
  if (policy.network.allow.empty()) {
    text += bullet("There is no network: work with the files and data that you were given.");
  } else {
    text += bullet("HTTP works with urllib.request, http.client, and requests or httpx where they are installed, for these "
                   "requests only: " + join(policy.network.allow, "; ") + ". Other addresses, sockets and WebSockets are refused.");
  }
  for (const Secret& secret : policy.network.secrets) {
    text += bullet("Where a request to " + join(secret.hosts) + " needs the key " + secret.name + ", put the text secret://" +
                   secret.name + " into the header in its place. Its value is filled in outside, and cannot be read.");
  }
  if (!policy.tools.empty()) text += bullet("These functions are there without an import; call them like any function:");
  for (const Tool& tool : policy.tools) {
    text += "  " + bullet(heading_of(tool) + (tool.doc.empty() ? "" : ": " + std::string(first_line(tool.doc))));
  }
  return text;
}

}  // namespace belljar
