// A request over the network, with libcurl.
#ifndef BELLJAR_NET_CURL_EXCHANGE_H_
#define BELLJAR_NET_CURL_EXCHANGE_H_

#include <memory>
#include <vector>

#include "net/connections.h"
#include "net/exchange.h"

namespace belljar::net {

/// To the given addresses and no others: those of the URL's host, or with a proxy those of the proxy. `connections`
/// must outlive it.
std::unique_ptr<Exchange> make_curl_exchange(std::shared_ptr<const NetworkRights> rights, Request request,
                                             std::vector<Address> addresses, Connections& connections);

}  // namespace belljar::net

#endif  // BELLJAR_NET_CURL_EXCHANGE_H_
