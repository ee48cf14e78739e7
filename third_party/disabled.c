// What the libraries must not use, in place of the C library's (scripts/host_libraries.py renames their calls).
#include <netdb.h>
#include <stddef.h>

// Names are resolved by c-ares, and checked; a static executable cannot do it with the C library.
int belljar_no_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
  (void)node, (void)service, (void)hints, (void)result;
  return EAI_FAIL;
}

// Proxies, search domains, key logs and the like are the policy's business, not the environment's.
char *belljar_no_getenv(const char *name) {
  (void)name;
  return NULL;
}
