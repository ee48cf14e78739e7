// What a policy may grant beyond computing: folders of the host, HTTP, secrets. Nothing of it is granted by default.
#ifndef BELLJAR_GRANTS_H_
#define BELLJAR_GRANTS_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace belljar {

// ---- files of the host ---------------------------------------------------------------------------------------

enum class MountMode : uint8_t {
  kReadOnly,     ///< the default
  kReadWrite,    ///< the guest's changes are the host's, at once, and no rollback undoes them
  kCopyOnWrite,  ///< the guest's changes stay in the session: they fork and roll back with it (Session::changes)
};

/// A directory, or a single regular file, of the host in the guest's tree.
///
/// The guest reaches what lies below `host`, and nothing else, whatever links are there or are put there meanwhile.
/// Symbolic links are resolved as the guest sees the tree. FIFOs, sockets and devices cannot be opened.
struct Mount {
  std::string host;   ///< must exist when a session is opened; it is opened then, and stays what it was if it is moved
  std::string guest;  ///< absolute, UTF-8, without "." and ".."; "/" and what the guest itself needs are refused
  MountMode mode = MountMode::kReadOnly;

  /// With kReadWrite: how much the session's files there may grow together, and how many it may make. At either limit
  /// the guest gets OSError(ENOSPC). What a kCopyOnWrite mount keeps counts as Limits::files.
  uint64_t max_bytes = uint64_t{1} << 30;
  uint32_t max_entries = 10'000;
};

// ---- network -------------------------------------------------------------------------------------------------

struct HttpRequest {
  std::string method;
  std::string url;  ///< with scheme and host; no user, no fragment
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  /// When it is not empty the guest gets ConnectionError with this text in place of a response.
  std::string error;
};

/// Answers the guest's requests itself, in place of the network. Called on threads of the Runtime, several at the same
/// time; must not use the session. What it throws is ConnectionError in the guest, without its text.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

/// A value that the guest may use and never sees. In its place the guest has the text "secret://NAME"; in a request to one
/// of `hosts` the host puts the value there. It never enters the guest's memory: where a response repeats it, the
/// placeholder stands.
struct Secret {
  std::string name;   ///< letters, digits and '_'
  std::string value;  ///< at least 8 bytes, no control characters
  std::vector<std::string> hosts;  ///< "api.example.com" or "api.example.com:8443", https only unless the host is loopback

  /// The headers it may stand in; empty: in any but Host, Content-Length and the like.
  std::vector<std::string> headers;
};

/// At each the guest gets an exception that names it. Per run, where nothing else is said.
struct NetworkLimits {
  uint32_t requests = 1000;
  uint32_t concurrent = 16;                             ///< in flight at the same time; more wait
  uint64_t request_bytes = uint64_t{16} << 20;          ///< of one request's body
  uint64_t response_bytes = uint64_t{64} << 20;         ///< of one response's body, as it is sent
  uint64_t total_bytes = uint64_t{256} << 20;           ///< of all bodies of a run
  uint32_t header_count = 128;                          ///< of one request or response
  uint64_t header_bytes = uint64_t{64} << 10;           ///< likewise, together
  std::chrono::nanoseconds connect = std::chrono::seconds(10);
  std::chrono::nanoseconds request = std::chrono::seconds(30);  ///< of one request, to the last byte of the response
};

struct Network {
  /// What may be requested, "GET,POST https://api.example.com/v1/": methods ("*" is all), then a URL whose scheme, host
  /// and port must be equal and whose path is the beginning of what may be asked for, whole segments. No wildcards, no
  /// user, no query, no fragment. A host that is not an IP address must resolve to public addresses, unless the rule ends
  /// with " private". "* *" is everything, and only with a `handler`. Empty: no network.
  std::vector<std::string> allow;
  NetworkLimits limits;

  /// "http://proxy.example.com:3128"; taken from here only, never from the environment.
  std::string proxy;

  /// PEM file of the certificates to trust, in place of the system's.
  std::string ca_file;

  std::vector<Secret> secrets;

  /// Instead of the network. Rules, secrets and limits hold all the same.
  HttpHandler handler;
};

}  // namespace belljar

#endif  // BELLJAR_GRANTS_H_
