// SPDX-License-Identifier: Apache-2.0
// Connections to one address, with TLS where it says so.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "peer/bounded_client.h"

namespace dure::node {

/// The authorities, read once and only if some peer uses TLS. Threads: any.
class TlsAuthorities {
 public:
  explicit TlsAuthorities(std::string ca_file) : ca_file_(std::move(ca_file)) {}
  /// Errors: as make_tls_context().
  Result<SSL_CTX*> context();

 private:
  std::string ca_file_;
  std::mutex mutex_;
  SslContext context_;
};

// Shared by those that one opener made; they may outlive the opener.
using SharedAuthorities = std::shared_ptr<TlsAuthorities>;

/// `connect_timeout`: TCP and TLS together, for each address; `rule`: as in dial_tcp().
Dialler make_dialler(const BaseUrl& url, std::chrono::milliseconds connect_timeout,
                     std::stop_token stop, SharedAuthorities authorities, AddressRule rule = {});

}  // namespace dure::node
