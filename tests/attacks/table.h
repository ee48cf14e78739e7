// The attack tables (*.toml) as data; the format is in README.md beside this file.
#ifndef BELLJAR_TESTS_ATTACKS_TABLE_H_
#define BELLJAR_TESTS_ATTACKS_TABLE_H_

#include <optional>
#include <regex>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/run_result.h"

namespace belljar::attacks {

// What the session's next cell must come to: by Python's own rules it may be unable to work (builtins cleared), and in an
// interpreter whose memory was overwritten anything may happen, reported with a status.
enum class Next { kWorks, kFails, kAny };

struct Case {
  std::string id;
  std::vector<std::string> cells;
  size_t preludes = 0;  // so many of `cells` are files of preludes/, which must succeed
  Policy policy;
  std::string stdin_data;

  // What is right for the last of `cells`.
  std::vector<RunStatus> statuses;
  std::optional<std::regex> error;        // the whole of error.type
  std::optional<std::regex> stdout_data;  // somewhere in the output
  std::optional<std::regex> value;        // somewhere in its text/plain form
  std::optional<int32_t> exit_code;
  Next next = Next::kWorks;
};

struct Table {
  std::string family;
  std::string about;
  std::vector<Case> cases;
};

/// Throws std::runtime_error with the file's name and what is wrong in it.
Table read_table(const std::string& path);

}  // namespace belljar::attacks

#endif  // BELLJAR_TESTS_ATTACKS_TABLE_H_
