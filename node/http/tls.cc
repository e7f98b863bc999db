// SPDX-License-Identifier: Apache-2.0
#include "http/tls.h"

#include <openssl/err.h>

namespace dure::node::http {
namespace {

// The reason of the first OpenSSL error; the queue is empty afterwards.
std::string openssl_reason() {
  const auto code = ERR_get_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "unknown reason" : reason;
}

Error bad_file(const char* what, const std::string& path) {
  return {ErrorCode::kInvalid,
          std::string(what) + " \"" + printable(path) + "\" cannot be used: " + openssl_reason()};
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void*) {
  static constexpr unsigned char kOurs[] = "\x08http/1.1";
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, kOurs, sizeof kOurs - 1, offered, offered_size) !=
      OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

Result<SslContext> make_context(const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  SslContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return Error{ErrorCode::kInternal, "TLS: " + openssl_reason()};
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                         SSL_OP_CIPHER_SERVER_PREFERENCE |
                                         SSL_OP_PRIORITIZE_CHACHA);
  // Forward secrecy and authenticated ciphers only for TLS 1.2; TLS 1.3 has nothing else.
  SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20");
  // Idle connections give their buffers back; a retried write may come from another address.
  SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                      SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(context.get(), choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(context.get(), certificate.c_str()) != 1) {
    return bad_file("the TLS certificate", certificate);
  }
  if (SSL_CTX_use_PrivateKey_file(context.get(), key.c_str(), SSL_FILETYPE_PEM) != 1 ||
      SSL_CTX_check_private_key(context.get()) != 1) {
    return bad_file("the TLS key", key);
  }
  return context;
}

}  // namespace

TlsContext::TlsContext(std::string certificate, std::string key, SslContext context)
    : certificate_(std::move(certificate)), key_(std::move(key)), context_(std::move(context)) {}

Result<std::unique_ptr<TlsContext>> TlsContext::load(std::string certificate, std::string key) {
  auto context = make_context(certificate, key);
  if (!context) return std::move(context).error();
  return std::unique_ptr<TlsContext>(
      new TlsContext(std::move(certificate), std::move(key), *std::move(context)));
}

Status TlsContext::reload() {
  auto context = make_context(certificate_, key_);
  if (!context) return std::move(context).error();
  const std::lock_guard lock(mutex_);
  context_ = *std::move(context);  // sessions under way hold the old one
  return ok();
}

SslSession TlsContext::session(int fd) {
  SslSession session;
  {
    const std::lock_guard lock(mutex_);
    session.reset(SSL_new(context_.get()));
  }
  if (!session || SSL_set_fd(session.get(), fd) != 1) return nullptr;
  SSL_set_accept_state(session.get());
  return session;
}

}  // namespace dure::node::http
