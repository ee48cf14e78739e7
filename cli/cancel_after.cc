#include "cancel_after.h"

namespace belljar::cli {
namespace {

constexpr std::chrono::milliseconds kGrace{50};

}  // namespace

CancelAfter::CancelAfter(Session& session, std::chrono::milliseconds time)
    : thread_([this, &session, time] {
        std::unique_lock lock(mutex_);
        for (const std::chrono::milliseconds wait : {time, kGrace}) {
          if (ended_.wait_for(lock, wait, [this] { return has_ended_; })) return;
          session.cancel();
        }
      }) {}

CancelAfter::~CancelAfter() {
  {
    const std::lock_guard lock(mutex_);
    has_ended_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

}  // namespace belljar::cli
