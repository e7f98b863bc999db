// SPDX-License-Identifier: Apache-2.0
// A log that grows, signs its heads and proves its consistency, by the definitions and slowly.
#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "dure/witness.h"
#include "support/naive_tree.h"

namespace dure {

class GrowingLog {
 public:
  explicit GrowingLog(std::string origin = "suwon.example/dure/1", std::uint8_t seed = 7,
                      KeyType type = KeyType::kEd25519)
      : origin_(std::move(origin)) {
    Secret<32> secret;
    std::fill(secret.data(), secret.data() + 32, seed);
    signer_ = std::move(*make_signer(origin_, type, secret));
  }

  const std::string& origin() const { return origin_; }
  const Signer& signer() const { return *signer_; }
  const VerifierKey& key() const { return signer_->verifier(); }
  /// Makes the log `size` entries long; `story` makes other entries from here on.
  void grow(std::uint64_t size, const std::string& story = "a") {
    while (leaves_.size() < size)
      leaves_.push_back(hash_leaf(story + std::to_string(leaves_.size())));
  }
  void cut(std::uint64_t size) { leaves_.resize(size); }
  Checkpoint head(std::uint64_t size) const {
    return {origin_, size, naive_root(std::span(leaves_).first(size))};
  }
  Note sign(const Checkpoint& head) const {
    const std::string text = format_checkpoint(head);
    return {text, {*sign_note(text, *signer_)}};
  }
  Result<Hash> node(unsigned level, std::uint64_t index) const {
    const std::uint64_t count = std::uint64_t{1} << level;
    if ((index + 1) * count > leaves_.size()) return Error{ErrorCode::kNotFound, "no such node"};
    return naive_root(std::span(leaves_).subspan(index * count, count));
  }
  /// A request that a witness at `from` grants.
  AddCheckpoint request(std::uint64_t from, std::uint64_t to) const {
    const auto node = [this](unsigned level, std::uint64_t index) {
      return this->node(level, index);
    };
    return {from, *prove_consistency(from, to, node), head(to), sign(head(to))};
  }
  std::string body(std::uint64_t from, std::uint64_t to) const {
    return format_add_checkpoint(request(from, to));
  }

 private:
  std::string origin_;
  std::unique_ptr<Signer> signer_;
  std::vector<Hash> leaves_;
};

}  // namespace dure
