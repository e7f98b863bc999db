// SPDX-License-Identifier: Apache-2.0
// Certificates looked at: the one in a file, and the one that an address shows, accepted or not.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "dure/result.h"
#include "peer/base_url.h"

namespace dure::node {

/// Validity in POSIX seconds.
struct SeenCertificate {
  std::int64_t from = 0, until = 0;
  std::string refused;  // why a peer would not accept it, in OpenSSL's words; empty: it would
};

/// The first certificate of a PEM file. Errors: kStorage, kMalformed.
Result<SeenCertificate> read_certificate(const std::string& path);
/// Shakes hands with `url` and looks at what it shows, whether or not that would be accepted.
/// `ca_file`: as make_tls_context(). Errors: kUnavailable (no connection, no TLS), kInvalid
/// (ca_file).
Result<SeenCertificate> see_certificate(const BaseUrl& url, const std::string& ca_file,
                                        std::chrono::milliseconds longest);

/// "OpenSSL 3.0.15".
std::string tls_library();

}  // namespace dure::node
