// SPDX-License-Identifier: Apache-2.0
#include "importing/cell_value.h"

#include <nlohmann/json.hpp>

#include "dure/encoding.h"
#include "importing/cell.h"
#include "publishing/imported_text.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Kind = MemberShape::Kind;

constexpr std::size_t kParagraphs = 1000;  // texts that may be this long keep their line breaks

/// The member's value for one part of a cell.
Result<Json> value_of(const CsvTarget& target, const std::string& part) {
  const auto refused = [&](const char* text) {
    return Error{ErrorCode::kInvalid, text, text, {{"value", printable(part)}}};
  };
  switch (target.shape.kind) {
    case Kind::kDate:
    case Kind::kMoment: {
      const auto date = target.shape.kind == Kind::kDate ? date_in(part) : moment_in(part);
      return date ? Result<Json>(Json(*date)) : refused("schema.cell.date");
    }
    case Kind::kNumber:
    case Kind::kInteger: {
      const auto number = number_in(part);
      const bool whole = number && number->find('.') == std::string::npos;
      if (!number || (target.shape.kind == Kind::kInteger && !whole))
        return refused("schema.cell.number");
      return Json::parse(*number, nullptr, /*allow_exceptions=*/false);
    }
    case Kind::kYesNo: {
      const auto yes = yes_no_in(part);
      return yes ? Result<Json>(Json(*yes)) : refused("schema.cell.yes-no");
    }
    case Kind::kText:
    case Kind::kList:
    case Kind::kObject:
      break;
  }
  return Json(target.shape.max_length >= kParagraphs ? part : one_line_of(part));
}

}  // namespace

Result<Json> cell_value(const CsvTarget& target, const std::string& part) {
  if (target.words.empty()) return value_of(target, part);
  const auto found = target.words.find(part);
  if (found != target.words.end()) return value_of(target, found->second);
  std::string words;
  for (const auto& [word, code] : target.words) words += (words.empty() ? "" : ", ") + word;
  return Error{ErrorCode::kInvalid,
               "word",
               "schema.cell.word",
               {{"value", printable(part)}, {"words", printable(words, 400)}}};
}

}  // namespace dure::node
