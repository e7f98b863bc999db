// SPDX-License-Identifier: Apache-2.0
// Single values of a body in words. Internal to web/.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "web/entry_view.h"

namespace dure::node {

/// A published body. Errors: kMalformed (not a JSON object, or nested too deeply).
Result<nlohmann::json> parse_body(std::string_view body);

struct FieldContext {
  Language language = Language::kKo;
  const RegionName& region_name;
  const AttachmentHref& attachment_href;
  const RecordLookup& record;
};

/// The name of a member, or the member itself if it has none.
std::string label(std::string_view name, const FieldContext& context);
/// The word for `code` of a list ("status", "running"), or the code itself.
std::string word(std::string_view list, std::string_view code, const FieldContext& context);

/// Bodies of other logs need not obey our schema: whatever is missing or of another shape reads as
/// null.
const nlohmann::json& member_of(const nlohmann::json& object, const char* name);
std::string string_of(const nlohmann::json& object, const char* name);
Text text_of(const nlohmann::json& object, const char* name, const FieldContext& context);
/// The member of {"ko":"…","en":"…"} that suits the reader, or a plain string; empty if it is
/// neither.
Text choose_text(const nlohmann::json& value, Language language);

/// `address` if a reader may safely follow it (http, https), else empty.
std::string web_href(std::string_view address);
std::string phone_href(std::string_view phone);
/// Empty unless `value` is a number.
std::string number(const nlohmann::json& value);
std::string money(const nlohmann::json& amount, const std::string& currency,
                  const FieldContext& context);
/// "P1Y6M" as "1년 6개월". Text that is no duration comes back as it is.
std::string duration(std::string_view iso, const FieldContext& context);
/// "from ~ to" of two date members; empty if both are missing.
std::string period(const nlohmann::json& value, const char* from, const char* to,
                   const FieldContext& context);

}  // namespace dure::node
