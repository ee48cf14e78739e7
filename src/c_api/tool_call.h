// Tools that are C functions.
#ifndef BELLJAR_C_API_TOOL_CALL_H_
#define BELLJAR_C_API_TOOL_CALL_H_

#include <memory>

#include "belljar/c/belljar.h"
#include "belljar/tool.h"

namespace belljar::c_api {

/// What a tool is given at each call; freed with the last copy of the tool.
class ToolContext {
 public:
  explicit ToolContext(void* pointer) : pointer_(pointer) {}
  ~ToolContext() {
    if (free_) free_(pointer_);
  }
  ToolContext(const ToolContext&) = delete;
  ToolContext& operator=(const ToolContext&) = delete;

  void* pointer() const { return pointer_; }
  void set_free(void (*free)(void*)) { free_ = free; }

 private:
  void* const pointer_;
  void (*free_)(void*) = nullptr;
};

using ToolCallback = void (*)(void* context, belljar_tool_call* call);
ToolFunction call_function(ToolCallback function, std::shared_ptr<ToolContext> context);
ToolStarter call_start(ToolCallback start, std::shared_ptr<ToolContext> context);

}  // namespace belljar::c_api

#endif  // BELLJAR_C_API_TOOL_CALL_H_
