#include "image_command.h"

#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/json.h"
#include "base/units.h"
#include "base/value_json.h"
#include "console.h"
#include "foreground.h"
#include "image_report.h"
#include "policy_options.h"
#include "report.h"
#include "snapshot/durable_file.h"
#include "snapshot/package_image.h"
#include "snapshot/session_state.h"

namespace belljar::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// From when on, and how often, a person is told what is being done.
constexpr std::chrono::seconds kPatience{2};

/// A folder of our own that is gone when this is.
class TemporaryFolder {
 public:
  static Result<TemporaryFolder> create() {
    std::error_code error;
    std::string path = (std::filesystem::temp_directory_path(error) / "belljar-XXXXXX").string();
    if (error || !mkdtemp(path.data())) {
      return Error{ErrorCode::kIo, std::string("cannot make a temporary folder: ") + std::strerror(errno), "set TMPDIR"};
    }
    return TemporaryFolder(std::move(path));
  }
  TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  TemporaryFolder& operator=(TemporaryFolder&&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

// So that the answer does not come after minutes.
Status check_output(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  if (access(folder.empty() ? "." : folder.c_str(), W_OK) == 0) return Ok{};
  return Error{ErrorCode::kIo, "cannot write " + path + ": " + std::strerror(errno), ""};
}

std::string name_of(const std::string& path) { return std::filesystem::path(path).stem().string(); }

/// JSON text that stands for itself.
std::string json_or_null(const Value& value) {
  Result<std::string> json = value_to_json(value);
  return json ? *json : "null";
}

Result<std::string> identity_of_base(Runtime& runtime) {
  std::unique_ptr<Session> session = BELLJAR_TRY(runtime.open());
  const Snapshot snapshot = BELLJAR_TRY(session->snapshot());
  return to_hex(snapshot.state()->image->identity());
}

}  // namespace

CLI::App* ImageCommand::add_to(CLI::App& app) {
  CLI::App* image = app.add_subcommand("image", "Build images: sandboxes that have Python packages");
  image->require_subcommand(1);
  CLI::App* build = image->add_subcommand("build", "Build an image with packages from an index or a folder of wheels");
  build->footer(
      "Packages are chosen and fetched with the host's pip (its index, proxy and certificates count), and taken apart\n"
      "and imported inside a sandbox: no code of a package runs outside of one. Pure-Python packages work; of those\n"
      "that have native wheels only, the pure part of their source does, where there is one.\n\n"
      "Examples:\n"
      "  belljar image build -r requirements.txt --output data.bjimg\n"
      "  belljar image build requests 'jinja2>=3' --output web.bjimg\n"
      "  belljar image build --wheels ./wheels mypackage --import mypackage.fast --output mine.bjimg\n"
      "  belljar image build --from web.bjimg sympy --output more.bjimg\n"
      "  belljar run --image data.bjimg script.py\n\n"
      "Exit code: 0 built, 1 refused by --fail-on, 2 anything else; then nothing is written. 130 interrupted.");
  build->add_option("REQUIREMENT", requirements_, "What to install, as pip reads it: attrs, 'attrs>=25'")->type_name("");
  build->add_option("-r", files_, "File of requirements; repeatable")->type_name("FILE")->take_all()->allow_extra_args(false);
  build->add_option("--from", from_, "Image to add to")->type_name("FILE")->capture_default_str();
  build->add_option("--output", output_, "The file to write")->type_name("FILE")->required();
  build->add_option("--wheels", wheels_, "Folder of wheels and sdists to use in place of an index; repeatable")
      ->type_name("FOLDER")->take_all()->allow_extra_args(false);
  build->add_option("--import", imports_, "Module that is imported already when a session begins; repeatable [what was asked for]")
      ->type_name("MODULE")->take_all()->allow_extra_args(false);
  build->add_flag("--no-import", imports_nothing_, "Import nothing")->excludes("--import");
  build->add_option("--memory", memory_, "Linear memory while importing [256M]")->type_name("SIZE");
  build->add_option("--cpu", cpu_, "CPU time for each import [30]")->type_name("SECONDS");
  build->add_option("--osv", advisories_, "OSV advisories (JSON), a file or a folder, to hold packages against; repeatable")
      ->type_name("FILE")->take_all()->allow_extra_args(false);
  build->add_option("--fail-on", fail_on_, "Write nothing when there is a finding of the 'scan', or a 'vulnerability'; repeatable")
      ->type_name("WHAT")->take_all()->allow_extra_args(false);
  build->add_flag("--json", json_, "Print one JSON object on standard output: packages, findings, vulnerabilities");
  return image;
}

Result<packages::BuildRequest> ImageCommand::make_request(Runtime& runtime) const {
  packages::BuildRequest request;
  request.name = name_of(output_);
  request.version = BELLJAR_VERSION;
  if (from_ != "base") request.from = BELLJAR_TRY(runtime.load_file(from_));
  request.requirement_files = files_;
  request.requirements = requirements_;
  request.wheel_folders = wheels_;
  request.advisories = advisories_;
  if (imports_nothing_) request.imports.emplace();
  if (!imports_.empty()) request.imports = imports_;
  PolicyOptions limits;
  limits.memory = memory_;
  limits.cpu = cpu_ ? *cpu_ : "30";
  request.import_limits = BELLJAR_TRY(limits.load()).policy.limits;
  request.import_limits.wall = 2 * request.import_limits.cpu;
  for (const std::string& what : fail_on_) {
    if (what != "scan" && what != "vulnerability") {
      return Error{ErrorCode::kInvalidArgument, "--fail-on '" + what + "' is neither 'scan' nor 'vulnerability'", ""};
    }
    (what == "scan" ? request.fails_on_scan : request.fails_on_vulnerability) = true;
  }
  if (files_.empty() && requirements_.empty()) {
    return Error{ErrorCode::kInvalidArgument, "say what to install: -r FILE, or a requirement such as attrs",
                 "see `belljar image build --help`"};
  }
  return request;
}

int ImageCommand::execute() {
  if (const Status status = check_output(output_); !status) return complain(status.error());
  Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  Result<packages::BuildRequest> request = make_request(**runtime);
  if (!request) return complain(request.error());
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder) return complain(folder.error());
  request->folder = folder->path();
  handle_interrupts();
  handle_terminations();
  Console console(false);
  Clock::time_point last = Clock::now();
  const packages::Progress progress = [&](std::string_view doing) {
    if (Clock::now() - last < kPatience) return;
    last = Clock::now();
    console.show(Stream::kStderr, "belljar: " + without_hidden(doing) + "\n");
  };
  const packages::Runner run = [](Session& session, std::string_view source, const RunOptions& options) -> Result<RunResult> {
    if (was_interrupted()) return Error{ErrorCode::kBusy, "interrupted", ""};
    return run_in_foreground(session, source, options);
  };
  Result<packages::BuildResult> built = packages::build_image(**runtime, *request, run, progress);
  if (was_interrupted()) return kExitCancelled;
  if (!built) {
    const Error& error = built.error();
    // A traceback of the sandbox's may stand before the reason.
    const size_t reason = error.message.rfind('\n') + 1;
    console.show(Stream::kStderr, error.message.substr(0, reason) + "belljar: " + error.message.substr(reason) +
                                      (error.hint.empty() ? "" : ": " + error.hint) + "\n");
    console.end_cell();
    return kExitUsage;
  }
  std::string json = "{\"image\": " + (built->refused.empty() ? quote_json(output_) : "null");
  json += ", \"bytes\": " + std::to_string(built->image.size()) + ", \"report\": " + json_or_null(built->report) + "}\n";
  if (json_) {
    console.show(Stream::kStdout, json);
  } else {
    console.show(Stream::kStderr, package_table(built->report) + finding_table(built->report));
  }
  console.end_cell();
  if (!built->refused.empty()) {
    console.say("belljar: " + output_ + " was not written: " + built->refused);
    return kExitException;
  }
  if (const Status status = write_file(output_, built->image, 0644); !status) return complain(status.error());
  if (!json_) console.say(output_ + ": " + format_size(built->image.size()) + ", for `belljar run --image " + output_ + "`");
  return console.error() != 0 ? complain_of_output(console.error()) : kExitOk;
}

CLI::App* ImagesCommand::add_to(CLI::App& app) {
  CLI::App* command = app.add_subcommand("images", "Show what is in images: packages, versions, licenses, hashes");
  command->footer("Without a file it shows what every sandbox begins with.\n\nExamples:\n  belljar images data.bjimg\n"
                  "  belljar images *.bjimg --json");
  command->add_option("FILE", files_, "What `belljar image build` wrote")->type_name("");
  command->add_flag("--json", json_, "Print one JSON object for each");
  return command;
}

int ImagesCommand::execute() const {
  Result<std::shared_ptr<Runtime>> runtime = Runtime::create();
  if (!runtime) return complain(runtime.error());
  const Result<std::string> base = identity_of_base(**runtime);
  if (!base) return complain(base.error());
  Console console(false);
  if (files_.empty()) {
    console.print(json_ ? "{\"image\": \"base\", \"id\": " + quote_json(*base) +
                              ", \"belljar\": \"" BELLJAR_VERSION "\", \"python\": \"" BELLJAR_PYTHON_VERSION "\"}\n"
                        : "base  CPython " BELLJAR_PYTHON_VERSION ", belljar " BELLJAR_VERSION ", id " + base->substr(0, 16) +
                              "\nIts packages are Python's own library. `belljar image build` makes images with more.\n");
  }
  for (const std::string& file : files_) {
    const Result<Snapshot> image = (*runtime)->load_file(file);
    if (!image) return complain(file + ": " + image.error().message, image.error().hint);
    const Result<Value> lock = value_from_json(image->lock());
    if (!lock) return complain(file + " is a snapshot, not an image", "`belljar image build` makes images");
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(file, error);
    if (json_) {
      console.show(Stream::kStdout, "{\"image\": " + quote_json(file) + ", \"id\": " + quote_json(image->image_id()) +
                                        ", \"bytes\": " + std::to_string(size) + ", \"base\": " + quote_json(*base) +
                                        ", \"lock\": " + json_or_null(*lock) + "}\n");
    } else {
      console.show(Stream::kStdout, file + "  " + format_size(size) + ", id " + image->image_id().substr(0, 16) +
                                        ", over base " + base->substr(0, 16) + "\nimported: " +
                                        joined(*lock, "imports") + "\n" + package_table(*lock));
    }
    console.end_cell();
  }
  return console.error() != 0 ? complain_of_output(console.error()) : kExitOk;
}

}  // namespace belljar::cli
