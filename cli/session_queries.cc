#include "session_queries.h"

#include "base/json.h"
#include "cancel_after.h"
#include "terminal_text.h"

namespace belljar::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWhileTyping{250};
// Of an answer that does not come in time, Enter and `?name` would make something wrong.
constexpr milliseconds kWhenAsked{1000};

constexpr size_t kMaxCandidates = 1000;
constexpr size_t kMaxCandidateBytes = 200;
constexpr size_t kMaxIndentation = 200;

// A candidate ends up in what the person runs next: one line, and nothing in it that does not show.
bool is_presentable(const std::string& candidate) {
  return !candidate.empty() && candidate.size() <= kMaxCandidateBytes &&
         candidate.find_first_of("\n\t") == std::string::npos && terminal_text(candidate) == candidate;
}

}  // namespace

std::optional<std::vector<std::string>> SessionQueries::ask(const char* function, std::string_view argument,
                                                            milliseconds time) {
  RunOptions options;
  options.filename = "<prompt>";
  options.on_output = [](Stream, std::string_view) {};
  // A JSON string is a Python string.
  const std::string source =
      std::string("__import__('_belljar_prompt').") + function + "(" + quote_json(argument) + ")";
  const CancelAfter deadline(session_, time);
  const Result<RunResult> result = session_.run(source, options);
  if (!result || result->status != RunStatus::kOk) return std::nullopt;
  for (const MimeEntry& entry : result->value) {
    if (entry.type == "application/json") return parse_string_list(entry.data);
  }
  return std::nullopt;
}

SessionQueries::Progress SessionQueries::progress(std::string_view source) {
  const auto answer = ask("state", source, kWhenAsked);
  if (!answer || answer->size() != 2) return {};
  const auto& [state, indentation] = std::tie((*answer)[0], (*answer)[1]);
  if (indentation.size() > kMaxIndentation || indentation.find_first_not_of(" \t") != std::string::npos) return {};
  if (state == "open") return {CellState::kOpen, indentation};
  if (state == "block") return {CellState::kBlock, indentation};
  return {};
}

SessionQueries::Completion SessionQueries::complete(std::string_view before_cursor) {
  const auto answer = ask("complete", before_cursor, kWhileTyping);
  if (!answer || answer->empty() || !before_cursor.ends_with((*answer)[0])) return {};
  Completion completion{(*answer)[0], {}};
  for (size_t i = 1; i < answer->size() && completion.candidates.size() < kMaxCandidates; i++) {
    if (is_presentable((*answer)[i])) completion.candidates.push_back((*answer)[i]);
  }
  return completion;
}

std::optional<std::string> SessionQueries::describe(std::string_view name) {
  const auto answer = ask("describe", name, kWhenAsked);
  if (!answer || answer->size() != 1) return std::nullopt;
  return (*answer)[0];
}

}  // namespace belljar::cli
