// SPDX-License-Identifier: Apache-2.0
// The closed list of things that can go wrong, and one occurrence of it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace dure {

/// What kind of failure it is. The wire names (error_name) are protocol: they appear in
/// problem+json.
enum class ErrorCode {
  kMalformed,      // not well-formed, or not the canonical spelling
  kTooLarge,       // over a documented bound
  kUnsupported,    // well-formed, but a version, algorithm or type this program does not know
  kBadSignature,   // a signature that does not verify, or a key that must not be used
  kUnknownKey,     // no signature by a trusted key
  kBadProof,       // hashes that do not lead to the root
  kBadCommitment,  // a body that is not the one its leaf commits to
  kInconsistent,   // two histories of one log that contradict each other
  kInvalid,        // an entry, setting or argument that breaks a rule of its schema
  kNotFound,
  kGone,         // was there, and was withdrawn or erased
  kConflict,     // somebody else changed it first, or it exists already
  kRefused,      // not allowed for this caller or in this state
  kUnavailable,  // a peer or a resource does not answer now; trying later may help
  kStorage,      // the disk or the database failed
  kQuarantined,  // the node signs nothing until an operator has decided
  kInternal,     // a bug
};

/// The stable wire name, e.g. "bad-proof".
std::string_view error_name(ErrorCode code);

/// One failure: what kind, what exactly (English, for operators and programs), and optionally the
/// key and arguments of a translated message that the node shows to people instead.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string detail;
  std::string text = {};
  std::vector<std::pair<std::string, std::string>> args = {};
};

/// Printable form of untrusted text for a message: control bytes and invalid UTF-8 escaped, cut to
/// `max_bytes`.
std::string printable(std::string_view untrusted, std::size_t max_bytes = 120);

}  // namespace dure
