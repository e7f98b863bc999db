// SPDX-License-Identifier: Apache-2.0
// Erasure. Spec: PROTOCOL.md §17.
#include "dure/erasure.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "dure/checkpoint.h"
#include "lines.h"

namespace dure {
namespace {

constexpr std::string_view kFirstLine = "erasure-receipt/v1";
constexpr std::string_view kFirstLineSealed = "erasure-receipt/v2";
constexpr std::uint64_t kIndexEnd = std::uint64_t{1} << 53;  // as for `target`: a JSON integer
constexpr std::array<std::string_view, 6> kReasons = {
    "consent-withdrawn", "copyright", "court-order", "mistake", "personal-data", "security"};

Error malformed(std::string_view what) {
  return {ErrorCode::kMalformed, "erasure receipt: " + std::string(what)};
}

/// A number on a line of its own.
Result<std::uint64_t> take_number(std::string_view& in) {
  std::string_view line;
  if (!take_line(in, line)) return malformed("a line is missing");
  auto number = parse_decimal(line);
  if (!number) return malformed("a line is no number");
  return number;
}

/// The names of the logs, by the first line.
Status take_origins(std::string_view& in, ErasureReceipt& receipt) {
  std::string_view line;
  if (!take_line(in, line)) return malformed("the first line is missing");
  const bool sealed = line == kFirstLineSealed;
  if (!sealed && line != kFirstLine) return malformed("another first line");
  if (!take_line(in, line) || !is_origin(line)) return malformed("the origin is none");
  receipt.origin = line;
  if (!sealed) return ok();
  if (!take_line(in, line) || !is_origin(line) || line == receipt.origin)
    return malformed("the target's origin is none, or the same");
  receipt.target_origin = line;
  return ok();
}

}  // namespace

std::span<const std::string_view> erasure_reasons() { return kReasons; }

bool is_erasure_reason(std::string_view code) {
  return std::find(kReasons.begin(), kReasons.end(), code) != kReasons.end();
}

std::string format_erasure_body(std::string_view reason) {
  if (!is_erasure_reason(reason)) std::abort();
  return canonical_json({{"reason", std::string(reason)}});
}

Result<std::string> parse_erasure_body(std::string_view body) {
  for (const std::string_view reason : kReasons) {
    if (format_erasure_body(reason) == body) return std::string(reason);
  }
  return Error{ErrorCode::kMalformed, "the body of an erase entry gives no known reason"};
}

bool is_binding_erasure(const Leaf& leaf, std::uint64_t index) {
  return leaf.type == kEraseType && leaf.target && *leaf.target < index;
}

std::string erase_sealed_id(const SealedEntry& entry) {
  std::string bytes;
  for (const std::uint64_t number : {entry.generation, entry.index}) append_u64be(bytes, number);
  return base32_encode(bytes);
}

std::optional<SealedEntry> sealed_entry_of(const Leaf& leaf, std::string_view origin) {
  if (leaf.type != kEraseSealedType || leaf.rev != 1 || leaf.entry_class != EntryClass::kPublic)
    return std::nullopt;
  const auto bytes = base32_decode(leaf.id);
  const auto own = parse_decimal(origin.substr(origin.rfind('/') + 1));
  if (!bytes || !own) return std::nullopt;
  std::string_view rest(*bytes);
  const auto generation = take_u64be(rest);
  const auto index = take_u64be(rest);
  if (!generation || !index || !rest.empty()) return std::nullopt;
  if (*generation == 0 || *generation >= *own || *index >= kIndexEnd) return std::nullopt;
  return SealedEntry{*generation, *index};
}

std::string origin_of_generation(std::string_view origin, std::uint64_t generation) {
  return std::string(origin.substr(0, origin.rfind('/') + 1)) + std::to_string(generation);
}

std::string format_receipt(const ErasureReceipt& receipt) {
  const bool sealed = !receipt.target_origin.empty();
  std::string text(sealed ? kFirstLineSealed : kFirstLine);
  text += '\n' + receipt.origin;
  if (sealed) text += '\n' + receipt.target_origin;
  for (const std::uint64_t number : {receipt.target, receipt.erase_index})
    text += '\n' + std::to_string(number);
  text += '\n' + base64_encode(as_view(receipt.commitment));
  return text + '\n' + std::to_string(receipt.time) + '\n';
}

Result<ErasureReceipt> parse_receipt(std::string_view text) {
  if (text.size() > kMaxReceiptBytes) return Error{ErrorCode::kTooLarge, "erasure receipt"};
  ErasureReceipt receipt;
  if (auto named = take_origins(text, receipt); !named) return std::move(named).error();
  for (std::uint64_t* number : {&receipt.target, &receipt.erase_index}) {
    const auto taken = take_number(text);
    if (!taken) return taken.error();
    *number = *taken;
  }
  if (receipt.target_origin.empty() && receipt.target >= receipt.erase_index)
    return malformed("it names no earlier entry");
  std::string_view line;
  if (!take_line(text, line)) return malformed("the commitment is missing");
  const auto commitment = base64_decode_hash(line);
  if (!commitment) return malformed("the commitment is none");
  receipt.commitment = *commitment;
  const auto time = take_number(text);
  if (!time) return time.error();
  if (*time == 0) return malformed("it has no time");
  receipt.time = *time;
  if (!text.empty()) return malformed("something follows");
  return receipt;
}

Result<std::string> sign_receipt(const ErasureReceipt& receipt, const Signer& signer) {
  Note note{format_receipt(receipt), {}};
  auto signature = sign_note(note.text, signer);
  if (!signature) return std::move(signature).error();
  note.signatures.push_back(*std::move(signature));
  return format_note(note);
}

Result<ErasureReceipt> open_receipt(std::string_view bytes, const VerifierKey& key) {
  if (bytes.size() > kMaxReceiptBytes) return Error{ErrorCode::kTooLarge, "erasure receipt"};
  const auto note = parse_note(bytes);
  if (!note) return note.error();
  // One signature: others would be kept and passed on without anybody having checked them.
  if (note->signatures.size() != 1) return malformed("it must have one signature");
  const auto verified = verify_note(*note, std::span(&key, 1));
  if (!verified) return verified.error();
  return parse_receipt(note->text);
}

std::string request_key_name(std::string_view origin) {
  return std::string(origin.substr(0, origin.rfind('/'))) + "/request";
}

}  // namespace dure
