#ifndef BELLJAR_C_API_SESSION_H_
#define BELLJAR_C_API_SESSION_H_

#include <memory>

#include "belljar/c/belljar.h"
#include "belljar/session.h"

struct belljar_session {
  std::unique_ptr<belljar::Session> session;
};

#endif  // BELLJAR_C_API_SESSION_H_
