// SPDX-License-Identifier: Apache-2.0
// A server on loopback that says exactly what a test wants, right or wrong.
#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

namespace dure::node {

/// A listening socket on a free port of 127.0.0.1.
inline int listen_tcp(int& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listener, 8), 0);
  socklen_t size = sizeof address;
  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
  port = ntohs(address.sin_port);
  return listener;
}

/// Accepts connections one after the other and hands each to `talk`, until it is destroyed.
class ScriptedServer {
 public:
  using Talk = std::function<void(int socket, int connection)>;
  ScriptedServer(int listener, Talk talk)
      : listener_(listener), thread_([this, talk = std::move(talk)] {
          for (int connection = 0;; ++connection) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) return;
            talk(socket, connection);
            ::close(socket);
          }
        }) {}
  ~ScriptedServer() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

 private:
  int listener_;
  std::thread thread_;
};

inline bool say(int socket, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// Reads one request's head; empty when the client has gone.
inline std::string hear(int socket) {
  std::string head;
  char byte = 0;
  while (head.find("\r\n\r\n") == std::string::npos && ::recv(socket, &byte, 1, 0) == 1)
    head += byte;
  return head.find("\r\n\r\n") == std::string::npos ? std::string() : head;
}

/// The path of a request's head.
inline std::string path_of(const std::string& head) {
  const auto begin = head.find(' ') + 1;
  return head.substr(begin, head.find(' ', begin) - begin);
}

/// An answer: `head` is the status line without its version, further fields behind it.
inline std::string answer(const std::string& head, const std::string& body) {
  return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

}  // namespace dure::node
