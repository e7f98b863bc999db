// SPDX-License-Identifier: Apache-2.0
// A publisher's log in memory that anybody can fetch from, honestly or not.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/commitment.h"
#include "dure/entry.h"
#include "dure/tile.h"
#include "replication/ports.h"

namespace dure::node {

/// Leaves, salts and bodies made from a seed: the same every time.
class FakeLog {
 public:
  explicit FakeLog(std::string origin, std::uint8_t seed = 1)
      : origin_(std::move(origin)), seed_(seed) {
    Secret<32> secret;
    for (std::size_t i = 0; i < 32; ++i) secret.data()[i] = seed;
    signer_ = std::move(*make_ed25519_signer(origin_, KeyType::kEd25519, secret));
  }

  const std::string& origin() const { return origin_; }
  std::vector<VerifierKey> keys() const { return {signer_->verifier()}; }
  const Signer& signer() const { return *signer_; }
  std::size_t size() const { return leaves_.size(); }
  const std::vector<std::string>& leaves() const { return leaves_; }
  const std::vector<std::string>& bodies() const { return bodies_; }
  const std::vector<Salt>& salts() const { return salts_; }
  void erase_body(std::size_t index) { absent_[index] = true; }

  void grow_to(std::size_t size) {
    while (leaves_.size() < size)
      append("body " + std::to_string(leaves_.size()) + "/" + std::to_string(seed_));
  }

  void append(const std::string& body) {
    Salt salt;
    const Hash random = sha256({origin_, std::to_string(seed_), std::to_string(leaves_.size())});
    std::copy(random.begin(), random.end(), salt.begin());
    Leaf leaf;
    leaf.type = "service";
    leaf.id = base32_encode(as_view(random).substr(0, 16));
    leaf.commitment = commit(body, salt);
    leaf.size = size_bucket(body.size());
    leaf.time = "2026-01-02T03:04:05Z";
    append_raw(format_leaf(leaf), salt, body);
  }

  void append_raw(const std::string& leaf, const Salt& salt, const std::string& body) {
    leaves_.push_back(leaf);
    salts_.push_back(salt);
    bodies_.push_back(body);
    hashes_.push_back(hash_leaf(leaf));
    absent_.push_back(false);
  }

  std::string note(std::size_t size) const {
    const Checkpoint head{origin_, size, tree_root(std::span<const Hash>(hashes_).first(size))};
    return format_note(sign_checkpoint(head, *signer_)->note);
  }

  /// The honest contents of `path` below the log in the tree of `size` entries.
  Result<Bytes> serve(std::string_view path, std::size_t size,
                      std::size_t soft_limit = SIZE_MAX) const {
    const Error missing{ErrorCode::kNotFound, "HTTP 404"};
    if (path == "checkpoint") return note(size);
    std::size_t from = 0;
    if (const auto query = path.find("?from="); query != std::string_view::npos) {
      from = static_cast<std::size_t>(*parse_decimal(path.substr(query + 6)));
      path = path.substr(0, query);
    }
    const auto tile = parse_tile_path(path);
    if (!tile || tile->width > tile_width(size, tile->level, tile->index)) return missing;
    return contents(*tile, from, soft_limit);
  }

 private:
  Bytes contents(const TilePath& tile, std::size_t from, std::size_t soft_limit) const {
    Bytes out;
    const std::size_t span = std::size_t{1} << (kTileHeight * tile.level);
    for (std::size_t i = from; i < tile.width; ++i) {
      const std::size_t index = static_cast<std::size_t>(tile.index) * kTileWidth + i;
      switch (tile.kind) {
        case TileKind::kHashes:
          out += as_view(tree_root(std::span<const Hash>(hashes_).subspan(index * span, span)));
          break;
        case TileKind::kEntries:
          append_to_entry_bundle(out, leaves_[index]);
          break;
        case TileKind::kBodies:
          if (absent_[index]) {
            append_absent_to_body_bundle(out);
          } else {
            append_to_body_bundle(out, salts_[index], bodies_[index]);
          }
          if (out.size() >= soft_limit) return out;
          break;
      }
    }
    return out;
  }

  std::string origin_;
  std::uint8_t seed_;
  std::unique_ptr<Signer> signer_;
  std::vector<std::string> leaves_, bodies_;
  std::vector<Salt> salts_;
  std::vector<Hash> hashes_;
  std::vector<bool> absent_;
};

/// Places to fetch from, by URL. Threads: any.
class FakeNetwork {
 public:
  struct Node {
    const FakeLog* log = nullptr;
    std::size_t size = 0;  // of the head it shows
    std::size_t soft_limit = SIZE_MAX;
    bool honours_range = true;
    std::map<std::string, Bytes> extra;  // further absolute paths
    std::function<void(const std::string& path, Result<FetchResponse>&)> tamper;  // may be empty
  };

  Node& operator[](const std::string& url) { return nodes_[url]; }

  OpenSource opener() {
    return [this](const std::string& url) -> Result<std::unique_ptr<Source>> {
      if (nodes_.count(url) == 0) return Error{ErrorCode::kUnavailable, "no such host"};
      return std::unique_ptr<Source>(std::make_unique<FakeSource>(*this, url));
    };
  }

  std::uint64_t fetches() const {
    const std::lock_guard lock(mutex_);
    return fetches_;
  }
  std::vector<std::string> paths() const {
    const std::lock_guard lock(mutex_);
    return paths_;
  }
  void forget() {
    const std::lock_guard lock(mutex_);
    paths_.clear();
    fetches_ = 0;
  }
  /// The n-th fetch from now on (0 is the next) fails; -1: none.
  void fail_fetch(std::int64_t nth) {
    const std::lock_guard lock(mutex_);
    fail_in_ = nth;
  }

 private:
  class FakeSource : public Source {
   public:
    FakeSource(FakeNetwork& network, std::string url) : network_(network), url_(std::move(url)) {}
    Result<FetchResponse> fetch(const FetchRequest& request) override {
      return network_.fetch(url_, request);
    }

   private:
    FakeNetwork& network_;
    std::string url_;
  };

  Result<FetchResponse> fetch(const std::string& url, const FetchRequest& request) {
    {
      const std::lock_guard lock(mutex_);
      ++fetches_;
      paths_.push_back(url + request.path);
      if (fail_in_ >= 0 && fail_in_-- == 0) return Error{ErrorCode::kUnavailable, "cut"};
    }
    const Node& node = nodes_.at(url);
    auto response = answer(node, request);
    if (node.tamper) node.tamper(request.path, response);
    if (response && response->body.size() > request.max_bytes)
      return Error{ErrorCode::kTooLarge, "too large"};
    return response;
  }

  static Result<FetchResponse> answer(const Node& node, const FetchRequest& request) {
    FetchResponse response;
    if (const auto found = node.extra.find(request.path); found != node.extra.end()) {
      response.body = found->second;
      return response;
    }
    std::string_view path = request.path;
    for (const std::string& prefix :
         {std::string("/log/"),
          "/mirror/" + origin_hash(node.log ? node.log->origin() : "") + "/"}) {
      if (!path.starts_with(prefix) || node.log == nullptr) continue;
      auto body = node.log->serve(path.substr(prefix.size()), node.size, node.soft_limit);
      if (!body) return std::move(body).error();
      response.partial = node.honours_range && request.range_from > 0;
      response.body = response.partial ? body->substr(request.range_from) : std::move(*body);
      response.wire_bytes = response.body.size();
      return response;
    }
    return Error{ErrorCode::kNotFound, "HTTP 404"};
  }

  std::map<std::string, Node> nodes_;
  mutable std::mutex mutex_;  // guards the rest
  std::uint64_t fetches_ = 0;
  std::int64_t fail_in_ = -1;
  std::vector<std::string> paths_;
};

}  // namespace dure::node
