#ifndef BELLJAR_C_API_RESULT_H_
#define BELLJAR_C_API_RESULT_H_

#include "belljar/c/belljar.h"
#include "belljar/run_result.h"

struct belljar_result {
  belljar::RunResult result;
};

namespace belljar::c_api {

inline const belljar_bundle* view(const MimeBundle* bundle) { return reinterpret_cast<const belljar_bundle*>(bundle); }

}  // namespace belljar::c_api

#endif  // BELLJAR_C_API_RESULT_H_
