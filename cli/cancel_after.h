// A shorter deadline for one run than the session's own limits.
#ifndef BELLJAR_CLI_CANCEL_AFTER_H_
#define BELLJAR_CLI_CANCEL_AFTER_H_

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "belljar/session.h"

namespace belljar::cli {

/// Lives around a run: interrupts it when it takes longer, and stops it when it goes on regardless. Once gone it leaves
/// the session alone, so it never hits the next run.
class CancelAfter {
 public:
  CancelAfter(Session& session, std::chrono::milliseconds time);
  ~CancelAfter();
  CancelAfter(const CancelAfter&) = delete;
  CancelAfter& operator=(const CancelAfter&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable ended_;
  bool has_ended_ = false;
  std::thread thread_;
};

}  // namespace belljar::cli

#endif  // BELLJAR_CLI_CANCEL_AFTER_H_
