// Whether what a caller asks for can be given.
#ifndef BELLJAR_SESSION_POLICY_CHECK_H_
#define BELLJAR_SESSION_POLICY_CHECK_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "belljar/policy.h"
#include "belljar/result.h"

namespace belljar {

/// kInvalidArgument unless every limit and every text of `policy` is within its bounds. `image_size` is the least that
/// the memory can be.
Status check_policy(const Policy& policy, uint64_t image_size);

/// Valid UTF-8 without NUL. `what` begins the sentence.
Status check_text(std::string_view text, const char* what);

inline Error invalid(std::string message, std::string hint = "") {
  return {ErrorCode::kInvalidArgument, std::move(message), std::move(hint)};
}

}  // namespace belljar

#endif  // BELLJAR_SESSION_POLICY_CHECK_H_
