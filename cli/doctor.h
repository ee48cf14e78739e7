// `belljar doctor`: what this machine supports, which choices belljar made, and whether it works.
#ifndef BELLJAR_CLI_DOCTOR_H_
#define BELLJAR_CLI_DOCTOR_H_

#include <CLI/CLI.hpp>

namespace belljar::cli {

struct DoctorCommand {
  bool verify = false;
  bool json = false;

  CLI::App* add_to(CLI::App& app);
  int execute() const;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_DOCTOR_H_
