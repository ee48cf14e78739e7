#include "packages/image_builder.h"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include "base/json.h"
#include "base/utf8.h"
#include "base/value_json.h"
#include "fs/pack_writer.h"
#include "packages/scripts.h"
#include "packages/unpacker.h"
#include "snapshot/durable_file.h"
#include "snapshot/package_image.h"
#include "snapshot/session_state.h"

namespace belljar::packages {
namespace {

constexpr uint64_t kMaxContent = uint64_t{1} << 30;
constexpr uint32_t kMaxEntries = 200'000;
constexpr uint64_t kMaxArtifact = uint64_t{256} << 20;

// Before the interpreter's own site-packages: what was asked for counts. A folder that was not there when the base image
// was made may be known as one that is none.
constexpr std::string_view kPrepare =
    "import sys\n"
    "sys.path.insert(sys.path.index('/usr/lib/python3.14/site-packages'), '/usr/local/lib/python3.14/site-packages')\n"
    "sys.path_importer_cache.pop('/usr/local/lib/python3.14/site-packages', None)\n"
    "del sys\n";
// As the base image is left: nothing of what is there now is ever freed or counted again, so that its pages stay shared.
// Generators are left without a seed, so that each session draws its own.
constexpr std::string_view kFreeze =
    "import _belljar, _belljar_kernel, warnings\n"
    "_belljar_kernel.reseed()\n"
    "with warnings.catch_warnings():\n"
    "    warnings.simplefilter('ignore')  # of names that are looked at, as all are\n"
    "    _belljar.freeze()\n"
    "del _belljar, _belljar_kernel, warnings\n";

std::string text(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found && found->as_string() ? *found->as_string() : "";
}

const Value::List& list(const Value& value, std::string_view key) {
  static const Value::List kNone;
  const Value* found = value.find(key);
  return found && found->as_list() ? *found->as_list() : kNone;
}

bool flag(const Value& value, std::string_view key) {
  const Value* found = value.find(key);
  return found && found->as_bool() && *found->as_bool();
}

Value::List values(const std::vector<std::string>& texts) { return {texts.begin(), texts.end()}; }

/// One build: what its steps know.
class Build {
 public:
  Build(Runtime& runtime, const BuildRequest& request, const Runner& run, const Progress& progress)
      : runtime_(runtime), request_(request), run_(run), progress_(progress), writer_(kMaxContent, kMaxEntries) {}

  Result<BuildResult> build() {
    if (request_.from) BELLJAR_TRY(take_over());
    std::unique_ptr<Unpacker> unpacker = BELLJAR_TRY(Unpacker::create(runtime_, run_, &writer_));
    const Value environment = BELLJAR_TRY(unpacker->environment());
    const Value resolved = BELLJAR_TRY(choose(environment));
    for (const Value& package : list(resolved, "packages")) BELLJAR_TRY(unpack(*unpacker, package));
    unpacker = nullptr;
    choose_imports(resolved);
    vulnerabilities_ = list(resolved, "vulnerabilities");
    BuildResult result;
    result.refused = refusal();
    if (result.refused.empty()) result.image = BELLJAR_TRY(make_image());
    result.report = Value::Map{{"packages", packages_},
                               {"imports", values(imports_)},
                               {"findings", findings_},
                               {"vulnerabilities", vulnerabilities_},
                               {"output", output_}};
    return result;
  }

 private:
  // What is in the image that this one adds to.
  Status take_over() {
    const PackageImage* packages = request_.from->state()->packages.get();
    if (!packages) {
      return Error{ErrorCode::kInvalidArgument, "--from names a snapshot, and only an image can be added to",
                   "name a file that `belljar image build` wrote"};
    }
    const Value lock = BELLJAR_TRY(value_from_json(packages->lock));
    packages_ = list(lock, "packages");
    for (const Value& name : list(lock, "imports")) {
      if (name.as_string()) imports_.push_back(*name.as_string());
    }
    requirements_ = list(lock, "requirements");
    return writer_.add_all(*packages->site);
  }

  Result<Value> choose(const Value& environment) {
    Value::List installed;
    for (const Value& package : packages_) {
      installed.push_back(Value::Map{{"name", text(package, "name")},
                                     {"version", text(package, "version")},
                                     {"metadata", BELLJAR_TRY(metadata_of(package))}});
    }
    progress_("choosing packages");
    const Value job = Value::Map{{"folder", request_.folder},
                                 {"environment", environment},
                                 {"requirement_files", values(request_.requirement_files)},
                                 {"requirements", values(request_.requirements)},
                                 {"wheels", values(request_.wheel_folders)},
                                 {"osv", values(request_.advisories)},
                                 {"installed", std::move(installed)}};
    python_ = text(environment, "python_full_version");
    return resolve(job, progress_);
  }

  // METADATA of a package that is there already.
  Result<std::string> metadata_of(const Value& package) const {
    const fs::Pack& site = *request_.from->state()->packages->site;
    const auto root = site.info(fs::Pack::kRoot);
    std::string wanted = text(package, "name") + "-" + text(package, "version") + ".dist-info";
    std::replace(wanted.begin(), wanted.begin() + static_cast<ptrdiff_t>(text(package, "name").size()), '-', '_');
    for (uint32_t i = 0; root && i < root->size; i++) {
      const auto info = site.info(root->first_child + i);
      if (!info || !is_same_folder(info->name, wanted)) continue;
      const auto entry = site.child(root->first_child + i, "METADATA");
      if (!entry) break;
      const fs::PackContent content = BELLJAR_TRY(site.read(*entry));
      return to_valid_utf8(std::string(content.bytes.begin(), content.bytes.end()));
    }
    return std::string();
  }

  // Wheels spell their names with capitals, dots and dashes as they like.
  static bool is_same_folder(std::string_view name, std::string_view wanted) {
    if (name.size() != wanted.size()) return false;
    for (size_t i = 0; i < name.size(); i++) {
      const char c = name[i] >= 'A' && name[i] <= 'Z' ? static_cast<char>(name[i] + 32) : name[i];
      const bool both_separate = (c == '.' || c == '-' || c == '_') && (wanted[i] == '_' || wanted[i] == '.' || wanted[i] == '-');
      if (c != wanted[i] && !both_separate) return false;
    }
    return true;
  }

  Status unpack(Unpacker& unpacker, const Value& package) {
    const std::string name = text(package, "name");
    progress_("unpacking " + text(package, "file"));
    std::string artifact = BELLJAR_TRY(read_file(text(package, "path"), kMaxArtifact));
    const Value answer = BELLJAR_TRY(unpacker.unpack(package, std::move(artifact)));
    packages_.push_back(Value::Map{{"name", name},
                                   {"version", text(package, "version")},
                                   {"file", text(package, "file")},
                                   {"source", text(package, "source")},
                                   {"sha256", text(package, "sha256")},
                                   {"license", text(answer, "license")},
                                   {"requested", flag(package, "requested")},
                                   {"modules", list(answer, "modules")}});
    constexpr const char* kCtypes = "ctypes/__init__.py";
    if (flag(answer, "needs_ctypes") && !writer_.contains(kCtypes)) {
      BELLJAR_TRY(writer_.add(kCtypes, std::string(ctypes_module())));
    }
    for (const Value& finding : list(answer, "findings")) {
      findings_.push_back(Value::Map{{"package", name},
                                     {"file", text(finding, "file")},
                                     {"line", *finding.find("line")},
                                     {"what", text(finding, "what")}});
    }
    return Ok{};
  }

  void choose_imports(const Value& resolved) {
    std::set<std::string> known(imports_.begin(), imports_.end());
    const auto add = [&](const std::string& name) {
      if (known.insert(name).second) imports_.push_back(name);
    };
    if (request_.imports) {
      for (const std::string& name : *request_.imports) add(name);
      return;
    }
    for (const Value& wanted : list(resolved, "requested")) {
      for (const Value& package : packages_) {
        if (!wanted.as_string() || text(package, "name") != *wanted.as_string()) continue;
        for (const Value& module : list(package, "modules")) {
          if (module.as_string()) add(*module.as_string());
        }
      }
    }
  }

  std::string refusal() const {
    if (request_.fails_on_vulnerability && !vulnerabilities_.empty()) {
      return std::to_string(vulnerabilities_.size()) + " known vulnerabilities (--fail-on vulnerability)";
    }
    if (request_.fails_on_scan && !findings_.empty()) {
      return std::to_string(findings_.size()) + " findings of the scan (--fail-on scan)";
    }
    return "";
  }

  std::string make_lock() const {
    Value::List requirements = requirements_;
    for (const std::string& each : request_.requirements) requirements.push_back(each);
    for (const Value& package : packages_) {
      // What a file asked for, pinned to what was chosen: the same build again gives the same packages.
      if (flag(package, "requested")) requirements.push_back(text(package, "name") + "==" + text(package, "version"));
    }
    Value::List sorted = packages_;
    std::sort(sorted.begin(), sorted.end(), [](const Value& a, const Value& b) { return text(a, "name") < text(b, "name"); });
    Result<std::string> json = value_to_json(Value::Map{{"belljar", request_.version},
                                                        {"python", python_},
                                                        {"requirements", std::move(requirements)},
                                                        {"imports", values(imports_)},
                                                        {"packages", std::move(sorted)}});
    return json ? *json : "{}";
  }

  // A fresh session over the packages, what has to be imported, and its state as a file.
  Result<std::string> make_image() {
    progress_("packing " + std::to_string(writer_.entries()) + " files");
    auto packages = std::make_shared<PackageImage>();
    packages->name = request_.name.substr(0, valid_utf8_prefix(request_.name.substr(0, PackageImage::kMaxName)));
    packages->lock = make_lock();
    auto blob = std::make_shared<const std::string>(BELLJAR_TRY(writer_.build()));
    packages->site = BELLJAR_TRY(fs::Pack::open_shared(std::move(blob)));

    const std::unique_ptr<Session> fresh = BELLJAR_TRY(runtime_.open());
    const Snapshot base = BELLJAR_TRY(fresh->snapshot());
    auto begin = std::make_shared<SessionState>(*base.state());
    begin->files = fs::Files(fs::Tree(begin->files.tree().shared_library(), {}, packages->site));
    begin->packages = packages;
    Policy policy;
    policy.limits = request_.import_limits;
    std::unique_ptr<Session> session = BELLJAR_TRY(runtime_.resume(Snapshot(std::move(begin)), policy));
    BELLJAR_TRY(run_cell(*session, kPrepare, "the image's own first cell"));
    for (const std::string& name : imports_) {
      progress_("importing " + name);
      BELLJAR_TRY(run_cell(*session, "__import__('importlib').import_module(" + quote_json(name) + ")",
                           "cannot import " + name));
    }
    BELLJAR_TRY(run_cell(*session, kFreeze, "the image's own last cell"));
    const Snapshot snapshot = BELLJAR_TRY(session->snapshot());
    SessionState end = *snapshot.state();
    // Cells are numbered from 1 and time begins when somebody opens it.
    end.cells = 0;
    end.cpu_ns = 0;
    return encode_package_image(end);
  }

  Status run_cell(Session& session, std::string_view source, const std::string& failure) {
    RunOptions options;
    options.wants_value = false;
    options.filename = "<belljar image build>";
    const RunResult result = BELLJAR_TRY(run_(session, source, options));
    output_ += result.stdout_data + result.stderr_data;
    if (result.status == RunStatus::kOk) return Ok{};
    // The traceback comes first, as everywhere.
    std::string why = result.error ? result.error->traceback : "";
    why += failure + " in the sandbox";
    if (result.error) why += ": " + result.error->type + ": " + result.error->message;
    return Error{ErrorCode::kInvalidArgument, why, native_hint(result)};
  }

  // A package whose pure part does not import needs what it lacks.
  static std::string native_hint(const RunResult& result) {
    const bool is_missing = result.error && (result.error->type == "ImportError" || result.error->type == "ModuleNotFoundError");
    return is_missing ? "a package that needs native code cannot be in an image; --import NAME says what to import instead" : "";
  }

  Runtime& runtime_;
  const BuildRequest& request_;
  const Runner& run_;
  const Progress& progress_;
  fs::PackWriter writer_;
  std::string python_, output_;
  std::vector<std::string> imports_;
  Value::List packages_, findings_, vulnerabilities_, requirements_;
};

}  // namespace

Result<BuildResult> build_image(Runtime& runtime, const BuildRequest& request, const Runner& run,
                                const Progress& progress) {
  return Build(runtime, request, run, progress).build();
}

}  // namespace belljar::packages
