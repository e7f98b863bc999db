// SPDX-License-Identifier: Apache-2.0
#include "token/token_signer.h"

#include <mutex>
#include <utility>

#include "token/token_session.h"

namespace dure::node {
namespace {

void wipe(std::string& secret) {
  volatile char* bytes = secret.data();
  for (std::size_t i = 0; i < secret.size(); ++i) bytes[i] = 0;
}

class TokenSigner final : public Signer {
 public:
  TokenSigner(VerifierKey verifier, TokenKey key, std::unique_ptr<TokenSession> session)
      : verifier_(std::move(verifier)), key_(std::move(key)), session_(std::move(session)) {}
  TokenSigner(const TokenSigner&) = delete;
  TokenSigner& operator=(const TokenSigner&) = delete;
  ~TokenSigner() override { wipe(key_.pin); }

  const VerifierKey& verifier() const override { return verifier_; }

  Result<Bytes> sign(std::string_view message) const override {
    const Hash hash = sha256({message});
    const std::lock_guard lock(mutex_);
    auto numbers = sign_hash(as_view(hash));
    if (!numbers) return numbers;
    auto signature = p256_signature(verifier_.type(), *numbers);
    // A token that was exchanged, or that errs, must not speak for this log.
    if (signature && verifier_.verify(message, *signature)) return signature;
    session_.reset();
    return gone("the token signs with another key, or wrongly");
  }

 private:
  Error gone(const std::string& detail) const {
    return Error{ErrorCode::kUnavailable,
                 key_.uri + ": " + detail,
                 "errors.token_gone",
                 {{"key", printable(key_.uri, 400)}, {"detail", detail}}};
  }

  /// Without the URI, which the text names anyway.
  static std::string reason(const Error& error) {
    for (const auto& [name, value] : error.args) {
      if (name == "detail") return value;
    }
    return error.detail;
  }

  /// Once with the session there is, and if that is no longer good, once with a new one.
  Result<Bytes> sign_hash(std::string_view hash) const {
    if (session_) {
      auto numbers = session_->sign(hash);
      if (numbers) return numbers;
      session_.reset();
    }
    auto session = TokenSession::open(key_);
    if (!session) return gone(reason(session.error()));
    session_ = *std::move(session);
    auto numbers = session_->sign(hash);
    if (numbers) return numbers;
    session_.reset();
    return gone(numbers.error().detail);
  }

  VerifierKey verifier_;
  TokenKey key_;
  mutable std::mutex mutex_;  // guards the session
  mutable std::unique_ptr<TokenSession> session_;
};

}  // namespace

Result<std::unique_ptr<Signer>> open_token_signer(std::string name, TokenKey key) {
  auto session = TokenSession::open(key);
  if (!session) return std::move(session).error();
  auto verifier = VerifierKey::make(std::move(name), KeyType::kEcdsaP256, (*session)->point());
  if (!verifier) return std::move(verifier).error();
  return std::unique_ptr<Signer>(
      std::make_unique<TokenSigner>(*std::move(verifier), std::move(key), *std::move(session)));
}

}  // namespace dure::node
