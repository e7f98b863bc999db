// SPDX-License-Identifier: Apache-2.0
#include "catalogue/projection.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <nlohmann/json.hpp>
#include <string>

#include "catalogue/body_members.h"
#include "catalogue/facets.h"
#include "catalogue/references.h"
#include "catalogue/regions.h"
#include "dure/entry.h"
#include "dure/entry_types.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxRegions = 300;

struct Label {
  std::string_view code, words;
};

/// Groups of people in the words of both languages. Not the fields: 교통 is to find what is about
/// it, not all that stands under it. And not 청년 or 청소년 for `youth`: that would be one for the
/// other.
constexpr std::array<Label, 19> kAudiences = {{{"elderly", "노인 어르신 elderly"},
                                               {"disabled", "장애인 disabled"},
                                               {"children", "어린이 아동 children"},
                                               {"youth", "youth"},
                                               {"students", "학생 students"},
                                               {"women", "여성 women"},
                                               {"pregnant", "임산부 pregnant"},
                                               {"parents", "부모 parents"},
                                               {"single-parent", "한부모 single parent"},
                                               {"large-family", "다자녀 large family"},
                                               {"migrants", "다문화 외국인 migrants"},
                                               {"low-income", "저소득 low income"},
                                               {"veterans", "보훈 veterans"},
                                               {"homeless", "노숙인 homeless"},
                                               {"job-seekers", "구직자 job seekers"},
                                               {"workers", "근로자 workers"},
                                               {"farmers", "농업인 농민 farmers"},
                                               {"business", "사업자 소상공인 business"},
                                               {"visitors", "방문객 관광객 visitors"}}};

/// One language of a tagged text.
std::string tagged(const Json& body, const char* name, const char* language) {
  const Json* value = body_member(body, name);
  return value == nullptr ? std::string() : body_text_of(body_member(*value, language));
}

void append_text(std::string& out, std::string_view text) {
  if (text.empty()) return;
  if (!out.empty()) out += '\n';
  out += text;
}

template <std::size_t kCount>
void append_labels(std::string& out, const Json* codes, const std::array<Label, kCount>& labels) {
  if (codes == nullptr || !codes->is_array()) return;
  for (const Json& code : *codes) {
    const std::string name = body_text_of(&code);
    const auto label =
        std::find_if(labels.begin(), labels.end(), [&](const Label& l) { return l.code == name; });
    if (label != labels.end()) append_text(out, label->words);
  }
}

std::string keywords_of(const Json& body) {
  std::string out;
  if (const Json* words = body_member(body, "keywords"); words != nullptr && words->is_array()) {
    for (const Json& word : *words) append_text(out, body_text_of(&word));
  }
  append_labels(out, body_member(body, "audiences"), kAudiences);
  return out;
}

bool is_text(std::string_view value) {
  return std::any_of(value.begin(), value.end(),
                     [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

/// Everything people would read: tagged texts, and whatever else is not plain ASCII (that is codes
/// and addresses).
void append_texts(std::string& out, const Json& value, bool is_tagged, int depth) {
  if (depth > kMaxDepth) return;
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    if (is_tagged || is_text(text)) append_text(out, text);
    return;
  }
  if (value.is_array()) {
    for (const Json& element : value) append_texts(out, element, false, depth + 1);
  }
  if (!value.is_object()) return;
  for (auto at = value.begin(); at != value.end(); ++at) {
    append_texts(out, at.value(), at.key() == "ko" || at.key() == "en", depth + 1);
  }
}

std::string rest_of(const Json& body) {
  std::string out;
  for (auto at = body.begin(); at != body.end(); ++at) {
    const bool elsewhere = at.key() == "title" || at.key() == "keywords";
    if (at.key() == "summary") {
      if (!tagged(body, "summary", "ko").empty()) append_text(out, tagged(body, "summary", "en"));
    } else if (at.key() == "identifiers" && at.value().is_array()) {
      for (const Json& identifier : at.value())
        append_text(out, body_text_of(body_member(identifier, "value")));
    } else if (!elsewhere) {
      append_texts(out, at.value(), false, 0);
    }
  }
  return out;
}

std::vector<std::string> regions_of(const Json& body) {
  std::vector<std::string> codes;
  const Json* regions = body_member(body, "regions");
  if (regions == nullptr || !regions->is_array()) return codes;
  for (const Json& region : *regions) {
    const std::string scheme = body_text_of(body_member(region, "scheme"));
    const std::string code = body_text_of(body_member(region, "code")).substr(0, 5);
    if (scheme != "bjd" || !is_region_code(code) || codes.size() == kMaxRegions) continue;
    if (std::find(codes.begin(), codes.end(), code) == codes.end()) codes.push_back(code);
  }
  return codes;
}

bool is_moment(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9'; };
  return text.size() >= 10 && text.size() <= 32 && is_utf8(text) && digit(text[0]) &&
         text[4] == '-' && text[7] == '-';
}

/// Fills `change` from a body. False if it cannot be shown.
bool read_body(CatalogueChange& change, std::string_view text) {
  const Json body = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return false;
  CatalogueItem& item = change.item;
  item.title = tagged(body, "title", "ko");
  item.title_en = tagged(body, "title", "en");
  if (item.title.empty()) item.title = item.title_en;
  if (item.title.empty()) return false;
  item.summary = tagged(body, "summary", "ko");
  if (item.summary.empty()) item.summary = tagged(body, "summary", "en");
  if (const std::string modified = body_text_of(body_member(body, "modified")); is_moment(modified))
    item.modified = modified;
  change.more_regions = regions_of(body);
  if (!change.more_regions.empty()) {
    item.region = change.more_regions.front();
    change.more_regions.erase(change.more_regions.begin());
  }
  change.facets = facets_of(body);
  change.review_due = review_due(body);
  change.references = references_of(body);
  change.keywords = keywords_of(body);
  change.body = rest_of(body);
  return true;
}

}  // namespace

Projection project(std::string_view origin, std::uint64_t index, std::string_view leaf_bytes,
                   const std::optional<BodyView>& body) {
  Projection projection;
  const auto leaf = parse_leaf(leaf_bytes);
  if (!leaf) return projection;
  const bool withdraws = leaf->type == "withdraw";
  if (!withdraws && !is_shown_type(leaf->type)) {
    projection.outcome = Folded::kUnknownType;
    return projection;
  }
  if (leaf->entry_class != EntryClass::kPublic) {
    projection.outcome = Folded::kNotPublic;
    return projection;
  }
  CatalogueItem& item = projection.change.item;
  item.origin = origin;
  item.id = leaf->id;
  item.rev = leaf->rev;
  item.index = index;
  item.type = leaf->type;
  item.modified = leaf->time;
  // An erased body leaves nothing to show; the earlier revision must not come back instead.
  item.withdrawn = withdraws || !body;
  if (!item.withdrawn && !read_body(projection.change, body->body)) return projection;
  projection.outcome = Folded::kChange;
  return projection;
}

}  // namespace dure::node
