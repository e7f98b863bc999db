// SPDX-License-Identifier: Apache-2.0
// One logged-in session with a token, in the words of PKCS#11 2.40.
#pragma once

#include <p11-kit/p11-kit.h>
#include <p11-kit/pkcs11.h>
#include <p11-kit/uri.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "dure/encoding.h"
#include "dure/result.h"
#include "token/token_signer.h"

namespace dure::node {

/// A loaded and initialised module.
class TokenModule {
 public:
  /// Errors: kInvalid.
  static Result<std::shared_ptr<TokenModule>> load(const std::string& path);
  explicit TokenModule(CK_FUNCTION_LIST* functions) : functions_(functions) {}
  ~TokenModule();
  TokenModule(const TokenModule&) = delete;
  TokenModule& operator=(const TokenModule&) = delete;
  CK_FUNCTION_LIST& functions() const { return *functions_; }

 private:
  CK_FUNCTION_LIST* functions_;
};

struct UriFree {
  void operator()(P11KitUri* uri) const { p11_kit_uri_free(uri); }
};
using TokenUri = std::unique_ptr<P11KitUri, UriFree>;

/// Errors: kInvalid (no URI of a key, or one with a PIN in it).
Result<TokenUri> parse_token_uri(const std::string& text);

/// Threads: one at a time.
class TokenSession {
 public:
  /// Errors: as open_token_signer.
  static Result<std::unique_ptr<TokenSession>> open(const TokenKey& key);
  TokenSession(std::shared_ptr<TokenModule> module, CK_SESSION_HANDLE handle)
      : module_(std::move(module)), handle_(handle) {}
  ~TokenSession();
  TokenSession(const TokenSession&) = delete;
  TokenSession& operator=(const TokenSession&) = delete;

  const std::string& point() const { return point_; }
  /// r ‖ s over a hash. Errors: kUnavailable.
  Result<Bytes> sign(std::string_view hash) const;

 private:
  Status log_in(const TokenKey& key, const CK_TOKEN_INFO& info) const;
  Status find_keys(const TokenKey& key, P11KitUri* uri);
  Result<CK_OBJECT_HANDLE> find(const TokenKey& key, P11KitUri* uri, CK_OBJECT_CLASS kind) const;
  Result<std::string> read_point(const TokenKey& key, CK_OBJECT_HANDLE object) const;

  std::shared_ptr<TokenModule> module_;
  CK_SESSION_HANDLE handle_;
  CK_OBJECT_HANDLE private_key_ = 0;
  std::string point_;
};

}  // namespace dure::node
