#include "session/sandbox.h"

#include <utility>

#include "engine/faults.h"

namespace belljar {

Result<std::unique_ptr<Sandbox>> Sandbox::create(const engine::Code& code, engine::Watchdog& watchdog,
                                                 std::shared_ptr<const Image> image) {
  std::unique_ptr<Slot> slot = BELLJAR_TRY(Slot::create());
  std::unique_ptr<engine::Stack> stack = BELLJAR_TRY(engine::Stack::create(engine::kNativeStackBytes));
  BELLJAR_TRY(slot->show(std::move(image)));
  std::unique_ptr<Sandbox> sandbox(new Sandbox(code, watchdog, std::move(slot), std::move(stack)));
  if (!engine::Faults::add(*sandbox->slot_, sandbox->gate_)) {
    return Error{ErrorCode::kExhausted, "too many sandboxes in one process", "hold fewer sessions"};
  }
  watchdog.add(&sandbox->watch_);
  sandbox->registered_ = true;
  BELLJAR_TRY(sandbox->renew_instance());
  return sandbox;
}

Sandbox::Sandbox(const engine::Code& code, engine::Watchdog& watchdog, std::unique_ptr<Slot> slot,
                 std::unique_ptr<engine::Stack> stack)
    : code_(code), watchdog_(watchdog), slot_(std::move(slot)), stack_(std::move(stack)), watch_(*slot_, gate_) {}

Sandbox::~Sandbox() {
  if (!registered_) return;
  watchdog_.remove(&watch_);
  engine::Faults::remove(*slot_);
}

Status Sandbox::renew_instance() {
  if (instance_ && instance_->memory_size() == slot_->size() &&
      instance_->is_clean(slot_->image()->layout().stack_pointer)) {
    return Ok{};
  }
  instance_ = nullptr;
  instance_ = BELLJAR_TRY(engine::Instance::create(code_, *slot_, *stack_, gate_));
  return Ok{};
}

Status Sandbox::lay(std::shared_ptr<const Delta> delta) {
  if (!slot_->shown() || slot_->shown() != delta) BELLJAR_TRY(slot_->lay(std::move(delta)));
  return renew_instance();
}

Result<uint64_t> Sandbox::show(std::shared_ptr<const Delta> delta, const PageScanner& scanner) {
  const uint64_t pages = BELLJAR_TRY(slot_->restore(std::move(delta), scanner));
  BELLJAR_TRY(renew_instance());
  return pages;
}

Result<uint64_t> Sandbox::reset(const PageScanner& scanner, std::shared_ptr<const Delta> home) {
  stack_->trim();
  return show(std::move(home), scanner);
}

}  // namespace belljar
