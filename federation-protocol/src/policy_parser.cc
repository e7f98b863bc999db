// SPDX-License-Identifier: Apache-2.0
// Reads C2SP tlog-policy files.
#include <algorithm>
#include <map>
#include <set>

#include "dure/policy.h"

namespace dure {
namespace {

using Fields = std::vector<std::string_view>;

/// Reads line by line; what a line says may depend on the ones before it.
class PolicyReader {
 public:
  Status line(std::string_view text) {
    ++number_;
    const bool control = std::any_of(text.begin(), text.end(), [](char c) {
      const auto byte = static_cast<std::uint8_t>(c);
      return (byte < 0x20 && c != '\t') || byte == 0x7F;
    });
    if (control) return refuse("a control byte");
    const Fields fields = split(text);
    if (fields.empty() || fields[0][0] == '#') return ok();
    if (fields[0] == "log") return log(fields);
    if (fields[0] == "witness") return witness(fields);
    if (fields[0] == "group") return group(fields);
    if (fields[0] == "quorum") return quorum(fields);
    return refuse("unknown keyword " + printable(fields[0]));
  }

  Result<Policy> finish() {
    if (!has_quorum_) return refuse("no quorum line");
    return std::move(policy_);
  }

 private:
  static Fields split(std::string_view text) {
    Fields fields;
    while (true) {
      const std::size_t begin = text.find_first_not_of(" \t");
      if (begin == std::string_view::npos) return fields;
      text.remove_prefix(begin);
      const std::size_t end = std::min(text.find_first_of(" \t"), text.size());
      fields.push_back(text.substr(0, end));
      text.remove_prefix(end);
    }
  }

  Error refuse(std::string_view why, ErrorCode code = ErrorCode::kMalformed) const {
    return Error{code, "policy line " + std::to_string(number_) + ": " + std::string(why)};
  }

  Result<VerifierKey> key(std::string_view vkey, bool (*fits)(KeyType),
                          std::set<std::string>& seen) {
    auto parsed = VerifierKey::parse(vkey);
    if (!parsed) return refuse(parsed.error().detail, parsed.error().code);
    if (!fits(parsed->type())) return refuse("a key of the wrong type for this line");
    // SPEC: keys are duplicates if their public keys are equal, whatever their names say.
    if (!seen.insert(parsed->public_key()).second) return refuse("a public key that stands twice");
    return parsed;
  }

  Status log(const Fields& fields) {
    if (fields.size() < 2 || fields.size() > 3) return refuse("log <vkey> [<url>]");
    auto parsed = key(fields[1], &signs_notes, log_keys_);
    if (!parsed) return std::move(parsed).error();
    policy_.logs.push_back({*std::move(parsed), url(fields, 2)});
    return ok();
  }

  Status witness(const Fields& fields) {
    if (fields.size() < 3 || fields.size() > 4) return refuse("witness <name> <vkey> [<url>]");
    auto parsed = key(fields[2], &cosigns, witness_keys_);
    if (!parsed) return std::move(parsed).error();
    if (auto defined = define(fields[1]); !defined) return defined;
    policy_.witnesses.push_back({std::string(fields[1]), *std::move(parsed), url(fields, 3)});
    return ok();
  }

  Status group(const Fields& fields) {
    if (fields.size() < 4) return refuse("group <name> all|any|<k> <member>...");
    PolicyGroup group{std::string(fields[1]), 0, {}};
    for (std::size_t i = 3; i < fields.size(); ++i) {
      const auto member = used_.find(fields[i]);
      if (member == used_.end()) return refuse("unknown member " + printable(fields[i]));
      if (member->second)
        return refuse("a member of two groups, or twice of one: " + printable(fields[i]));
      member->second = true;
      group.members.emplace_back(fields[i]);
    }
    auto threshold = parse_threshold(fields[2], group.members.size());
    if (!threshold) return std::move(threshold).error();
    group.threshold = *threshold;
    if (auto defined = define(fields[1]); !defined) return defined;
    policy_.groups.push_back(std::move(group));
    return ok();
  }

  Result<std::size_t> parse_threshold(std::string_view word, std::size_t members) const {
    if (word == "all") return members;
    if (word == "any") return std::size_t{1};
    const auto threshold = parse_decimal(word);
    if (!threshold || *threshold < 1 || *threshold > members)
      return refuse("a threshold outside 1 .. members");
    return static_cast<std::size_t>(*threshold);
  }

  Status quorum(const Fields& fields) {
    if (fields.size() != 2) return refuse("quorum <name>|none");
    if (has_quorum_) return refuse("a second quorum line");
    if (fields[1] != "none" && used_.find(fields[1]) == used_.end())
      return refuse("an undefined quorum");
    policy_.quorum = fields[1];
    has_quorum_ = true;
    return ok();
  }

  Status define(std::string_view name) {
    if (name == "none") return refuse("the name none is reserved");
    if (!used_.emplace(name, false).second)
      return refuse("a name that is defined twice: " + printable(name));
    return ok();
  }

  static std::string url(const Fields& fields, std::size_t at) {
    return at < fields.size() ? std::string(fields[at]) : std::string();
  }

  Policy policy_;
  std::size_t number_ = 0;
  bool has_quorum_ = false;
  std::map<std::string, bool, std::less<>> used_;  // defined names, and whether one is in a group
  std::set<std::string> log_keys_;
  std::set<std::string> witness_keys_;
};

}  // namespace

Result<Policy> parse_policy(std::string_view text) {
  if (text.size() > kMaxPolicyBytes) return Error{ErrorCode::kTooLarge, "policy: over 1 MiB"};
  PolicyReader reader;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (auto read = reader.line(text.substr(0, end)); !read) return std::move(read).error();
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace dure
