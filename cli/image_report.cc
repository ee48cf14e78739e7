#include "image_report.h"

#include <algorithm>
#include <vector>

#include "terminal_text.h"

namespace belljar::cli {
namespace {

constexpr size_t kMostShown = 20;
constexpr size_t kWidest = 40;

// For a column: nothing that changes its width.
std::string text(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  std::string shown = found && found->as_string() ? without_hidden(*found->as_string()) : "";
  std::replace(shown.begin(), shown.end(), '\n', ' ');
  return shown;
}

const Value::List& list(const Value& value, std::string_view key) {
  static const Value::List kNone;
  const Value* found = value.find(key);
  return found && found->as_list() ? *found->as_list() : kNone;
}

using Row = std::vector<std::string>;

std::string table(const std::vector<Row>& rows) {
  std::vector<size_t> widths;
  for (const Row& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); i++) widths[i] = std::max(widths[i], std::min(row[i].size(), kWidest));
  }
  std::string out;
  for (const Row& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); i++) {
      line += row[i];
      if (i + 1 < row.size()) line += std::string(widths[i] > row[i].size() ? widths[i] - row[i].size() : 0, ' ') + "  ";
    }
    out += line + "\n";
  }
  return out;
}

std::string more(size_t all, const char* what) {
  return all > kMostShown ? "  and " + std::to_string(all - kMostShown) + " more " + what + " (--json shows all)\n" : "";
}

}  // namespace

std::string joined(const Value& value, std::string_view key) {
  std::string out;
  for (const Value& each : list(value, key)) {
    if (each.as_string()) out += (out.empty() ? "" : ", ") + without_hidden(*each.as_string());
  }
  return out;
}

std::string package_table(const Value& lock) {
  std::vector<Row> rows{{"PACKAGE", "VERSION", "LICENSE", "FROM", "SHA256", ""}};
  for (const Value& package : list(lock, "packages")) {
    const Value* requested = package.find("requested");
    const bool is_requested = requested && requested->as_bool() && *requested->as_bool();
    rows.push_back({text(package, "name"), text(package, "version"), text(package, "license"), text(package, "source"),
                    text(package, "sha256").substr(0, 16), is_requested ? "" : "dependency"});
  }
  return rows.size() > 1 ? table(rows) : "";
}

std::string finding_table(const Value& report) {
  std::string out;
  const Value::List &vulnerabilities = list(report, "vulnerabilities"), &findings = list(report, "findings");
  std::vector<Row> rows;
  for (const Value& each : vulnerabilities) {
    if (rows.size() == kMostShown) break;
    rows.push_back({"  " + text(each, "package") + " " + text(each, "version"), text(each, "id"), text(each, "summary")});
  }
  if (!rows.empty()) out += "known vulnerabilities:\n" + table(rows) + more(vulnerabilities.size(), "vulnerabilities");
  rows.clear();
  for (const Value& each : findings) {
    if (rows.size() == kMostShown) break;
    const Value* line = each.find("line");
    rows.push_back({"  " + text(each, "file") + ":" + std::to_string(line && line->as_int() ? *line->as_int() : 0),
                    text(each, "what")});
  }
  if (!rows.empty()) out += "worth a look (scan):\n" + table(rows) + more(findings.size(), "findings");
  return out;
}

}  // namespace belljar::cli
