// A session at work.
#ifndef BELLJAR_SESSION_SESSION_IMPL_H_
#define BELLJAR_SESSION_SESSION_IMPL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "audit/session_audit.h"
#include "belljar/session.h"
#include "fs/files.h"
#include "session/cell_checkpoint.h"
#include "session/frames.h"
#include "session/imports.h"
#include "session/output.h"
#include "session/parking_lot.h"
#include "session/rights.h"
#include "session/runtime_impl.h"
#include "session/sandbox.h"
#include "session/tool_host.h"
#include "session/verdict.h"
#include "snapshot/packed_delta.h"
#include "snapshot/session_state.h"

namespace belljar {

class SessionImpl final : public Parkable, private WasiHost, private ReplySink {
 public:
  /// Where a session comes from, for the audit log.
  struct Origin {
    std::string_view kind;         // "fresh", "snapshot" or "fork"
    std::string_view parent = {};  // whose fork it is
  };

  /// A session in `state`, which is of the Runtime's image. `sets_up`: the policy's arguments, environment and workspace
  /// are still to be given to the guest.
  static Result<std::unique_ptr<SessionImpl>> create(std::shared_ptr<RuntimeImpl> runtime,
                                                     std::shared_ptr<const Rights> rights,
                                                     std::shared_ptr<const SessionState> state, bool sets_up,
                                                     Origin origin);
  ~SessionImpl() override;

  Result<RunResult> run(std::string_view source, const RunOptions& options);
  void cancel();
  bool is_stopping() const;

  /// Its owner lets it go. True from inside of one of its own calls: then that call's end is its end (Session::run).
  bool abandon() { return is_abandoned_ = in_use.is_used(); }
  bool is_abandoned() const { return is_abandoned_; }

  // session_values.cc
  Status define(std::string_view name, const Value& value);
  Result<Value> get(std::string_view name);

  // session_states.cc
  Result<std::vector<std::unique_ptr<SessionImpl>>> fork(size_t n);
  Result<std::shared_ptr<const SessionState>> snapshot();
  Status rollback(std::shared_ptr<const SessionState> state);
  Status park();
  Result<SessionUsage> usage();

  // session_files.cc
  Result<std::vector<FileChange>> changes();
  Result<std::string> diff();
  Status export_changes(const std::string& host_folder, const std::string& mount);
  Result<std::string> read_file(std::string_view path, uint64_t max_bytes);
  Status write_file(std::string_view path, std::string_view bytes);
  Status upload(const std::string& host_path, std::string_view guest_path);
  Status download(std::string_view guest_path, const std::string& host_path);

 private:
  SessionImpl(std::shared_ptr<RuntimeImpl> runtime, std::shared_ptr<const Rights> rights);
  Status add_workspace();
  void note_new_files();
  Status add_workspace_file(const std::string& name, const std::string& content);

  Status check_request(std::string_view source, const RunOptions& options) const;
  Status check_usable(const Using& use) const;
  Status check_readable(const Using& use) const;
  void begin_run(std::string_view source, const RunOptions& options);
  void begin_request(Request request, const RunOptions& options);
  Attempt call_guest();
  std::optional<uint32_t> place_large_request(engine::CallResult* call);
  RunResult finish_request(Attempt& attempt);
  void count_run(const RunResult& result);

  // session_values.cc
  Result<std::vector<uint8_t>> exchange(Request request);

  /// What a cell that fails below Python leaves the session in: the state that is known, or a checkpoint.
  struct Before {
    std::shared_ptr<const SessionState> state;
    std::optional<fs::Files> files;  // with a checkpoint
    bool must_set_up;
    uint64_t tool_set;
  };
  Result<Before> save_before();
  Status roll_back(Before before);

  // session_states.cc
  Result<std::shared_ptr<const SessionState>> capture(bool for_slots);
  Result<std::shared_ptr<const Delta>> capture_memory(bool for_slots);
  Status wake();
  Status show(std::shared_ptr<const SessionState> state);
  void adopt(std::shared_ptr<const SessionState> state);
  void break_down();
  Status pack_up();
  void give_up_slot() override;

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
  const std::shared_ptr<const Rights> rights_;
  const Policy* const policy_;  // theirs
  SessionAudit audit_;
  std::unique_ptr<Sandbox> sandbox_;  // empty while the session is parked, and once it is broken
  ToolHost tools_;
  std::optional<fs::Mounts> mounts_;
  GuestImports imports_;              // and the files
  bool is_broken_ = false;
  bool is_finished_ = false;
  bool is_abandoned_ = false;

  // The state now, while it is known: since it was shown, captured or packed nothing has run.
  std::shared_ptr<const SessionState> known_;
  std::optional<PackedDelta> packed_;         // in place of its memory, while the session is parked
  std::shared_ptr<const SessionState> last_;  // shown or captured last; with CheckpointMode::kManual
  CellCheckpoint checkpoint_;
  std::shared_ptr<const PackageImage> packages_;  // of the image that the state is of

  uint64_t monotonic_offset_ = 0;
  bool is_pristine_ = true;  // the memory is the base image's
  bool must_set_up_ = true;   // arguments and environment
  bool must_reseed_ = false;  // the memory holds generators that others have drawn from
  bool was_refused_memory_ = false;  // the last run
  uint64_t tool_set_ = 0;            // whose functions are in the guest: SessionState::tool_set
  uint32_t cells_ = 0;
  uint64_t cpu_total_ns_ = 0;  // as the guest sees it
  SessionUsage usage_;         // its counts

  // Of the run under way, for other threads: cancel() may come at any moment.
  std::atomic<Sandbox*> running_{nullptr};
  mutable std::atomic<uint32_t> visitors_{0};

  // Of the run under way.
  const RunOptions* options_ = nullptr;
  Output out_, err_;
  size_t stdin_read_ = 0;
  uint64_t value_budget_ = 0;
  bool may_refuse_ = false;
  std::vector<uint8_t> request_, reply_;
  bool has_reply_ = false;
  std::optional<uint32_t> exit_code_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SESSION_IMPL_H_
