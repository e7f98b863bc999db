// SPDX-License-Identifier: Apache-2.0
// The charter: who belongs to a federation, with which keys, and who may change that. Each version
// is a signed note that names the one before.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/checkpoint.h"
#include "dure/encoding.h"
#include "dure/key.h"
#include "dure/note.h"

namespace dure {

inline constexpr std::size_t kMaxCharterBytes = kMaxNoteBytes;
inline constexpr std::size_t kMaxStewards = 32;
inline constexpr std::size_t kMaxMembers = 4096;
/// Seconds for which a version that only recovery keys signed must have been known before it
/// counts.
inline constexpr std::int64_t kRecoveryDelay = 14 * 86'400;

enum class MemberStatus {
  kMember,
  kObserver
};  // an observer witnesses and mirrors, without a vote

struct MemberLog {
  std::uint64_t generation = 1;
  VerifierKey key;  // named `<member>/<generation>`
};

/// One government and its keys, each for one purpose and named `<member>/<purpose>`.
struct CharterMember {
  std::string id;  // what its origins begin with
  MemberStatus status = MemberStatus::kMember;
  std::string name;            // for people
  std::string url;             // public base URL; empty if it takes no connections
  std::string operator_group;  // who runs its machines: cosigners of one group count once
  std::vector<MemberLog>
      logs;  // by generation; two keys of one while the second replaces the first
  std::optional<VerifierKey> witness;  // cosigns
  std::optional<VerifierKey> mirror;   // cosigns
  std::optional<VerifierKey> request;  // signs notes
};

/// A log that ended: nothing behind this head counts.
struct SealedLog {
  std::string origin;
  std::uint64_t size = 0;
  Hash root{};
  std::string reason;     // forked, key-lost, key-stolen, merged or dissolved
  std::string successor;  // an origin, or empty
};

struct Charter {
  std::string federation;
  std::uint64_t version = 1;
  std::optional<Hash> previous;  // charter_hash of the version before; none in version 1
  std::int64_t not_before = 0;   // POSIX seconds
  std::int64_t expires = 0;      // after it no further member or key is taken in; nothing stops
  std::size_t threshold = 1;
  std::size_t recovery_threshold = 0;  // 0 without recovery keys
  std::size_t witnesses = 9;           // of each log
  std::vector<VerifierKey> stewards;   // sign notes, kept offline
  std::vector<VerifierKey> recovery;   // may replace the stewards, after kRecoveryDelay
  std::vector<CharterMember> members;
  std::vector<SealedLog> sealed;
};

/// Errors: kMalformed with the line's number (any other spelling than format_charter's, or a rule
/// of PROTOCOL.md §16 broken), kTooLarge, kUnsupported (version of the format, key type),
/// kBadSignature (weak key).
Result<Charter> parse_charter(std::string_view text);
/// `charter` must hold what parse_charter would accept.
std::string format_charter(const Charter& charter);
/// SHA-256 of a version's text.
Hash charter_hash(std::string_view text);

/// A charter with the note it came in; a draft has no signatures yet.
struct SignedCharter {
  Charter charter;
  Note note;
};
/// Reads a note, or a text without signatures; verifies nothing. Errors: as parse_note and
/// parse_charter.
Result<SignedCharter> parse_signed_charter(std::string_view bytes);
/// parse_signed_charter(format_signed_charter(x)) gives x again.
std::string format_signed_charter(const SignedCharter& charter);

/// Those of `signers` whose valid signature the note carries, each public key once, however often
/// and under whichever names it signs or is listed.
std::vector<VerifierKey> signers_of(const Note& note, std::span<const VerifierKey> signers);

/// What a government sends to be taken in: who it is, with its keys, signed by its newest log key.
struct JoinRequest {
  Hash federation{};  // charter_hash of version 1
  CharterMember member;
};
std::string format_join_request(const JoinRequest& request);
/// Reads a note and verifies that the member's newest log key signed it.
/// Errors: kMalformed, kTooLarge, kUnsupported, kBadSignature, kUnknownKey.
Result<JoinRequest> open_join_request(std::string_view note);

/// Whether version 1 carries its own threshold. Errors: kInvalid (another version), kRefused
/// (signatures missing).
Status verify_founding(const SignedCharter& founding);

enum class Succession {
  kOrdinary,  // thresholds of the previous stewards and of its own
  kRecovery,  // threshold of the previous recovery keys and of its own stewards
};
/// Whether `next` may follow `current`. Errors: kInvalid (federation, version not the next one),
/// kConflict (`previous` names another text), kRefused (signatures missing).
Result<Succession> verify_succession(const SignedCharter& current, const SignedCharter& next);

}  // namespace dure
