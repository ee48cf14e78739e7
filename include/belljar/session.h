// A session: one live sandboxed Python. Cells run in it one after the other and share their state.
#ifndef BELLJAR_SESSION_H_
#define BELLJAR_SESSION_H_

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "belljar/export.h"
#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/run_result.h"
#include "belljar/snapshot.h"
#include "belljar/value.h"

namespace belljar {

enum class Stream : uint8_t { kStdout = 1, kStderr = 2 };

/// Something that a session has changed in a kCopyOnWrite mount.
struct FileChange {
  enum class Kind : uint8_t { kAdded, kModified, kDeleted };
  enum class Type : uint8_t { kFile, kDirectory, kSymlink, kOther };
  std::string path;  ///< the guest's
  Kind kind;
  Type type;      ///< of what is there now, or was
  uint64_t size;  ///< now; 0 when it is deleted
};

struct RunOptions {
  /// Name of the source in tracebacks. Empty: "<cell N>".
  std::string filename;

  /// `filename` is a program in the session's tree: sets __file__.
  bool is_script = false;

  /// Nothing follows this run: atexit handlers run and __main__ is cleared, as at the end of a program. The session
  /// must not be used again.
  bool is_last = false;

  /// Whether repr() is taken of the last expression.
  bool wants_value = true;

  /// Whether that value, unless it is None, is `_` for the cells that follow, as at Python's prompt.
  bool binds_value = false;

  /// Called with output as the guest writes it, on the thread and stack that called run(); must not use the session.
  /// Empty: output is collected in the result.
  std::function<void(Stream, std::string_view)> on_output;

  /// The same for what the guest shows with `display(object)`.
  std::function<void(const MimeBundle&)> on_display;

  /// What the guest reads as standard input: `stdin_data`, or, when it is not negative, the descriptor (borrowed).
  std::string stdin_data;
  int stdin_fd = -1;
};

class SessionImpl;

/// What a session has used since it was opened (forked, resumed), and what it holds now.
struct SessionUsage {
  uint64_t runs = 0;
  uint64_t wall_ns = 0;
  uint64_t cpu_ns = 0;
  uint64_t tool_calls = 0;
  uint64_t output_bytes = 0;
  uint64_t memory_bytes = 0;   ///< linear memory, image included: what Limits::memory bounds
  uint64_t private_bytes = 0;  ///< of it, held by this session alone; parked, what its state is packed into
  uint64_t file_bytes = 0;
  uint64_t file_entries = 0;
  bool is_parked = false;
};

/// Used by one thread at a time: a second caller gets ErrorCode::kBusy. Different sessions run in parallel.
class BELLJAR_EXPORT Session {
 public:
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Runs `source` (UTF-8 without NUL) as one cell. An Error means that nothing was run.
  Result<RunResult> run(std::string_view source, const RunOptions& options = {});

  /// From any thread, or a signal handler: interrupts the run under way (KeyboardInterrupt in the guest); called again,
  /// stops it at once. Nothing happens when none is under way.
  void cancel();

  /// From any thread: the run under way has been told to stop, by a limit or by cancel(). For an output callback that
  /// waits: it should give up.
  bool is_stopping() const;

  /// A second session in this one's state, with the same policy, copy-on-write. Both go on by themselves; the new one's
  /// random numbers are its own. n of them at once cost less than one after the other.
  Result<std::unique_ptr<Session>> fork();
  Result<std::vector<std::unique_ptr<Session>>> fork(size_t n);

  /// The state now, to fork from (Runtime::resume), to return to, or to save.
  Result<Snapshot> snapshot();

  /// Back to a snapshot of this session, or of any other of the same build: memory, files and open files are what they
  /// were then. Costs what has been written since.
  Status rollback(const Snapshot& snapshot);

  /// snapshot().serialize() and snapshot().save(): the session itself stays as it is.
  Result<std::string> suspend(const SnapshotKey* key = nullptr);
  Status suspend(const std::string& path, const SnapshotKey* key = nullptr);

  /// Gives back the session's slot and keeps its state packed, some 50 KiB for a small one; the next call that needs it
  /// takes a slot again. RuntimeOptions::park_after does the same by itself. No effect on a parked session.
  Status park();

  /// Sets a global variable of __main__. kInvalidArgument: `name` is no identifier, the value is nested too deep or takes
  /// more than 1 GiB encoded; kGuest: the guest could not hold it.
  Status define(std::string_view name, const Value& value);

  /// Reads one. kNotFound when there is none; kInvalidArgument when it is not a value that can cross (value.h), or is
  /// larger than Limits::tool_bytes.
  Result<Value> get(std::string_view name);

  Result<SessionUsage> usage();

  // Files. Paths are the guest's, absolute or from /workspace; mounts are reached as the guest reaches them. All of it
  // works between runs, parked or not, and what only reads after the last run too; a rollback returns to before it.

  /// What the session has changed in its kCopyOnWrite mounts, ascending by path. A deleted directory stands for what was
  /// in it; a file that has the content that it had is no change.
  Result<std::vector<FileChange>> changes();

  /// The same as a unified diff. Of files that are not UTF-8 text, or above 4 MiB, it says only that they differ.
  Result<std::string> diff();

  /// Makes the changes of the mount at `mount` (empty: there is one) in a folder of the host, a copy of the mounted one or
  /// that itself: deletes, and replaces each file as a whole. No link there is followed; a link of the guest's that leads
  /// out is kInvalidArgument before anything is done. After another error some files are the new ones, some the old ones.
  Status export_changes(const std::string& host_folder, const std::string& mount = "");

  /// kNotFound; kExhausted above `max_bytes`; kIo for what is no file.
  Result<std::string> read_file(std::string_view path, uint64_t max_bytes = uint64_t{64} << 20);
  /// Makes or replaces a file. kExhausted when there is no room (Limits::files): then nothing has changed.
  Status write_file(std::string_view path, std::string_view bytes);

  /// Copies a file, or a folder with all that is in it, to exactly `guest_path`, and makes what leads there. Links stay
  /// links. A FIFO, socket, device or name that is not UTF-8 is an error, after which nothing has changed (in a
  /// kReadWrite mount: after which some of it is there).
  Status upload(const std::string& host_path, std::string_view guest_path);
  /// The same the other way, to exactly `host_path`, in a folder that is there. Never writes anywhere else: no link on the
  /// host is followed, and one of the guest's that leads out of the folder is kInvalidArgument before anything is written.
  Status download(std::string_view guest_path, const std::string& host_path);

 private:
  friend class Runtime;
  explicit Session(std::unique_ptr<SessionImpl> impl);
  std::unique_ptr<SessionImpl> impl_;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_H_
