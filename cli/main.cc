// belljar: run Python that nobody trusts.
#include <string>
#include <vector>

#include "command_line.h"

int main(int argc, char** argv) { return belljar::cli::command_line(std::vector<std::string>(argv + 1, argv + argc)); }
