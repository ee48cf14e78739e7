// Chooses packages and fetches their files, by running resolve.py in the host's Python. No code of a package is run.
#ifndef BELLJAR_PACKAGES_RESOLVER_H_
#define BELLJAR_PACKAGES_RESOLVER_H_

#include <functional>
#include <string_view>

#include "belljar/result.h"
#include "belljar/value.h"

namespace belljar::packages {

/// Told what is being done, for a person who waits.
using Progress = std::function<void(std::string_view)>;

/// `job` and the answer are described in resolve.py. What cannot be had is kInvalidArgument with the reason; kNotFound
/// without a Python; kIo.
Result<Value> resolve(const Value& job, const Progress& progress);

}  // namespace belljar::packages

#endif  // BELLJAR_PACKAGES_RESOLVER_H_
