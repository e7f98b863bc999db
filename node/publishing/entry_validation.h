// SPDX-License-Identifier: Apache-2.0
// Whether a body obeys the schema of its type (federation-protocol/schemas) and the rules a schema
// cannot say, answered field by field in words an officer can act on.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dure/result.h"

namespace dure::node {

enum class FaultSeverity { kError, kWarning };

/// One thing that is wrong with one field. The words are texts (area `schema`): `label` names the
/// field, `text` with `args` says what is wrong and what would be right.
struct EntryFault {
  FaultSeverity severity = FaultSeverity::kError;
  std::string pointer;  // RFC 6901, e.g. "/channels/0/phone"; empty: the entry as a whole
  std::string
      label;  // text key, e.g. "schema.field.phone"; empty if the field has no name of its own
  std::string text;  // text key, e.g. "schema.fault.too-long"
  std::vector<std::pair<std::string, std::string>> args = {};
};

bool has_error(const std::vector<EntryFault>& faults);

/// Looks up a text in one language: key, arguments.
using TextLookup = std::function<std::string(
    std::string_view key, const std::vector<std::pair<std::string, std::string>>& args)>;

/// One sentence about one fault, e.g. "연락처 › 전화(/contact/phone): …".
std::string describe(const EntryFault& fault, const TextLookup& lookup);

/// The same as an Error, for callers that stop at the first fault.
Error to_error(const EntryFault& fault);

/// What a schema wants at one place of a body.
struct MemberShape {
  enum class Kind { kText, kDate, kMoment, kNumber, kInteger, kYesNo, kList, kObject };
  Kind kind = Kind::kText;
  std::size_t max_length = 0;  // of a text, in code points; 0: no bound
};

/// Whether a 5-digit region code exists; empty function: not checked.
using RegionKnown = std::function<bool(std::string_view code)>;

/// The schemas, each compiled once.
/// Threads: any.
class EntryValidator {
 public:
  /// Errors: kInternal if an embedded schema cannot be read.
  static Result<std::unique_ptr<EntryValidator>> create(RegionKnown region_known = {});
  ~EntryValidator();
  EntryValidator(const EntryValidator&) = delete;
  EntryValidator& operator=(const EntryValidator&) = delete;

  /// Everything that is wrong with `body`, ordered by field; empty if nothing is.
  std::vector<EntryFault> check(std::string_view type, std::string_view body) const;

  /// The shape of the place that `pointer` leads to (RFC 6901 without escapes; any token leads to
  /// the items of a list); nothing if bodies of `type` have no such place.
  std::optional<MemberShape> shape_at(std::string_view type, std::string_view pointer) const;

  /// Whether entries of `type` can be published by this node.
  bool knows(std::string_view type) const;

 private:
  struct Schemas;
  explicit EntryValidator(std::unique_ptr<Schemas> schemas);
  std::unique_ptr<Schemas> schemas_;
};

}  // namespace dure::node
