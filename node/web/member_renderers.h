// SPDX-License-Identifier: Apache-2.0
// How each shape of member becomes fields in words; entry_fields.cc says which member has which.
// Internal to web/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "web/entry_values.h"

namespace dure::node {

/// Adds `text` unless it is empty.
void add_value(std::vector<FieldValue>& values, Text text, std::string href = {});
/// Adds the field `name` unless it has no values.
void add_field(SectionView& section, std::string_view name, std::vector<FieldValue> values,
               const FieldContext& context);

// One value, or a list of values of the same kind (simple_members.cc); `name` is the member's name.
void render_text(SectionView& section, std::string_view name, const nlohmann::json& value,
                 const FieldContext& context);
void render_codes(SectionView& section, std::string_view name, const nlohmann::json& value,
                  const FieldContext& context);
void render_words(SectionView& section, std::string_view name, const nlohmann::json& value,
                  const FieldContext& context);
void render_date(SectionView& section, std::string_view name, const nlohmann::json& value,
                 const FieldContext& context);
void render_duration(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_period(SectionView& section, std::string_view name, const nlohmann::json& value,
                   const FieldContext& context);
void render_links(SectionView& section, std::string_view name, const nlohmann::json& value,
                  const FieldContext& context);
void render_attachments(SectionView& section, std::string_view name, const nlohmann::json& value,
                        const FieldContext& context);
void render_identifiers(SectionView& section, std::string_view name, const nlohmann::json& value,
                        const FieldContext& context);
void render_regions(SectionView& section, std::string_view name, const nlohmann::json& value,
                    const FieldContext& context);

// Objects with parts of their own (composed_members.cc).
void render_eligibility(SectionView& section, std::string_view name, const nlohmann::json& value,
                        const FieldContext& context);
void render_contact(SectionView& section, std::string_view name, const nlohmann::json& value,
                    const FieldContext& context);
void render_channels(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_deadline(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_fee(SectionView& section, std::string_view name, const nlohmann::json& value,
                const FieldContext& context);
void render_status(SectionView& section, std::string_view name, const nlohmann::json& value,
                   const FieldContext& context);
void render_partners(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_cost(SectionView& section, std::string_view, const nlohmann::json& value,
                 const FieldContext& context);
void render_staff(SectionView& section, std::string_view name, const nlohmann::json& value,
                  const FieldContext& context);
void render_outcomes(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);

// Lists of objects (listed_members.cc) and names of other entries (reference_members.cc).
void render_sites(SectionView& section, std::string_view name, const nlohmann::json& value,
                  const FieldContext& context);
void render_indicators(SectionView& section, std::string_view name, const nlohmann::json& value,
                       const FieldContext& context);
void render_distributions(SectionView& section, std::string_view name, const nlohmann::json& value,
                          const FieldContext& context);
void render_findings(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_decision(SectionView& section, std::string_view name, const nlohmann::json& value,
                     const FieldContext& context);
void render_number(SectionView& section, std::string_view name, const nlohmann::json& value,
                   const FieldContext& context);
void render_flag(SectionView& section, std::string_view name, const nlohmann::json& value,
                 const FieldContext& context);
void render_address(SectionView& section, std::string_view name, const nlohmann::json& value,
                    const FieldContext& context);
void render_reference(SectionView& section, std::string_view name, const nlohmann::json& value,
                      const FieldContext& context);

}  // namespace dure::node
