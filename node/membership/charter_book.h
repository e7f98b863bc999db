// SPDX-License-Identifier: Apache-2.0
// The charter as this node knows it: the adopted chain, what is proposed, and what contradicts it.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "dure/charter.h"
#include "membership/charter_notices.h"
#include "membership/charter_store.h"

namespace dure::node {

/// What became of a note that was offered.
enum class Offered {
  kKnown,     // nothing new in it
  kDraft,     // kept, or further signatures kept; not enough of them yet, or its day has not come
  kAdopted,   // it is the charter now
  kConflict,  // contradicts an adopted version: kept as evidence, and nothing is taken in any more
};

/// A version that is not adopted yet.
struct CharterDraft {
  SignedCharter charter;
  std::string hash;                  // hex, of the text
  std::int64_t since = 0;            // first seen here
  std::size_t have = 0;              // signatures of current stewards
  std::vector<std::string> missing;  // stewards, present and coming, who have not signed
  std::int64_t counts_from = 0;      // fully signed: the day on which it is adopted; else 0
};

inline constexpr std::size_t kMaxDrafts = 32;
inline constexpr std::size_t kMaxUnsignedDrafts = 8;

/// Threads: any.
class CharterBook {
 public:
  using Clock = std::function<std::int64_t()>;  // POSIX seconds

  /// Reads what is stored; a node without a charter has none until found(). Errors: kStorage, as
  /// parse_charter (damaged).
  static Result<std::unique_ptr<CharterBook>> open(CharterStore& store, Clock clock);

  /// The newest adopted version; none before found().
  std::optional<SignedCharter> current() const;
  /// A member of the newest adopted version, or an observer.
  std::optional<CharterMember> member(std::string_view id) const;
  /// SHA-256 of version 1's text in hex: what people compare.
  std::string fingerprint() const;
  /// Adopted versions, and the hex SHA-256 of one's text (empty if there is no such version).
  std::uint64_t size() const;
  std::string hash(std::uint64_t number) const;
  /// Whoever stood in an earlier version and does not stand in the newest.
  std::set<std::string> former_members() const;
  /// The keys that any version named for the log `origin`, oldest first: for heads that were stored
  /// while they counted. And a member's request keys.
  std::vector<VerifierKey> keys_ever(std::string_view origin) const;
  std::vector<VerifierKey> request_keys_ever(std::string_view id) const;
  /// The note of an adopted version. Errors: kNotFound.
  Result<std::string> version(std::uint64_t number) const;
  std::vector<CharterDraft> drafts() const;
  /// Errors: kNotFound.
  Result<CharterDraft> draft(std::string_view hash) const;
  /// What contradicts the chain and was not decided; empty as long as nothing does.
  std::vector<SignedCharter> conflicts() const;

  /// What the members' logs said, by origin.
  std::map<std::string, LogNotices> notices() const;
  /// Versions of which members' logs name different texts, or another than the one adopted here.
  /// As long as there is one, neither its version nor a later one is taken in, unless that later
  /// one takes the contradicting members out or gives them another log.
  std::vector<CharterDispute> disputes() const;
  /// Reading `origin` went on: replaces what it had said. True if a dispute came up that was not
  /// there before. Errors: kStorage.
  Result<bool> heard(const std::string& origin, LogNotices notices);
  /// People say that the text with this hash counts. If it is another one than was adopted here,
  /// it takes its place, and later versions of the old history go. Returns the version. Errors:
  /// kNotFound (no such text is adopted, kept as evidence, or named for a coming version),
  /// kStorage.
  Result<std::uint64_t> decide(std::string_view hash);

  /// Begins a federation. Errors: kConflict (there is a charter), as verify_founding, kStorage.
  Status found(const SignedCharter& founding);
  /// Takes in a version, a draft or further signatures. A draft that nobody has signed is kept only
  /// if all it does is take in members, or let one go on after a seal: somebody asked for it.
  /// Errors: as parse_signed_charter, kInvalid (another federation), kUnavailable (versions between
  /// are missing, or too many drafts wait), kConflict (follows another text), kRefused (no steward
  /// has signed it, or memberships are frozen), kStorage.
  Result<Offered> offer(std::string_view note);
  /// Adopts drafts whose day has come. True if one was.
  Result<bool> settle();

  /// Another federation's chain takes the place of this lone node's own. `notes` begin with version
  /// 1. Errors: kRefused (this federation has other members), as verify_succession, kStorage.
  Status move_to(const std::vector<std::string>& notes, std::string_view fingerprint);
  /// Where this node asked to be taken in, and that federation's fingerprint; none if nowhere.
  struct Joining {
    std::string url;
    std::string fingerprint;
  };
  std::optional<Joining> joining() const;
  Status set_joining(const std::optional<Joining>& joining);

 private:
  struct Draft {
    SignedCharter charter;
    std::int64_t since = 0;
  };

  CharterBook(CharterStore& store, Clock clock) : store_(store), clock_(std::move(clock)) {}
  Status load(const CharterFile& file);
  Result<Offered> offer_next(const SignedCharter& offered);
  Result<Offered> offer_old(const SignedCharter& offered);
  Result<Offered> keep_draft(const SignedCharter& offered);
  Status check_room(const SignedCharter& draft) const;
  std::vector<std::string> chain_hashes() const;
  std::vector<CharterDispute> disputes_among(const Charter& members_of) const;
  bool is_open(const SignedCharter& conflict) const;
  Status check_decided(const SignedCharter& next) const;
  Status load_charter(const CharterFile& file);
  std::optional<std::uint64_t> version_of(std::string_view hash) const;
  Status swap_text(const SignedCharter& text);
  Result<bool> adopt_if_due(const std::string& hash);
  std::int64_t counts_from(const Draft& draft) const;
  Status adopt(const Draft& draft);

  CharterStore& store_;
  const Clock clock_;
  mutable std::mutex mutex_;          // guards what follows; held while storing
  std::vector<SignedCharter> chain_;  // version 1 first
  std::map<std::string, Draft> drafts_;
  std::map<std::string, SignedCharter> conflicts_;
  std::map<std::string, LogNotices> notices_;       // by origin
  std::map<std::string, std::uint64_t> kept_read_;  // of those, how far the store knows
  std::map<std::uint64_t, std::string> decisions_;  // by version: the hash that counts
  std::optional<Joining> joining_;
};

}  // namespace dure::node
