// What the libraries must not use, in place of the C library's (scripts/host_libraries.py renames their calls).
#include <errno.h>
#include <netdb.h>
#include <stddef.h>

// Names are resolved by c-ares, and checked; a static executable cannot do it with the C library.
int belljar_no_getaddrinfo(const char *node, const char *service, const struct addrinfo *hints, struct addrinfo **result) {
  (void)node, (void)service, (void)hints, (void)result;
  return EAI_FAIL;
}

// Ports are numbers here; /etc/services would bring the C library's loadable modules into a static executable.
int belljar_no_getservbyname_r(const char *name, const char *protocol, struct servent *buffer, char *text, size_t size,
                               struct servent **result) {
  (void)name, (void)protocol, (void)buffer, (void)text, (void)size;
  *result = NULL;
  return ENOENT;
}
int belljar_no_getservbyport_r(int port, const char *protocol, struct servent *buffer, char *text, size_t size,
                               struct servent **result) {
  (void)port, (void)protocol, (void)buffer, (void)text, (void)size;
  *result = NULL;
  return ENOENT;
}

// Proxies, search domains, key logs and the like are the policy's business, not the environment's.
char *belljar_no_getenv(const char *name) {
  (void)name;
  return NULL;
}
