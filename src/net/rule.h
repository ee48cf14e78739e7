// What may be requested: the rules of Network::allow (grants.h).
#ifndef BELLJAR_NET_RULE_H_
#define BELLJAR_NET_RULE_H_

#include <string>
#include <string_view>
#include <vector>

#include "belljar/result.h"
#include "net/url.h"

namespace belljar::net {

struct Rule {
  std::vector<std::string> methods;  ///< empty: all
  bool is_everything = false;        ///< "* *": no origin, no path
  Origin origin;
  std::string path = "/";  ///< what must be the beginning, whole segments
  bool may_be_private = false;

  bool allows(std::string_view method, const Url& url) const;
};

/// kInvalidArgument says what is wrong with it, and what to write.
Result<Rule> parse_rule(std::string_view text);

class Rules {
 public:
  /// `has_handler`: "* *" may be among them.
  static Result<Rules> create(const std::vector<std::string>& texts, bool has_handler);

  bool empty() const { return rules_.empty(); }

  /// The rule that allows it; of several one that may lead to private addresses.
  const Rule* find(std::string_view method, const Url& url) const;

  /// Whether some rule is about that host.
  bool knows_host(std::string_view host) const;

  /// Why nothing allows it: what the nearest rules say.
  std::string explain(std::string_view method, const Url& url) const;

 private:
  std::vector<Rule> rules_;
  std::vector<std::string> texts_;
};

}  // namespace belljar::net

#endif  // BELLJAR_NET_RULE_H_
