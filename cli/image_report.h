// What is in an image, and what a build found, for people and as JSON.
#ifndef BELLJAR_CLI_IMAGE_REPORT_H_
#define BELLJAR_CLI_IMAGE_REPORT_H_

#include <string>

#include "belljar/value.h"

namespace belljar::cli {

/// A table of the packages of a lock or a build's report; it comes from whoever made the packages.
std::string package_table(const Value& lock);

/// Findings and vulnerabilities of a build, the first of each; empty when there are none.
std::string finding_table(const Value& report);

/// Texts of a list, with commas between them; empty when there is none.
std::string joined(const Value& value, std::string_view key);

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_IMAGE_REPORT_H_
