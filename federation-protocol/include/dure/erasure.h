// SPDX-License-Identifier: Apache-2.0
// Erasing bodies: which entry erases which, why, and the receipt of a node that has done so.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "dure/entry.h"
#include "dure/key.h"
#include "dure/note.h"

namespace dure {

inline constexpr std::string_view kEraseType = "erase";
inline constexpr std::string_view kEraseSealedType = "erase-sealed";
inline constexpr std::size_t kMaxReceiptBytes = 4096;

/// The codes that the body of an erase entry may give. A closed list: free text would be one more
/// thing to erase.
std::span<const std::string_view> erasure_reasons();
bool is_erasure_reason(std::string_view code);

/// The body `{"reason":"<code>"}`. `reason` is one of erasure_reasons() (else abort).
std::string format_erasure_body(std::string_view reason);
/// The code. Errors: kMalformed (another spelling, an unknown code).
Result<std::string> parse_erasure_body(std::string_view body);

/// Whether the entry `leaf` at `index` erases an earlier body of its own log. Spec: PROTOCOL.md
/// §17.1.
bool is_binding_erasure(const Leaf& leaf, std::uint64_t index);

/// An entry of an earlier generation of the same member's log.
struct SealedEntry {
  std::uint64_t generation = 0;
  std::uint64_t index = 0;
  bool operator==(const SealedEntry&) const = default;
};
/// The id of the entry that erases it: base32 of u64be generation ‖ u64be index.
std::string erase_sealed_id(const SealedEntry& entry);
/// What an `erase-sealed` entry of `origin` names; nothing if it names no entry of an earlier
/// generation. Whether it binds is for the charter to say. Spec: PROTOCOL.md §17.7.
std::optional<SealedEntry> sealed_entry_of(const Leaf& leaf, std::string_view origin);
/// `<member>/<generation>` of the member of `origin`.
std::string origin_of_generation(std::string_view origin, std::uint64_t generation);

/// What a node says after it erased a body.
///
/// Text of the note: `erasure-receipt/v1`, origin, target index, index of the erase entry, base64
/// commitment of the target, POSIX seconds; each on a line. If the target stands in another log:
/// `erasure-receipt/v2`, origin, the target's origin, and the same.
struct ErasureReceipt {
  std::string origin;         // of the log with the erase entry
  std::string target_origin;  // empty: the same log
  std::uint64_t target = 0;
  std::uint64_t erase_index = 0;  // above `target` in the same log
  Hash commitment{};              // of the target's leaf
  std::uint64_t time = 0;         // POSIX seconds, at least 1
};

std::string format_receipt(const ErasureReceipt& receipt);
/// Errors: kMalformed, kTooLarge. format_receipt(parse_receipt(x)) == x.
Result<ErasureReceipt> parse_receipt(std::string_view text);

/// The signed note. Errors: the signer's.
Result<std::string> sign_receipt(const ErasureReceipt& receipt, const Signer& signer);
/// What `note` says, signed by `key`. Errors: kMalformed, kTooLarge, kUnknownKey, kBadSignature.
Result<ErasureReceipt> open_receipt(std::string_view note, const VerifierKey& key);

/// `<member>/request`: the name of the key with which the member of `origin` signs receipts.
std::string request_key_name(std::string_view origin);

}  // namespace dure
