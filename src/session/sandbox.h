// One sandbox's machinery: slot, native stack, gate, watch and instance, made together and re-used by one session after
// the other.
#ifndef BELLJAR_SESSION_SANDBOX_H_
#define BELLJAR_SESSION_SANDBOX_H_

#include <memory>

#include "belljar/result.h"
#include "engine/code.h"
#include "engine/gate.h"
#include "engine/instance.h"
#include "engine/stack.h"
#include "engine/watchdog.h"
#include "image/image.h"
#include "image/pages.h"
#include "image/slot.h"

namespace belljar {

class Sandbox {
 public:
  /// Shows `image`, ready to run. `code` and `watchdog` outlive the sandbox.
  static Result<std::unique_ptr<Sandbox>> create(const engine::Code& code, engine::Watchdog& watchdog,
                                                 std::shared_ptr<const Image> image);
  ~Sandbox();

  Slot& slot() { return *slot_; }
  const Slot& slot() const { return *slot_; }
  engine::Gate& gate() { return gate_; }
  engine::Watch& watch() { return watch_; }
  const engine::Watch& watch() const { return watch_; }
  engine::Instance& instance() { return *instance_; }

  /// The memory was put back behind the instance's back (a rollback), or the last call did not return: make sure that
  /// the instance fits the slot again.
  Status renew_instance();

  /// Ready to go on from `delta` over the image; it shows the image (Slot::lay) or `delta` already. After an error the sandbox must be destroyed.
  Status lay(std::shared_ptr<const Delta> delta);

  /// Ready to go on from `delta` over the image (Slot::restore). Returns the number of pages that had been written. After
  /// an error the sandbox must be destroyed.
  Result<uint64_t> show(std::shared_ptr<const Delta> delta, const PageScanner& scanner);

  /// Back to the image, or to `home`, ready for another session.
  Result<uint64_t> reset(const PageScanner& scanner, std::shared_ptr<const Delta> home = nullptr);

 private:
  Sandbox(const engine::Code& code, engine::Watchdog& watchdog, std::unique_ptr<Slot> slot,
          std::unique_ptr<engine::Stack> stack);

  const engine::Code& code_;
  engine::Watchdog& watchdog_;
  std::unique_ptr<Slot> slot_;
  std::unique_ptr<engine::Stack> stack_;
  engine::Gate gate_;
  engine::Watch watch_;
  std::unique_ptr<engine::Instance> instance_;
  bool registered_ = false;
};

}  // namespace belljar

#endif  // BELLJAR_SESSION_SANDBOX_H_
