#include "attacks/table.h"

#include <toml++/toml.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "base/units.h"

namespace belljar::attacks {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::runtime_error(what); }

// A table whose keys must all be asked for: a misspelt one would silently change what a case means.
class Keys {
 public:
  Keys(const toml::table& table, std::string name) : table_(table), name_(std::move(name)) {}

  template <typename T>
  std::optional<T> get(const char* key) {
    const toml::node* node = find(key);
    if (!node) return std::nullopt;
    const std::optional<T> value = node->value<T>();
    if (!value) fail(name_ + ": '" + key + "' has another type than it should");
    return *value;
  }

  template <typename T>
  T need(const char* key) {
    const std::optional<T> value = get<T>(key);
    if (!value) fail(name_ + ": '" + key + "' is missing");
    return *value;
  }

  std::vector<std::string> strings(const char* key) {
    const toml::node* node = find(key);
    if (!node || !node->is_array() || node->as_array()->empty()) fail(name_ + ": '" + key + "' must be a list of strings");
    std::vector<std::string> all;
    for (const toml::node& item : *node->as_array()) {
      if (!item.is_string()) fail(name_ + ": '" + key + "' must be a list of strings");
      all.push_back(item.as_string()->get());
    }
    return all;
  }

  std::vector<std::pair<std::string, std::string>> pairs(const char* key) {
    std::vector<std::pair<std::string, std::string>> all;
    const toml::node* node = find(key);
    if (!node) return all;
    if (!node->is_table()) fail(name_ + ": '" + key + "' must be a table of strings");
    for (const auto& [name, value] : *node->as_table()) {
      if (!value.is_string()) fail(name_ + ": '" + key + "' must be a table of strings");
      all.emplace_back(std::string(name.str()), value.as_string()->get());
    }
    return all;
  }

  std::vector<toml::table> tables(const char* key) {
    const toml::node* node = find(key);
    if (!node || !node->is_array_of_tables()) fail(name_ + ": '" + key + "' must be a list of tables");
    std::vector<toml::table> all;
    for (const toml::node& item : *node->as_array()) all.push_back(*item.as_table());
    return all;
  }

  void expect_no_others() const {
    for (const auto& [key, value] : table_) {
      if (!asked_.count(std::string(key.str()))) fail(name_ + ": unknown key '" + std::string(key.str()) + "'");
    }
  }

 private:
  const toml::node* find(const char* key) {
    asked_.insert(key);
    return table_.get(key);
  }

  const toml::table& table_;
  std::string name_;
  std::set<std::string> asked_;
};

RunStatus status_named(const std::string& name) {
  for (uint8_t i = 0; i <= static_cast<uint8_t>(RunStatus::kCancelled); i++) {
    if (to_string(static_cast<RunStatus>(i)) == name) return static_cast<RunStatus>(i);
  }
  fail("there is no status '" + name + "'");
}

uint64_t size_of(const std::string& text) {
  const std::optional<uint64_t> size = parse_size(text);
  if (!size) fail("'" + text + "' is no size");
  return *size;
}

std::optional<std::regex> pattern(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  return std::regex(*text, std::regex::ECMAScript | std::regex::multiline);
}

void read_limits(Keys& keys, Limits* limits) {
  if (const auto size = keys.get<std::string>("memory")) limits->memory = size_of(*size);
  if (const auto size = keys.get<std::string>("files")) limits->files = size_of(*size);
  if (const auto size = keys.get<std::string>("output")) limits->output = size_of(*size);
  const auto nanoseconds = [](double seconds) { return std::chrono::nanoseconds(static_cast<int64_t>(seconds * 1e9)); };
  if (const auto seconds = keys.get<double>("cpu")) limits->cpu = nanoseconds(*seconds);
  if (const auto seconds = keys.get<double>("wall")) limits->wall = nanoseconds(*seconds);
}

std::string prelude(const std::filesystem::path& folder, const std::string& name) {
  std::ifstream file(folder / "preludes" / (name + ".py"));
  std::ostringstream text;
  if (!(text << file.rdbuf())) fail("there is no prelude '" + name + "'");
  return text.str();
}

Case read_case(const toml::table& table, const std::filesystem::path& folder) {
  Keys keys(table, "case");
  Case c;
  c.id = keys.need<std::string>("id");
  keys.get<std::string>("source");
  if (table.contains("prelude")) {
    for (const std::string& name : keys.strings("prelude")) c.cells.push_back(prelude(folder, name));
    c.preludes = c.cells.size();
  }
  const std::vector<std::string> cells = keys.strings("cells");
  c.cells.insert(c.cells.end(), cells.begin(), cells.end());
  for (const std::string& name : keys.strings("status")) c.statuses.push_back(status_named(name));
  c.error = pattern(keys.get<std::string>("error"));
  c.stdout_data = pattern(keys.get<std::string>("stdout"));
  c.value = pattern(keys.get<std::string>("value"));
  if (const auto code = keys.get<int64_t>("exit_code")) c.exit_code = static_cast<int32_t>(*code);
  if (const auto next = keys.get<std::string>("next")) {
    if (*next != "fails" && *next != "any") fail(c.id + ": 'next' can be \"fails\" or \"any\"");
    c.next = *next == "any" ? Next::kAny : Next::kFails;
  }
  read_limits(keys, &c.policy.limits);
  c.policy.environment = keys.pairs("env");
  if (table.contains("allow_net")) c.policy.network.allow = keys.strings("allow_net");
  c.stdin_data = keys.get<std::string>("stdin").value_or("");
  keys.expect_no_others();
  return c;
}

Table read(const std::string& path) {
  const toml::table file = toml::parse_file(path);
  Keys keys(file, "the table");
  Table table;
  table.family = keys.need<std::string>("family");
  table.about = keys.need<std::string>("about");
  const std::vector<toml::table> cases = keys.tables("case");
  std::set<std::string> ids;
  for (const toml::table& entry : cases) {
    Case c = read_case(entry, std::filesystem::path(path).parent_path());
    if (c.id.rfind(table.family + "-", 0) != 0) fail(c.id + ": the id must begin with the family");
    if (!ids.insert(c.id).second) fail(c.id + ": two cases have this id");
    table.cases.push_back(std::move(c));
  }
  keys.expect_no_others();
  return table;
}

}  // namespace

Table read_table(const std::string& path) {
  try {
    return read(path);
  } catch (const toml::parse_error& error) {
    fail(path + ":" + std::to_string(error.source().begin.line) + ": " + std::string(error.description()));
  } catch (const std::exception& error) {
    fail(path + ": " + error.what());
  }
}

}  // namespace belljar::attacks
