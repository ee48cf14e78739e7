// Builds an image with packages: docs/guide/packages.md says what happens, docs/formats/package-image.md what comes out.
#ifndef BELLJAR_PACKAGES_IMAGE_BUILDER_H_
#define BELLJAR_PACKAGES_IMAGE_BUILDER_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "belljar/policy.h"
#include "belljar/result.h"
#include "belljar/runtime.h"
#include "belljar/value.h"
#include "packages/resolver.h"

namespace belljar::packages {

struct BuildRequest {
  std::string name;                            ///< what the image is called
  std::string version;                         ///< of belljar, for the lock
  std::optional<Snapshot> from;                ///< an image that this one adds to; nothing: the base
  std::vector<std::string> requirement_files;  ///< as pip reads them
  std::vector<std::string> requirements;       ///< "attrs", "attrs==25.1"
  std::vector<std::string> wheel_folders;      ///< in place of an index
  std::vector<std::string> advisories;         ///< OSV JSON: files, or folders of them
  std::optional<std::vector<std::string>> imports;  ///< nothing: the modules of the requested packages
  Limits import_limits;                        ///< for each import
  bool fails_on_scan = false;
  bool fails_on_vulnerability = false;
  std::string folder;  ///< for files that are fetched: empty, removed by the caller
};

struct BuildResult {
  std::string image;  ///< the file's bytes; empty when fails_on_* decided so
  std::string refused;  ///< why, then
  /// "packages" as in the lock, "imports", "findings", "vulnerabilities", "output".
  Value report;
};

/// How a cell is run: Session::run, or what also listens to Ctrl-C.
using Runner = std::function<Result<RunResult>(Session& session, std::string_view source, const RunOptions& options)>;

/// kInvalidArgument: what was asked for cannot be had, with the reason. Nothing is written but to `folder`.
Result<BuildResult> build_image(Runtime& runtime, const BuildRequest& request, const Runner& run,
                                const Progress& progress);

}  // namespace belljar::packages

#endif  // BELLJAR_PACKAGES_IMAGE_BUILDER_H_
