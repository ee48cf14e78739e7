// Where the prompt keeps what was typed.
#ifndef BELLJAR_CLI_HISTORY_FILE_H_
#define BELLJAR_CLI_HISTORY_FILE_H_

#include <string>

#include "belljar/result.h"

namespace belljar::cli {

/// $XDG_STATE_HOME/belljar/history, or ~/.local/state/belljar/history, its folder made when it is not there. An Error when there is no such place.
Result<std::string> history_file();

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_HISTORY_FILE_H_
