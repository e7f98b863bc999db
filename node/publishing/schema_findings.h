// SPDX-License-Identifier: Apache-2.0
// What valijson found in a body, said in our own texts, with the limits and lists taken from the
// schema itself. Knows valijson's words, not its types. Internal to publishing/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "publishing/entry_validation.h"
#include "publishing/schema_path.h"

namespace dure::node {

/// Turns the findings about one body into faults. What the constructor takes must outlive it.
class FaultCollector {
 public:
  FaultCollector(const nlohmann::json& schema, const nlohmann::json& common,
                 const nlohmann::json& body, std::vector<EntryFault>& faults)
      : schema_(schema), common_(common), body_(body), faults_(faults) {}

  /// One finding: where ("<root>", "[channels]", "[0]") and what, in valijson's words.
  void take(const std::vector<std::string>& context, std::string_view description);

 private:
  using Args = std::vector<std::pair<std::string, std::string>>;

  void add(std::string_view kind, const std::string& below, Args args = {});
  bool take_limit(std::string_view description);
  bool take_choice(std::string_view description);
  void add_unknown_members();
  /// The one anyOf: a contact needs a telephone, an address or a page. One fault instead of three.
  void replace_alternatives();

  const nlohmann::json& schema_;
  const nlohmann::json& common_;
  const nlohmann::json& body_;
  std::vector<EntryFault>& faults_;
  std::string pointer_;
  SchemaPlace place_;
};

}  // namespace dure::node
