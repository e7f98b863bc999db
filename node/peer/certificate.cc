// SPDX-License-Identifier: Apache-2.0
#include "peer/certificate.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cerrno>
#include <ctime>
#include <memory>
#include <system_error>

#include "peer/dial.h"

namespace dure::node {
namespace {

using Certificate = std::unique_ptr<X509, FreedBy<X509_free>>;

struct CloseFile {
  void operator()(FILE* file) const noexcept { (void)std::fclose(file); }
};

std::int64_t posix_of(const ASN1_TIME* time) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : 0;
}

SeenCertificate describe(const X509* certificate) {
  SeenCertificate seen;
  seen.from = posix_of(X509_get0_notBefore(certificate));
  seen.until = posix_of(X509_get0_notAfter(certificate));
  return seen;
}

// The handshake goes on whatever the verdict: this connection carries nothing.
int look_on(int, X509_STORE_CTX*) { return 1; }

}  // namespace

Result<SeenCertificate> read_certificate(const std::string& path) {
  const std::unique_ptr<FILE, CloseFile> file(std::fopen(path.c_str(), "re"));
  if (!file) {
    const auto why = std::generic_category().message(errno);
    return Error{ErrorCode::kStorage,
                 path + ": " + why,
                 "errors.file_read",
                 {{"file", printable(path, 400)}, {"detail", why}}};
  }
  const Certificate certificate(PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) return Error{ErrorCode::kMalformed, path + " holds no certificate (PEM)"};
  return describe(certificate.get());
}

Result<SeenCertificate> see_certificate(const BaseUrl& url, const std::string& ca_file,
                                        std::chrono::milliseconds longest) {
  const auto deadline = std::chrono::steady_clock::now() + longest;
  auto context = make_tls_context(ca_file);
  if (!context) return std::move(context).error();
  SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER, look_on);
  auto socket = dial_tcp(url, longest, {});
  if (!socket) return std::move(socket).error();
  auto session = start_tls(context->get(), socket->get(), url, deadline, {});
  if (!session) return std::move(session).error();
  const Certificate certificate(SSL_get1_peer_certificate(session->get()));
  if (!certificate) return Error{ErrorCode::kUnavailable, url.host + ": no certificate was shown"};
  SeenCertificate seen = describe(certificate.get());
  const long verdict = SSL_get_verify_result(session->get());
  if (verdict != X509_V_OK) seen.refused = X509_verify_cert_error_string(verdict);
  return seen;
}

std::string tls_library() {
  return std::string("OpenSSL ") + OpenSSL_version(OPENSSL_VERSION_STRING);
}

}  // namespace dure::node
