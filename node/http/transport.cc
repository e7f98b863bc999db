// SPDX-License-Identifier: Apache-2.0
#include "http/transport.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>

namespace dure::node::http {
namespace {

IoResult socket_result(ssize_t outcome, IoStatus blocked) {
  if (outcome > 0) return {IoStatus::kDone, static_cast<std::size_t>(outcome)};
  if (outcome < 0 && (errno == EAGAIN || errno == EINTR)) return {blocked, 0};
  return {IoStatus::kClosed, 0};
}

}  // namespace

void UniqueFd::reset(int fd) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = fd;
}

IoResult Transport::tls_result(int outcome) {
  if (outcome > 0) return {IoStatus::kDone, static_cast<std::size_t>(outcome)};
  const int error = SSL_get_error(session_.get(), outcome);
  ERR_clear_error();
  if (error == SSL_ERROR_WANT_READ) return {IoStatus::kWantRead, 0};
  if (error == SSL_ERROR_WANT_WRITE) return {IoStatus::kWantWrite, 0};
  return {IoStatus::kClosed, 0};
}

IoStatus Transport::handshake() {
  if (!session_) return IoStatus::kDone;
  ERR_clear_error();
  return tls_result(SSL_do_handshake(session_.get())).status;
}

IoResult Transport::read(char* data, std::size_t size) {
  if (!session_) return socket_result(::recv(fd(), data, size, 0), IoStatus::kWantRead);
  ERR_clear_error();
  return tls_result(
      SSL_read(session_.get(), data, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
}

IoResult Transport::write(std::string_view first, std::string_view second) {
  if (session_) {
    const auto data = first.empty() ? second : first;
    ERR_clear_error();
    return tls_result(SSL_write(session_.get(), data.data(),
                                static_cast<int>(std::min<std::size_t>(data.size(), INT_MAX))));
  }
  std::array<iovec, 2> parts = {iovec{const_cast<char*>(first.data()), first.size()},
                                iovec{const_cast<char*>(second.data()), second.size()}};
  msghdr message{};
  message.msg_iov = parts.data() + (first.empty() ? 1 : 0);
  message.msg_iovlen = (first.empty() ? 0U : 1U) + (second.empty() ? 0U : 1U);
  return socket_result(::sendmsg(fd(), &message, MSG_NOSIGNAL), IoStatus::kWantWrite);
}

void Transport::finish() {
  if (session_) {
    ERR_clear_error();
    SSL_shutdown(session_.get());
    ERR_clear_error();
  }
  ::shutdown(fd(), SHUT_WR);
}

void Transport::forget_output() {
  const linger at_once{1, 0};
  ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

IoResult Transport::discard(char* data, std::size_t size) {
  return socket_result(::recv(fd(), data, size, 0), IoStatus::kWantRead);
}

}  // namespace dure::node::http
