// Calls of services that wait for others of their session to end, without holding a thread meanwhile.
#ifndef BELLJAR_TOOLS_CALL_LINE_H_
#define BELLJAR_TOOLS_CALL_LINE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>

#include "tools/tool_call.h"

namespace belljar {

/// Of one session. Of each service Tool::max_calls are on threads at the same time.
class CallLine {
 public:
  using State = std::shared_ptr<ToolCallState>;

  /// False: `call` waits here until leave() returns it.
  bool enter(const State& call) {
    const std::lock_guard lock(mutex_);
    Of& line = lines_[&call->tool()];
    if (line.running >= call->tool().max_calls) {
      line.waiting.push_back(call);
      return false;
    }
    line.running++;
    return true;
  }

  /// One that entered is over: the next, which has entered now, or null.
  State leave(const Tool& tool) {
    const std::lock_guard lock(mutex_);
    Of& line = lines_[&tool];
    while (!line.waiting.empty()) {
      State next = std::move(line.waiting.front());
      line.waiting.pop_front();
      if (!next->is_over()) return next;
    }
    line.running--;
    return nullptr;
  }

 private:
  struct Of {
    uint32_t running = 0;
    std::deque<State> waiting;
  };

  std::mutex mutex_;
  std::map<const Tool*, Of> lines_;
};

}  // namespace belljar

#endif  // BELLJAR_TOOLS_CALL_LINE_H_
