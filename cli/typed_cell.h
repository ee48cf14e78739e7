// What a person, or a file in a person's place, has entered at the prompt.
#ifndef BELLJAR_CLI_TYPED_CELL_H_
#define BELLJAR_CLI_TYPED_CELL_H_

#include <string>

namespace belljar::cli {

struct TypedCell {
  enum class Outcome {
    kRead,
    kInterrupted,  ///< Ctrl-C: what was typed is dropped
    kEnd,          ///< Ctrl-D, or the end of the file
  };
  Outcome outcome;
  std::string text;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_TYPED_CELL_H_
