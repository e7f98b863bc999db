// SPDX-License-Identifier: Apache-2.0
// The server side of TLS: certificate files and one session per connection.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "dure/result.h"

namespace dure::node::http {

struct FreeSsl {
  void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const noexcept { SSL_CTX_free(context); }
};
using SslSession = std::unique_ptr<SSL, FreeSsl>;
using SslContext = std::unique_ptr<SSL_CTX, FreeSsl>;

/// Threads: any.
class TlsContext {
 public:
  /// Errors: kInvalid, saying which of the files is wrong and how.
  static Result<std::unique_ptr<TlsContext>> load(std::string certificate, std::string key);
  /// Reads both files again. The old pair stays in use if that fails.
  Status reload();
  /// A server-side session for the connected socket; null if memory is short.
  SslSession session(int fd);

 private:
  TlsContext(std::string certificate, std::string key, SslContext context);

  const std::string certificate_, key_;
  std::mutex mutex_;  // guards context_
  SslContext context_;
};

}  // namespace dure::node::http
