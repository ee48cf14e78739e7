// `belljar image build`: an image with Python packages. `belljar images`: what is in one.
#ifndef BELLJAR_CLI_IMAGE_COMMAND_H_
#define BELLJAR_CLI_IMAGE_COMMAND_H_

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <vector>

#include "belljar/result.h"
#include "packages/image_builder.h"

namespace belljar::cli {

class ImageCommand {
 public:
  CLI::App* add_to(CLI::App& app);

  /// Returns the process's exit code.
  int execute();

 private:
  Result<packages::BuildRequest> make_request(Runtime& runtime) const;

  std::string from_ = "base";
  std::vector<std::string> files_, requirements_, wheels_, imports_, advisories_, fail_on_;
  bool imports_nothing_ = false;
  std::optional<std::string> memory_, cpu_;
  std::string output_;
  bool json_ = false;
};

class ImagesCommand {
 public:
  CLI::App* add_to(CLI::App& app);
  int execute() const;

 private:
  std::vector<std::string> files_;
  bool json_ = false;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_IMAGE_COMMAND_H_
