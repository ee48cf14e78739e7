#include "audit_command.h"

#include <cstdio>

#include "base/json.h"
#include "belljar/audit.h"
#include "report.h"

namespace belljar::cli {

CLI::App* AuditCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("audit", "Check a log that --audit wrote");
  command->require_subcommand(1);
  CLI::App* verify = command->add_subcommand("verify", "Say whether a log is whole: nothing changed, taken out or put in");
  verify->footer(
      "Each line carries the SHA-256 of itself and of the line before. What was cut off at the end shows only against a\n"
      "hash that was kept elsewhere: this command prints the last one.\n\n"
      "Examples:\n"
      "  belljar run --audit log.jsonl script.py\n"
      "  belljar audit verify log.jsonl\n"
      "  belljar audit verify log.jsonl --expect 3f6c...      the last hash of an earlier check, or a later log of it\n\n"
      "Exit code: 0 whole, 1 not, 2 it cannot be read.");
  verify->add_option("FILE", file_, "The log")->required();
  verify->add_option("--expect", expected_, "The hash that the last event must have")->type_name("HASH");
  verify->add_flag("--json", json_, "Print one JSON object");
  return command;
}

int AuditCommand::execute() const {
  const Result<AuditSummary> summary = AuditLog::verify(file_);
  if (!summary && summary.error().code != ErrorCode::kCorrupt) return complain(summary.error());
  const bool is_whole = summary.ok();
  const bool is_expected = is_whole && (expected_.empty() || expected_ == summary->last_hash);
  if (json_) {
    std::printf("{\"ok\": %s, \"events\": %llu, \"lost\": %llu, \"torn\": %llu, \"last_hash\": %s, \"error\": %s}\n",
                is_expected ? "true" : "false", static_cast<unsigned long long>(is_whole ? summary->events : 0),
                static_cast<unsigned long long>(is_whole ? summary->lost : 0),
                static_cast<unsigned long long>(is_whole ? summary->torn : 0),
                is_whole ? quote_json(summary->last_hash).c_str() : "null",
                is_expected ? "null"
                            : quote_json(is_whole ? "the last event is not the expected one" : summary.error().message).c_str());
  } else if (!is_whole) {
    std::printf("not whole: %s\n%s\n", summary.error().message.c_str(), summary.error().hint.c_str());
  } else {
    std::printf("%s: %llu events, %llu lost, %llu cut short by a crash\nlast hash %s\n", is_expected ? "whole" : "not whole",
                static_cast<unsigned long long>(summary->events), static_cast<unsigned long long>(summary->lost),
                static_cast<unsigned long long>(summary->torn), summary->last_hash.c_str());
    if (!is_expected) std::printf("expected  %s: events are missing at the end, or there are new ones\n", expected_.c_str());
  }
  return is_expected ? kExitOk : 1;
}

}  // namespace belljar::cli
