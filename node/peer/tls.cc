// SPDX-License-Identifier: Apache-2.0
// The TLS half of dial.h. OpenSSL checks the host's name itself; the socket is written without
// SIGPIPE.
#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>

#include "peer/dial.h"

namespace dure::node {
namespace {

using BioMethod = std::unique_ptr<BIO_METHOD, FreedBy<BIO_meth_free>>;

int descriptor_of(BIO* bio) { return *static_cast<int*>(BIO_get_data(bio)); }

// OpenSSL's own socket BIO calls write(), which raises SIGPIPE when the peer has gone.
int bio_write(BIO* bio, const char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto sent = ::send(descriptor_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (sent < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_write(bio);
  return static_cast<int>(sent);
}

int bio_read(BIO* bio, char* data, int size) {
  BIO_clear_retry_flags(bio);
  const auto got = ::recv(descriptor_of(bio), data, static_cast<std::size_t>(size), 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) BIO_set_retry_read(bio);
  return static_cast<int>(got);
}

long bio_control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH ? 1 : 0; }

int bio_destroy(BIO* bio) {
  delete static_cast<int*>(BIO_get_data(bio));
  return 1;
}

BIO* make_bio(int descriptor) {
  static const BioMethod kMethod = [] {
    BioMethod made(BIO_meth_new(BIO_TYPE_SOURCE_SINK, "dure socket"));
    BIO_meth_set_write(made.get(), bio_write);
    BIO_meth_set_read(made.get(), bio_read);
    BIO_meth_set_ctrl(made.get(), bio_control);
    BIO_meth_set_destroy(made.get(), bio_destroy);
    return made;
  }();
  BIO* bio = BIO_new(kMethod.get());
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, std::make_unique<int>(descriptor).release());
  BIO_set_init(bio, 1);
  return bio;
}

/// What an operator can do about a certificate depends on why it was refused.
const char* text_for(long verdict) {
  switch (verdict) {
    case X509_V_OK:
      return "peer.tls-failed";
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return "peer.certificate-untrusted";
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return "peer.certificate-other-name";
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return "peer.certificate-out-of-date";
    default:
      return "peer.certificate-refused";
  }
}

Error tls_error(SSL* ssl, const BaseUrl& url) {
  const long verdict = SSL_get_verify_result(ssl);
  const std::string reason = verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                                  : std::string("TLS handshake failed");
  ERR_clear_error();
  const std::string what = verdict != X509_V_OK ? "certificate refused: " + reason : reason;
  return Error{ErrorCode::kUnavailable,
               url.host + ": " + what,
               text_for(verdict),
               {{"host", url.host}, {"reason", reason}}};
}

bool expect_host(SSL* ssl, const BaseUrl& url) {
  const bool is_address =
      url.is_ipv6 || url.host.find_first_not_of("0123456789.") == std::string::npos;
  if (is_address) return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), url.host.c_str()) == 1;
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return SSL_set1_host(ssl, url.host.c_str()) == 1 &&
         SSL_set_tlsext_host_name(ssl, url.host.c_str()) == 1;
}

}  // namespace

Result<SslContext> make_tls_context(const std::string& ca_file) {
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Error{ErrorCode::kInternal, "SSL_CTX_new"};
  const bool trusted = SSL_CTX_set_default_verify_paths(context.get()) == 1 &&
                       (ca_file.empty() || SSL_CTX_load_verify_locations(
                                               context.get(), ca_file.c_str(), nullptr) == 1);
  ERR_clear_error();
  if (!trusted)
    return Error{ErrorCode::kInvalid, "cannot read certificate authorities " + printable(ca_file)};
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  return context;
}

Result<SslSession> start_tls(SSL_CTX* context, int descriptor, const BaseUrl& url,
                             SteadyTime deadline, const std::stop_token& stop) {
  SslSession session(SSL_new(context));
  BIO* bio = session ? make_bio(descriptor) : nullptr;
  if (bio == nullptr) return Error{ErrorCode::kInternal, "SSL_new"};
  SSL_set_bio(session.get(), bio, bio);
  if (!expect_host(session.get(), url))
    return Error{ErrorCode::kInvalid, "bad host name " + printable(url.host)};
  for (;;) {
    ERR_clear_error();
    const int done = SSL_connect(session.get());
    if (done == 1) return session;
    const int why = SSL_get_error(session.get(), done);
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
      return tls_error(session.get(), url);
    const short events = why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT;
    if (wait_for(descriptor, events, deadline, stop) != WaitResult::kReady) {
      return Error{ErrorCode::kUnavailable, url.host + ": TLS handshake timed out"};
    }
  }
}

}  // namespace dure::node
