// A session at work.
#ifndef BELLJAR_SESSION_SESSION_IMPL_H_
#define BELLJAR_SESSION_SESSION_IMPL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "belljar/session.h"
#include "fs/files.h"
#include "session/cell_checkpoint.h"
#include "session/imports.h"
#include "session/output.h"
#include "session/runtime_impl.h"
#include "session/sandbox.h"
#include "session/verdict.h"

namespace belljar {

class SessionImpl final : private WasiHost, private ReplySink {
 public:
  static Result<std::unique_ptr<SessionImpl>> create(std::shared_ptr<RuntimeImpl> runtime, const Policy& policy);
  ~SessionImpl() override;

  Result<RunResult> run(std::string_view source, const RunOptions& options);
  void cancel();
  bool is_stopping() const;

 private:
  SessionImpl(std::shared_ptr<RuntimeImpl> runtime, const Policy& policy, std::unique_ptr<Sandbox> sandbox);
  Status add_workspace_file(const std::string& name, const std::string& content);

  Status check_request(std::string_view source, const RunOptions& options) const;
  void begin_run(std::string_view source, const RunOptions& options);
  Attempt call_guest();
  std::optional<uint32_t> place_large_request(engine::CallResult* call);
  void finish_run(RunResult* result, const Attempt& attempt);
  Status save_checkpoint();
  Status roll_back(const fs::Files& files);

  // Called by the guest, on the thread that runs it.
  engine::Outcome reply(const GuestMemory& memory, uint32_t address, uint32_t length) override;
  int32_t write_stream(int fd, std::span<const uint8_t> bytes) override;
  int32_t read_stdin(std::span<uint8_t> out, size_t* n) override;
  int32_t sleep_until(uint64_t monotonic_ns) override;
  uint64_t realtime_ns() override;
  uint64_t monotonic_ns() override;
  uint64_t cpu_ns() override;
  bool random(std::span<uint8_t> out) override;
  engine::Outcome exit(uint32_t code) override;

  const std::shared_ptr<RuntimeImpl> runtime_;
  const Policy policy_;
  std::unique_ptr<Sandbox> sandbox_;  // empty once the session is broken
  GuestImports imports_;              // and the files
  fs::Files initial_files_;
  const uint64_t monotonic_offset_;
  std::atomic<bool> busy_{false};
  CellCheckpoint checkpoint_;
  bool is_pristine_ = true;  // the memory is the base image's
  bool is_finished_ = false;
  bool must_reseed_ = false;  // a rollback brought back generators that have been drawn from
  bool was_refused_memory_ = false;  // the last run
  uint32_t cells_ = 0;
  uint64_t cpu_total_ns_ = 0;

  // Of the run under way.
  const RunOptions* options_ = nullptr;
  Output out_, err_;
  size_t stdin_read_ = 0;
  uint32_t value_budget_ = 0;
  std::vector<uint8_t> request_, reply_;
  bool has_reply_ = false;
  std::optional<uint32_t> exit_code_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SESSION_IMPL_H_
