// Secrets planted where an escape would find them, and the search for them in whatever comes out of a sandbox.
#ifndef BELLJAR_TESTS_ATTACKS_CANARY_H_
#define BELLJAR_TESTS_ATTACKS_CANARY_H_

#include <string>

#include "belljar/run_result.h"

namespace belljar::attacks {

/// Each is "canary-" and 64 hex digits, so that an attack can look for them without knowing one.
class Canaries {
 public:
  /// Plants them in this process: in its environment, in a file whose path is in the environment, in that path, which
  /// is also the working directory, and in its memory. Throws std::runtime_error when it cannot.
  Canaries();
  ~Canaries();
  Canaries(const Canaries&) = delete;
  Canaries& operator=(const Canaries&) = delete;

  /// For the variables and files of other sessions.
  const std::string& of_session() const { return session_; }

  /// Where the secret that shows in `result` had been planted; "" when none shows.
  std::string leaked(const RunResult& result) const;

 private:
  std::string environment_, file_, path_, memory_, session_;
  std::string folder_;
};

}  // namespace belljar::attacks

#endif  // BELLJAR_TESTS_ATTACKS_CANARY_H_
