// Where the prompt keeps what was typed.
#ifndef BELLJAR_CLI_HISTORY_FILE_H_
#define BELLJAR_CLI_HISTORY_FILE_H_

#include <string>

#include "belljar/result.h"

namespace belljar::cli {

/// $XDG_STATE_HOME/belljar/history, or ~/.local/state/belljar/history. Its folder is made when it is not there;
/// an Error when it cannot be.
Result<std::string> history_file();

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_HISTORY_FILE_H_
