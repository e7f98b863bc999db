// SPDX-License-Identifier: Apache-2.0
// Erasing bodies: which entry erases which, why, and the receipt of a node that has done so.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "dure/entry.h"
#include "dure/key.h"
#include "dure/note.h"

namespace dure {

inline constexpr std::string_view kEraseType = "erase";
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

/// What a node says after it erased a body.
///
/// Text of the note: `erasure-receipt/v1`, origin, target index, index of the erase entry, base64
/// commitment of the target, POSIX seconds; each on a line.
struct ErasureReceipt {
  std::string origin;
  std::uint64_t target = 0;
  std::uint64_t erase_index = 0;  // above `target`
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
