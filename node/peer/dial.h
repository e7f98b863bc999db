// SPDX-License-Identifier: Apache-2.0
// Opens non-blocking connections: TCP or Unix, with TLS on top if wanted.
#pragma once

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <functional>
#include <memory>
#include <string>

#include "dure/result.h"
#include "peer/base_url.h"
#include "peer/deadline.h"

namespace dure::node {

template <auto kFree>
struct FreedBy {
  template <class T>
  void operator()(T* handle) const noexcept {
    kFree(handle);
  }
};
using SslContext = std::unique_ptr<SSL_CTX, FreedBy<SSL_CTX_free>>;
using SslSession = std::unique_ptr<SSL, FreedBy<SSL_free>>;

/// A connected socket, closed when it goes out of scope.
class Descriptor {
 public:
  explicit Descriptor(int descriptor = -1) : descriptor_(descriptor) {}
  Descriptor(Descriptor&& other) noexcept : descriptor_(other.release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor();
  int get() const { return descriptor_; }
  int release();

 private:
  int descriptor_;
};

/// Whether an address that a host's name led to may be dialled.
using AddressRule = std::function<bool(const sockaddr& address)>;

/// Tries the host's addresses in order, each for at most `timeout`. Errors: kUnavailable, kRefused
/// (`rule` allows none of them; an empty one allows all).
Result<Descriptor> dial_tcp(const BaseUrl& url, std::chrono::milliseconds timeout,
                            const std::stop_token& stop, const AddressRule& rule = {});
/// Errors: kNotFound (nobody listens there), kUnavailable.
Result<Descriptor> dial_unix(const std::string& path);

/// A client context that trusts the system's authorities and those in `ca_file` unless it is empty;
/// TLS 1.2 or newer. Errors: kInvalid.
Result<SslContext> make_tls_context(const std::string& ca_file);
/// Shakes hands as a client and verifies the certificate for url.host. Errors: kUnavailable.
Result<SslSession> start_tls(SSL_CTX* context, int descriptor, const BaseUrl& url,
                             SteadyTime deadline, const std::stop_token& stop);

}  // namespace dure::node
