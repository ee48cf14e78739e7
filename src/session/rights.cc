#include "session/rights.h"

#include <utility>

#include "session/policy_check.h"

namespace belljar {

Result<std::shared_ptr<const Rights>> Rights::create(const Policy& policy, uint64_t image_size) {
  BELLJAR_TRY(check_policy(policy, image_size));
  auto rights = std::make_shared<Rights>();
  rights->policy = policy;
  rights->tools = BELLJAR_TRY(ToolSet::create(policy.tools, policy.modules));
  return std::shared_ptr<const Rights>(std::move(rights));
}

std::shared_ptr<const ToolSet> make_services(const Rights&, AuditSink*) { return nullptr; }

}  // namespace belljar
