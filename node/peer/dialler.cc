// SPDX-License-Identifier: Apache-2.0
#include "peer/dialler.h"

namespace dure::node {

Result<SSL_CTX*> TlsAuthorities::context() {
  const std::lock_guard lock(mutex_);
  if (!context_) {
    auto made = make_tls_context(ca_file_);
    if (!made) return std::move(made).error();
    context_ = std::move(*made);
  }
  return context_.get();
}

Dialler make_dialler(const BaseUrl& url, std::chrono::milliseconds connect_timeout,
                     std::stop_token stop, SharedAuthorities authorities, AddressRule rule) {
  return [url, connect_timeout, stop = std::move(stop), authorities = std::move(authorities),
          rule = std::move(rule)]() -> Result<Dialled> {
    auto descriptor = dial_tcp(url, connect_timeout, stop, rule);
    if (!descriptor) return std::move(descriptor).error();
    Dialled connection{std::move(*descriptor), nullptr};
    if (!url.tls) return connection;
    auto context = authorities->context();
    if (!context) return std::move(context).error();
    const auto deadline = std::chrono::steady_clock::now() + connect_timeout;
    auto session = start_tls(*context, connection.descriptor.get(), url, deadline, stop);
    if (!session) return std::move(session).error();
    connection.tls = std::move(*session);
    return connection;
  };
}

}  // namespace dure::node
