// Files that the session's owner puts in and takes out.

#include <utility>

#include "fs/changes.h"
#include "fs/transfer.h"
#include "session/policy_check.h"
#include "session/session_impl.h"

namespace belljar {

Result<std::vector<FileChange>> SessionImpl::changes() {
  const Using use(in_use);
  BELLJAR_TRY(check_readable(use));
  std::vector<FileChange> changes;
  for (fs::Change& change : BELLJAR_TRY(fs::list_changes(imports_.files().tree()))) {
    FileChange::Type type = FileChange::Type::kOther;
    if (change.type == fs::NodeType::kFile) type = FileChange::Type::kFile;
    if (change.type == fs::NodeType::kDirectory) type = FileChange::Type::kDirectory;
    if (change.type == fs::NodeType::kSymlink) type = FileChange::Type::kSymlink;
    changes.push_back({std::move(change.path), static_cast<FileChange::Kind>(change.kind), type, change.size});
  }
  return changes;
}

Result<std::string> SessionImpl::diff() {
  const Using use(in_use);
  BELLJAR_TRY(check_readable(use));
  return fs::diff_changes(&imports_.files());
}

Status SessionImpl::export_changes(const std::string& host_folder, const std::string& mount) {
  const Using use(in_use);
  BELLJAR_TRY(check_readable(use));
  return fs::export_changes(&imports_.files(), mount, host_folder);
}

Result<std::string> SessionImpl::read_file(std::string_view path, uint64_t max_bytes) {
  const Using use(in_use);
  BELLJAR_TRY(check_readable(use));
  BELLJAR_TRY(check_text(path, "the path"));
  return fs::read_guest_file(&imports_.files(), path, max_bytes);
}

Status SessionImpl::write_file(std::string_view path, std::string_view bytes) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(check_text(path, "the path"));
  BELLJAR_TRY(fs::write_guest_file(&imports_.files(), path, bytes, realtime_ns()));
  note_new_files();
  return Ok{};
}

Status SessionImpl::upload(const std::string& host_path, std::string_view guest_path) {
  const Using use(in_use);
  BELLJAR_TRY(check_usable(use));
  BELLJAR_TRY(check_text(guest_path, "the path"));
  BELLJAR_TRY(fs::upload(&imports_.files(), host_path, guest_path, realtime_ns()));
  note_new_files();
  return Ok{};
}

Status SessionImpl::download(std::string_view guest_path, const std::string& host_path) {
  const Using use(in_use);
  BELLJAR_TRY(check_readable(use));
  BELLJAR_TRY(check_text(guest_path, "the path"));
  return fs::download(&imports_.files(), guest_path, host_path);
}

// ---- Session -------------------------------------------------------------------------------------------------

Result<std::vector<FileChange>> Session::changes() { return impl_->changes(); }

Result<std::string> Session::diff() { return impl_->diff(); }

Status Session::export_changes(const std::string& host_folder, const std::string& mount) {
  return impl_->export_changes(host_folder, mount);
}

Result<std::string> Session::read_file(std::string_view path, uint64_t max_bytes) { return impl_->read_file(path, max_bytes); }

Status Session::write_file(std::string_view path, std::string_view bytes) { return impl_->write_file(path, bytes); }

Status Session::upload(const std::string& host_path, std::string_view guest_path) { return impl_->upload(host_path, guest_path); }

Status Session::download(std::string_view guest_path, const std::string& host_path) {
  return impl_->download(guest_path, host_path);
}

}  // namespace belljar
