// An HTTP server on loopback that says exactly what a test wants, right or wrong.
#ifndef BELLJAR_TESTS_HTTP_SERVER_H_
#define BELLJAR_TESTS_HTTP_SERVER_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace belljar::testing {

class HttpServer {
 public:
  /// One connection, in a thread of its own.
  class Connection {
   public:
    Connection(HttpServer& server, int fd) : server_(server), fd_(fd) {}

    /// A request with its body (of a Content-Length, or chunked); "" when the other side has hung up.
    std::string request() {
      std::string text;
      size_t end = std::string::npos;
      while ((end = text.find("\r\n\r\n")) == std::string::npos) {
        if (!receive(&text)) return "";
      }
      std::string head = text.substr(0, end);
      std::transform(head.begin(), head.end(), head.begin(), ::tolower);
      if (const size_t at = head.find("content-length: "); at != std::string::npos) {
        const size_t size = end + 4 + std::stoul(head.substr(at + 16));
        while (text.size() < size) {
          if (!receive(&text)) return text;
        }
      } else if (head.find("transfer-encoding: chunked") != std::string::npos) {
        while (!text.ends_with("\r\n0\r\n\r\n")) {
          if (!receive(&text)) return text;
        }
      }
      const std::lock_guard lock(server_.mutex_);
      server_.requests_.push_back(text);
      return text;
    }

    /// False when the other side is gone, or the server is being stopped.
    bool send(const std::string& text) {
      size_t sent = 0;
      while (sent < text.size()) {
        const ssize_t n = ::send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (n <= 0) return false;
        sent += static_cast<size_t>(n);
      }
      return !server_.is_stopping_;
    }

    /// Until the other side hangs up, or for a second.
    void wait_for_end() {
      for (int i = 0; i < 100 && !server_.is_stopping_; i++) {
        pollfd polled{fd_, POLLIN, 0};
        char byte;
        if (poll(&polled, 1, 10) > 0 && recv(fd_, &byte, 1, MSG_DONTWAIT) == 0) return;
      }
    }

   private:
    bool receive(std::string* text) {
      pollfd polled{fd_, POLLIN, 0};
      while (!server_.is_stopping_) {
        if (poll(&polled, 1, 10) <= 0) continue;
        char buffer[65536];
        const ssize_t n = recv(fd_, buffer, sizeof buffer, 0);
        if (n > 0) text->append(buffer, static_cast<size_t>(n));
        return n > 0;
      }
      return false;
    }

    HttpServer& server_;
    const int fd_;
  };
  using Script = std::function<void(Connection&)>;

  explicit HttpServer(Script script) : script_(std::move(script)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 64);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { accept_all(); });
  }
  ~HttpServer() {
    is_stopping_ = true;
    thread_.join();
    for (std::thread& thread : connections_) thread.join();
    close(listener_);
  }

  /// Answers each request of a connection with the same text.
  static Script always(std::string response) {
    return [response](Connection& connection) {
      while (!connection.request().empty()) {
        if (!connection.send(response)) return;
      }
    };
  }

  std::string url(const std::string& path = "/") const { return "http://127.0.0.1:" + std::to_string(port_) + path; }
  uint16_t port() const { return port_; }
  size_t connections() const { return count_; }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  void accept_all() {
    while (!is_stopping_) {
      pollfd polled{listener_, POLLIN, 0};
      if (poll(&polled, 1, 10) <= 0) continue;
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) continue;
      count_++;
      connections_.emplace_back([this, fd] {
        Connection connection(*this, fd);
        script_(connection);
        close(fd);
      });
    }
  }

  const Script script_;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::atomic<bool> is_stopping_{false};
  std::atomic<size_t> count_{0};
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::vector<std::thread> connections_;
  std::thread thread_;
};

}  // namespace belljar::testing

#endif  // BELLJAR_TESTS_HTTP_SERVER_H_
