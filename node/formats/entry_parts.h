// SPDX-License-Identifier: Apache-2.0
// How members that several types share become statements. Internal to formats/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "formats/body_reader.h"
#include "formats/entry_rdf.h"

namespace dure::node {

/// One entry while it is put into statements.
struct EntryDraft {
  const PublishedEntry& entry;
  const RdfContext& context;
  const BodyJson& body;
  RdfNode node;                 // of the entry
  std::vector<RdfNode> beside;  // further nodes

  const BodyJson* member(const char* name) const { return member_of(&body, name); }
  /// "<id>-channel-2": an identifier for a part of the entry.
  std::string part_id(std::string_view kind, std::size_t number) const;
};

void add_reference(EntryDraft& draft, std::string_view property, const BodyJson* reference);
void add_references(EntryDraft& draft, std::string_view property, const BodyJson* references);
/// `schema.of.value` under `scheme` of the pages' words.
void add_code(EntryDraft& draft, std::string_view property, std::string_view scheme,
              const BodyJson* value);
void add_partners(EntryDraft& draft, const BodyJson* partners);
void add_outcomes(EntryDraft& draft);
void add_money(EntryDraft& draft);
void add_staff(EntryDraft& draft);
void add_sites(EntryDraft& draft);
void add_documents(EntryDraft& draft);

// By type: what it has beside what all have.
void describe_service(EntryDraft& draft);
void describe_practice(EntryDraft& draft);
void describe_adoption(EntryDraft& draft);
void describe_dataset(EntryDraft& draft);
void describe_problem(EntryDraft& draft);
void describe_spec(EntryDraft& draft);
void describe_organisation(EntryDraft& draft);
void describe_programme(EntryDraft& draft);
void describe_response(EntryDraft& draft);
void describe_proposal(EntryDraft& draft);
void describe_notice(EntryDraft& draft);

}  // namespace dure::node
