// SPDX-License-Identifier: Apache-2.0
// Certificates made on the spot: an authority, what it issues, and what is wrong with it.
#pragma once

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace dure::node {

using TestKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using TestX509 = std::unique_ptr<X509, decltype(&X509_free)>;

struct TestCertificate {
  TestKey key{nullptr, EVP_PKEY_free};
  TestX509 x509{nullptr, X509_free};

  void write(const std::string& file) const {
    const std::unique_ptr<FILE, int (*)(FILE*)> out(std::fopen(file.c_str(), "w"), std::fclose);
    PEM_write_X509(out.get(), x509.get());
  }
};

/// What to put into a certificate. Times are seconds from now.
struct TestSubject {
  std::string name = "node";
  std::string alternatives;  // "DNS:localhost,IP:127.0.0.1"; empty: none
  bool authority = false;
  long from = -3600;
  long until = 3600;
};

/// A certificate signed by `issuer`, or by itself.
inline TestCertificate issue(const TestSubject& subject, const TestCertificate* issuer = nullptr) {
  TestCertificate made;
  made.key.reset(EVP_EC_gen("P-256"));
  made.x509.reset(X509_new());
  X509* x509 = made.x509.get();
  X509_set_version(x509, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), issuer == nullptr ? 1 : 2);
  X509_gmtime_adj(X509_getm_notBefore(x509), subject.from);
  X509_gmtime_adj(X509_getm_notAfter(x509), subject.until);
  X509_set_pubkey(x509, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(subject.name.c_str()), -1, -1,
                             0);
  X509_set_issuer_name(x509, issuer == nullptr ? X509_get_subject_name(x509)
                                               : X509_get_subject_name(issuer->x509.get()));
  const auto extend = [x509](int kind, const std::string& value) {
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str()), X509_EXTENSION_free);
    X509_add_ext(x509, extension.get(), -1);
  };
  extend(NID_basic_constraints, subject.authority ? "critical,CA:TRUE" : "CA:FALSE");
  if (!subject.alternatives.empty()) extend(NID_subject_alt_name, subject.alternatives);
  X509_sign(x509, issuer == nullptr ? made.key.get() : issuer->key.get(), EVP_sha256());
  return made;
}

}  // namespace dure::node
