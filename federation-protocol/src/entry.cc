// SPDX-License-Identifier: Apache-2.0
// Leaves. Spec: PROTOCOL.md §5.
#include "dure/entry.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdlib>

namespace dure {
namespace {

constexpr std::uint64_t kJsonIntegerEnd = std::uint64_t{1} << 53;
constexpr std::uint64_t kSmallestSize = 1024;
constexpr std::size_t kMaxTypeCharacters = 32;
constexpr std::string_view kErase = "erase";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Reads the one canonical spelling left to right. Once a step failed, all later ones do nothing.
class CanonicalReader {
 public:
  explicit CanonicalReader(std::string_view text) : rest_(text) {}

  void literal(std::string_view expected) {
    if (good_ && rest_.substr(0, expected.size()) == expected) {
      rest_.remove_prefix(expected.size());
    } else {
      good_ = false;
    }
  }
  /// A string up to its quote. What it may hold is checked later; no valid value contains an
  /// escape.
  std::string_view text() {
    const std::size_t end = good_ ? rest_.find('"') : std::string_view::npos;
    if (end == std::string_view::npos) {
      good_ = false;
      return {};
    }
    const std::string_view value = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return value;
  }
  std::uint64_t number() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), is_digit);
    const auto digits = static_cast<std::size_t>(end - rest_.begin());
    const auto value = parse_decimal(rest_.substr(0, digits));
    if (!good_ || !value || *value >= kJsonIntegerEnd) {
      good_ = false;
      return 0;
    }
    rest_.remove_prefix(digits);
    return *value;
  }
  bool next_is(std::string_view expected) const {
    return good_ && rest_.substr(0, expected.size()) == expected;
  }
  bool finished() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

/// Reads members in RFC 8785 order. Empty if the bytes are anything else than a version 1 leaf's
/// frame.
std::optional<Leaf> read_members(std::string_view bytes) {
  CanonicalReader in(bytes);
  Leaf leaf;
  in.literal("{\"class\":\"");
  const std::string_view entry_class = in.text();
  in.literal(",\"commit\":\"");
  const auto commitment = base64_decode_hash(in.text());
  in.literal(",\"id\":\"");
  leaf.id = in.text();
  in.literal(",\"rev\":");
  leaf.rev = in.number();
  in.literal(",\"size\":");
  leaf.size = in.number();
  if (in.next_is(",\"target\":")) {
    in.literal(",\"target\":");
    leaf.target = in.number();
  }
  in.literal(",\"time\":\"");
  leaf.time = in.text();
  in.literal(",\"type\":\"");
  leaf.type = in.text();
  in.literal(",\"v\":1}");
  if (!in.finished() || !commitment) return std::nullopt;
  if (entry_class != "public" && entry_class != "members") return std::nullopt;
  leaf.entry_class = entry_class == "public" ? EntryClass::kPublic : EntryClass::kMembers;
  leaf.commitment = *commitment;
  return leaf;
}

/// The first rule that the values break, or nullptr.
const char* broken_rule(const Leaf& leaf) {
  if (!is_entry_type(leaf.type)) return "leaf: bad type";
  if (!is_entry_id(leaf.id)) return "leaf: bad id";
  if (leaf.rev < 1 || leaf.rev >= kJsonIntegerEnd) return "leaf: bad rev";
  if (leaf.size < kSmallestSize || leaf.size >= kJsonIntegerEnd ||
      !std::has_single_bit(leaf.size)) {
    return "leaf: size is not a power of two of at least 1024";
  }
  if (!is_leaf_time(leaf.time)) return "leaf: bad time";
  if (leaf.target.has_value() != (leaf.type == kErase))
    return "leaf: target belongs to erase, and to it only";
  if (leaf.target.value_or(0) >= kJsonIntegerEnd) return "leaf: bad target";
  return nullptr;
}

/// Why `bytes` are not a leaf: the slow path, for refused ones only.
Error explain(std::string_view bytes) {
  auto members = parse_flat_json(bytes, kMaxLeafBytes);
  if (!members) return Error{ErrorCode::kMalformed, "leaf: " + members.error().detail};
  const auto version =
      std::find_if(members->begin(), members->end(), [](const auto& m) { return m.first == "v"; });
  const bool numbered =
      version != members->end() && std::holds_alternative<std::int64_t>(version->second);
  const std::int64_t v = numbered ? std::get<std::int64_t>(version->second) : 0;
  if (canonical_json(std::move(*members)) != bytes)
    return Error{ErrorCode::kMalformed, "leaf: not the RFC 8785 form"};
  if (v > 1) return Error{ErrorCode::kUnsupported, "leaf: version " + std::to_string(v)};
  return Error{ErrorCode::kMalformed, "leaf: a member is missing, unknown or of the wrong kind"};
}

bool all_digits(std::string_view text, std::initializer_list<std::size_t> positions) {
  return std::all_of(positions.begin(), positions.end(),
                     [&](std::size_t i) { return is_digit(text[i]); });
}

unsigned two_digits(std::string_view text, std::size_t at) {
  return static_cast<unsigned>((text[at] - '0') * 10 + (text[at + 1] - '0'));
}

}  // namespace

std::string format_leaf(const Leaf& leaf) {
  if (broken_rule(leaf) != nullptr) std::abort();
  std::string out;
  out.reserve(256);
  out += "{\"class\":\"";
  out += leaf.entry_class == EntryClass::kPublic ? "public" : "members";
  out += "\",\"commit\":\"";
  out += base64_encode(as_view(leaf.commitment));
  out += "\",\"id\":\"";
  out += leaf.id;
  out += "\",\"rev\":";
  out += std::to_string(leaf.rev);
  out += ",\"size\":";
  out += std::to_string(leaf.size);
  if (leaf.target) {
    out += ",\"target\":";
    out += std::to_string(*leaf.target);
  }
  out += ",\"time\":\"";
  out += leaf.time;
  out += "\",\"type\":\"";
  out += leaf.type;
  out += "\",\"v\":1}";
  return out;
}

Result<Leaf> parse_leaf(std::string_view bytes) {
  if (bytes.size() > kMaxLeafBytes) return Error{ErrorCode::kTooLarge, "leaf: over 1024 bytes"};
  auto leaf = read_members(bytes);
  if (!leaf) return explain(bytes);
  if (const char* rule = broken_rule(*leaf)) return Error{ErrorCode::kMalformed, rule};
  return *std::move(leaf);
}

bool is_entry_id(std::string_view id) {
  // 26 characters hold 130 bits: the last two are spare and zero, so it is one of a, e, i, m, q, u,
  // y, 4.
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr std::string_view kLast = "aeimquy4";
  return id.size() == kEntryIdCharacters &&
         id.find_first_not_of(kAlphabet) == std::string_view::npos &&
         kLast.find(id.back()) != std::string_view::npos;
}

bool is_entry_type(std::string_view type) {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyz-";
  return !type.empty() && type.size() <= kMaxTypeCharacters && type[0] != '-' &&
         type.find_first_not_of(kAlphabet) == std::string_view::npos;
}

bool is_leaf_time(std::string_view time) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (time.size() != kShape.size()) return false;
  for (const std::size_t i : {4U, 7U, 10U, 13U, 16U, 19U}) {
    if (time[i] != kShape[i]) return false;
  }
  if (!all_digits(time, {0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18})) return false;
  const unsigned year = two_digits(time, 0) * 100 + two_digits(time, 2);
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(two_digits(time, 5)),
                                         std::chrono::day(two_digits(time, 8))};
  return date.ok() && two_digits(time, 11) < 24 && two_digits(time, 14) < 60 &&
         two_digits(time, 17) < 60;
}

}  // namespace dure
