// SPDX-License-Identifier: Apache-2.0
// The charter's text: one keyword a line, one spelling. Spec: PROTOCOL.md §16.
#include <algorithm>
#include <array>

#include "charter_rules.h"
#include "dure/charter.h"
#include "lines.h"
#include "moment.h"

namespace dure {
namespace {

constexpr std::string_view kFirstLine = "federation-charter/v1";
constexpr std::string_view kJoinLine = "federation-join/v1";

std::string_view status_word(MemberStatus status) {
  return status == MemberStatus::kObserver ? "observer" : "member";
}

void put(std::string& out, std::string_view keyword, std::string_view value) {
  out += keyword;
  out += ' ';
  out += value;
  out += '\n';
}

void put_unless_empty(std::string& out, std::string_view keyword, std::string_view value) {
  if (!value.empty()) put(out, keyword, value);
}

void put_member(std::string& out, const CharterMember& member) {
  put(out, "member", member.id + " " + std::string(status_word(member.status)));
  put_unless_empty(out, "name", member.name);
  put_unless_empty(out, "url", member.url);
  put_unless_empty(out, "operator", member.operator_group);
  for (const MemberLog& log : member.logs)
    put(out, "log", std::to_string(log.generation) + " " + log.key.format());
  if (member.witness) put(out, "witness", member.witness->format());
  if (member.mirror) put(out, "mirror", member.mirror->format());
  if (member.request) put(out, "request", member.request->format());
}

void put_sealed(std::string& out, const SealedLog& log) {
  std::string line = log.origin + " " + std::to_string(log.size) + " " +
                     base64_encode(as_view(log.root)) + " " + log.reason;
  if (!log.successor.empty()) line += " " + log.successor;
  put(out, "sealed", line);
}

/// Reads line after line; each keyword has its place.
class CharterReader {
 public:
  explicit CharterReader(std::string_view text) : rest_(text) { advance(); }

  Result<Charter> read() {
    if (line_ != kFirstLine) return unknown_format();
    advance();
    if (auto head = read_head(); !head) return std::move(head).error();
    if (auto keys = read_keys("steward", charter_.stewards); !keys) return std::move(keys).error();
    if (auto keys = read_keys("recovery", charter_.recovery); !keys) return std::move(keys).error();
    while (is("member")) {
      if (auto member = read_member(); !member) return std::move(member).error();
    }
    while (is("sealed")) {
      if (auto sealed = read_sealed(); !sealed) return std::move(sealed).error();
    }
    if (!at_end_ || !rest_.empty()) return refuse("a line that does not belong here");
    return std::move(charter_);
  }

  Result<JoinRequest> read_join() {
    if (line_ != kJoinLine) return refuse("the first line must be federation-join/v1");
    advance();
    JoinRequest request;
    if (auto hash = read_hash("federation", request.federation); !hash)
      return std::move(hash).error();
    if (!is("member")) return refuse("expected: member");
    if (auto member = read_member(); !member) return std::move(member).error();
    if (!at_end_ || !rest_.empty()) return refuse("a line that does not belong here");
    request.member = std::move(charter_.members.front());
    return request;
  }

 private:
  void advance() {
    ++number_;
    at_end_ = !take_line(rest_, line_);
    if (at_end_) line_ = {};
  }
  bool is(std::string_view keyword) const {
    return line_.size() > keyword.size() && line_.starts_with(keyword) &&
           line_[keyword.size()] == ' ';
  }
  std::string_view take() {
    const std::string_view value = line_.substr(line_.find(' ') + 1);
    advance();
    return value;
  }
  Error refuse(std::string_view why, ErrorCode code = ErrorCode::kMalformed) const {
    return Error{code, "charter line " + std::to_string(number_) + ": " + std::string(why)};
  }
  Error unknown_format() const {
    if (!line_.starts_with("federation-charter/"))
      return refuse("the first line must be federation-charter/v1");
    return refuse("a later version of the format", ErrorCode::kUnsupported);
  }

  Status expect(std::string_view keyword, std::string_view& value) {
    if (!is(keyword)) return refuse("expected: " + std::string(keyword));
    value = line_.substr(keyword.size() + 1);
    return ok();
  }

  template <class Number>
  Status read_number(std::string_view keyword, Number& number) {
    std::string_view value;
    if (auto there = expect(keyword, value); !there) return there;
    const auto parsed = parse_decimal(value);
    if (!parsed) return refuse("not a number");
    number = static_cast<Number>(*parsed);
    advance();
    return ok();
  }

  Status read_moment(std::string_view keyword, std::int64_t& seconds) {
    std::string_view value;
    if (auto there = expect(keyword, value); !there) return there;
    const auto parsed = parse_moment(value);
    if (!parsed) return refuse("not a time like 2026-11-23T00:00:00Z");
    seconds = *parsed;
    advance();
    return ok();
  }

  Status read_hash(std::string_view keyword, Hash& hash) {
    std::string_view value;
    if (auto there = expect(keyword, value); !there) return there;
    const auto bytes = hex_decode(value);
    if (!bytes || bytes->size() != hash.size()) return refuse("not a SHA-256 in hex");
    std::copy(bytes->begin(), bytes->end(), hash.begin());
    advance();
    return ok();
  }

  Status read_previous() {
    if (!is("previous")) return ok();
    Hash hash{};
    if (auto read = read_hash("previous", hash); !read) return read;
    charter_.previous = hash;
    return ok();
  }

  Status read_head() {
    std::string_view federation;
    if (auto there = expect("federation", federation); !there) return there;
    charter_.federation = take();
    if (auto done = read_number("version", charter_.version); !done) return done;
    if (auto done = read_previous(); !done) return done;
    if (auto done = read_moment("not-before", charter_.not_before); !done) return done;
    if (auto done = read_moment("expires", charter_.expires); !done) return done;
    if (auto done = read_number("threshold", charter_.threshold); !done) return done;
    if (is("recovery-threshold")) {
      if (auto done = read_number("recovery-threshold", charter_.recovery_threshold); !done)
        return done;
    }
    return read_number("witnesses", charter_.witnesses);
  }

  Result<VerifierKey> read_key(std::string_view vkey) {
    auto key = VerifierKey::parse(vkey);
    if (!key) return refuse(key.error().detail, key.error().code);
    advance();
    return key;
  }

  Status read_keys(std::string_view keyword, std::vector<VerifierKey>& keys) {
    while (is(keyword)) {
      if (keys.size() == kMaxStewards) return refuse("too many of these lines");
      auto key = read_key(line_.substr(keyword.size() + 1));
      if (!key) return std::move(key).error();
      keys.push_back(*std::move(key));
    }
    return ok();
  }

  Status read_member_key(std::string_view keyword, std::optional<VerifierKey>& slot) {
    if (!is(keyword)) return ok();
    auto key = read_key(line_.substr(keyword.size() + 1));
    if (!key) return std::move(key).error();
    slot = *std::move(key);
    return ok();
  }

  Status read_member() {
    if (charter_.members.size() == kMaxMembers) return refuse("too many members");
    const std::string_view value = line_.substr(line_.find(' ') + 1);
    const std::size_t space = value.rfind(' ');
    if (space == std::string_view::npos) return refuse("member <id> member|observer");
    CharterMember member;
    member.id = value.substr(0, space);
    const std::string_view status = value.substr(space + 1);
    if (status != "member" && status != "observer") return refuse("member <id> member|observer");
    if (status == "observer") member.status = MemberStatus::kObserver;
    advance();
    if (is("name")) member.name = take();
    if (is("url")) member.url = take();
    if (is("operator")) member.operator_group = take();
    while (is("log")) {
      if (auto log = read_log(member); !log) return log;
    }
    if (auto key = read_member_key("witness", member.witness); !key) return key;
    if (auto key = read_member_key("mirror", member.mirror); !key) return key;
    if (auto key = read_member_key("request", member.request); !key) return key;
    charter_.members.push_back(std::move(member));
    return ok();
  }

  Status read_log(CharterMember& member) {
    const std::string_view value = line_.substr(line_.find(' ') + 1);
    const std::size_t space = std::min(value.find(' '), value.size());
    const auto generation = parse_decimal(value.substr(0, space));
    if (!generation || space == value.size()) return refuse("log <generation> <vkey>");
    auto key = read_key(value.substr(space + 1));
    if (!key) return std::move(key).error();
    member.logs.push_back({*generation, *std::move(key)});
    return ok();
  }

  Status read_sealed() {
    std::string_view value = line_.substr(line_.find(' ') + 1);
    std::array<std::string_view, 5> fields;  // the last one may be missing
    std::size_t count = 0;
    for (bool more = true; more; ++count) {
      if (count == fields.size())
        return refuse("sealed <origin> <size> <root> <reason> [<origin>]");
      const std::size_t space = value.find(' ');
      more = space != std::string_view::npos;
      fields[count] = value.substr(0, space);
      value.remove_prefix(more ? space + 1 : value.size());
    }
    const auto size = parse_decimal(fields[1]);
    const auto root = base64_decode_hash(fields[2]);
    if (count < 4 || !size || !root)
      return refuse("sealed <origin> <size> <root> <reason> [<origin>]");
    charter_.sealed.push_back(
        {std::string(fields[0]), *size, *root, std::string(fields[3]), std::string(fields[4])});
    advance();
    return ok();
  }

  std::string_view rest_, line_;
  std::size_t number_ = 0;
  bool at_end_ = false;
  Charter charter_;
};

}  // namespace

std::string format_charter(const Charter& charter) {
  std::string out(kFirstLine);
  out += '\n';
  put(out, "federation", charter.federation);
  put(out, "version", std::to_string(charter.version));
  if (charter.previous) put(out, "previous", hex_encode(as_view(*charter.previous)));
  put(out, "not-before", format_moment(charter.not_before));
  put(out, "expires", format_moment(charter.expires));
  put(out, "threshold", std::to_string(charter.threshold));
  if (charter.recovery_threshold > 0)
    put(out, "recovery-threshold", std::to_string(charter.recovery_threshold));
  put(out, "witnesses", std::to_string(charter.witnesses));
  for (const VerifierKey& key : charter.stewards) put(out, "steward", key.format());
  for (const VerifierKey& key : charter.recovery) put(out, "recovery", key.format());
  for (const CharterMember& member : charter.members) put_member(out, member);
  for (const SealedLog& log : charter.sealed) put_sealed(out, log);
  return out;
}

std::string format_join_request(const JoinRequest& request) {
  std::string out(kJoinLine);
  out += '\n';
  put(out, "federation", hex_encode(as_view(request.federation)));
  put_member(out, request.member);
  return out;
}

Result<JoinRequest> open_join_request(std::string_view bytes) {
  auto note = parse_note(bytes);
  if (!note) return std::move(note).error();
  auto request = CharterReader(note->text).read_join();
  if (!request) return request;
  if (auto sound = check_member(request->member); !sound) return std::move(sound).error();
  if (format_join_request(*request) != note->text)
    return Error{ErrorCode::kMalformed, "join request: not its one spelling"};
  const VerifierKey& newest = request->member.logs.back().key;
  if (auto verified = verify_note(*note, {&newest, 1}); !verified)
    return std::move(verified).error();
  return request;
}

Result<Charter> parse_charter(std::string_view text) {
  if (text.size() > kMaxCharterBytes) return Error{ErrorCode::kTooLarge, "charter: over 1 MiB"};
  auto charter = CharterReader(text).read();
  if (!charter) return charter;
  if (auto sound = check_charter(*charter); !sound) return std::move(sound).error();
  if (format_charter(*charter) != text)
    return Error{ErrorCode::kMalformed, "charter: not its one spelling"};
  return charter;
}

}  // namespace dure
