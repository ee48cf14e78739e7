#include "session/rights.h"

#include <utility>

#include "net/broker.h"
#include "session/policy_check.h"

namespace belljar {

Result<std::shared_ptr<const Rights>> Rights::create(const Policy& policy, uint64_t image_size) {
  BELLJAR_TRY(check_policy(policy, image_size));
  auto rights = std::make_shared<Rights>();
  rights->policy = policy;
  rights->tools = BELLJAR_TRY(ToolSet::create(policy.tools, policy.modules));
  rights->network = BELLJAR_TRY(net::NetworkRights::create(policy.network));
  for (Secret& secret : rights->policy.network.secrets) net::wipe(secret.value);
  rights->mounts = BELLJAR_TRY(fs::MountSet::open(policy.mounts));
  return std::shared_ptr<const Rights>(std::move(rights));
}

std::shared_ptr<const ToolSet> make_services(const Rights& rights, AuditSink* audit) {
  if (!rights.network) return nullptr;
  const auto broker = std::make_shared<net::Broker>(rights.network, audit);
  return ToolSet::of_services(net::Broker::services(broker), {.begin_run = [broker] { broker->begin_run(); },
                                                              .rolled_back = [broker] { broker->drop_streams(); },
                                                              .session_ended = [broker] { broker->end_session(); }});
}

}  // namespace belljar
