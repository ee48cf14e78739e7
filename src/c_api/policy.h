#ifndef BELLJAR_C_API_POLICY_H_
#define BELLJAR_C_API_POLICY_H_

#include "belljar/c/belljar.h"
#include "belljar/policy.h"

struct belljar_policy {
  belljar::Policy policy;
};

#endif  // BELLJAR_C_API_POLICY_H_
