// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24_merge.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "publishing/gov24_conditions.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::array kListColumns = {
    "서비스ID", "지원유형", "서비스명",     "서비스목적요약", "지원대상",     "선정기준",
    "지원내용", "신청방법", "신청기한",     "상세조회URL",    "소관기관코드", "소관기관명",
    "부서명",   "조회수",   "소관기관유형", "사용자구분",     "서비스분야",   "접수기관",
    "전화문의", "등록일시", "수정일시"};
constexpr std::array kDetailColumns = {"서비스목적",
                                       "구비서류",
                                       "접수기관명",
                                       "문의처",
                                       "온라인신청사이트URL",
                                       "행정규칙",
                                       "자치법규",
                                       "법령",
                                       "공무원확인구비서류",
                                       "본인확인필요구비서류"};

template <class List>
bool holds(const List& list, std::string_view column) {
  return std::find(list.begin(), list.end(), column) != list.end();
}

Gov24Kind kind_of(const Gov24Record& record) {
  if (!record.columns.contains("소관기관명") && has_conditions(record))
    return Gov24Kind::kConditions;
  const bool list =
      record.columns.contains("서비스목적요약") || record.columns.contains("상세조회URL");
  const bool detail =
      std::any_of(record.columns.begin(), record.columns.end(),
                  [](const auto& column) { return holds(kDetailColumns, column.first); });
  return detail && !list ? Gov24Kind::kDetail : Gov24Kind::kList;
}

bool speaks_of(const Gov24Record& record, std::initializer_list<const char*> columns) {
  return std::any_of(columns.begin(), columns.end(),
                     [&](const char* column) { return record.columns.contains(column); });
}

void join(Gov24Record& into, const Gov24Record& more, bool last_word) {
  for (const auto& [name, value] : more.columns) {
    auto [found, is_new] = into.columns.emplace(name, value);
    if (is_new || value.empty()) continue;
    const bool newer = name == "수정일시" ? value > found->second : last_word;
    if (newer || found->second.empty()) found->second = value;
  }
}

class Merger {
 public:
  explicit Merger(std::vector<ImportRefusal>& invalid) : invalid_(invalid) {}

  void take(Gov24Record record, Gov24Kind kind) {
    const std::string id(record.get("서비스ID"));
    const auto found = id.empty() ? places_.end() : places_.find(id);
    if (found == places_.end()) {
      if (!id.empty()) places_.emplace(id, Place{merged.size(), {{kind, record}}});
      merged.push_back(std::move(record));
      return;
    }
    auto& parts = found->second.parts;
    const auto before = parts.find(kind);
    if (before == parts.end()) {
      join(merged[found->second.index], record, kind == Gov24Kind::kDetail);
      parts.emplace(kind, std::move(record));
    } else if (before->second.columns != record.columns || before->second.file == record.file) {
      invalid_.push_back({record.line,
                          "gov24:" + printable(id),
                          printable(record.get("서비스명")),
                          {{FaultSeverity::kError, {}, {}, "schema.gov24.duplicate-id", {}}},
                          record.file});
    }
  }

  std::vector<Gov24Record> merged;

 private:
  struct Place {
    std::size_t index = 0;
    std::map<Gov24Kind, Gov24Record> parts;
  };
  std::map<std::string, Place> places_;
  std::vector<ImportRefusal>& invalid_;
};

std::string text_at(const Json& body, const char* pointer) {
  const Json::json_pointer place(pointer);
  return body.contains(place) && body[place].is_string() ? body[place].get<std::string>()
                                                         : std::string();
}

/// The texts of a list, "||" between them.
std::string joined(const Json& body, const char* member, const char* pointer) {
  std::string out;
  for (const auto& item : body.value(member, Json::array())) {
    const auto text = text_at(item, pointer);
    if (!text.empty()) out.append(out.empty() ? "" : "||").append(text);
  }
  return out;
}

std::string link_of(const Json& body, std::string_view rel) {
  for (const auto& link : body.value("links", Json::array())) {
    if (text_at(link, "/rel") == rel) return text_at(link, "/url");
  }
  return {};
}

std::string place_of(const Json& body) {
  for (const auto& channel : body.value("channels", Json::array())) {
    if (text_at(channel, "/kind") == "visit") return text_at(channel, "/place/ko");
  }
  return {};
}

std::string inquiry_of(const Json& body) {
  const auto phone = text_at(body, "/contact/phone"), role = text_at(body, "/contact/role/ko");
  return phone.empty() || role.empty() ? phone : role + "/" + phone;
}

/// Adds what the stored list has beside the made one.
void unite(Json& made, const Json& stored, const char* member) {
  for (const auto& item : stored.value(member, Json::array())) {
    auto& list = made[member];
    if (!list.is_array()) list = Json::array();
    if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
  }
}

/// Conditions alone change nothing else, whatever was written here since.
std::string with_conditions(Json stored, const Json& made) {
  for (const char* member : {"audiences", "eligibility"}) {
    if (made.contains(member)) stored[member] = made[member];
  }
  return stored.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

bool is_gov24_column(std::string_view column) {
  return holds(kListColumns, column) || holds(kDetailColumns, column) ||
         is_condition_column(column);
}

Gov24Kind gov24_kind_of(const std::vector<Gov24Record>& records) {
  return records.empty() ? Gov24Kind::kList : kind_of(records.front());
}

std::vector<Gov24Record> merge_gov24(const std::vector<std::vector<Gov24Record>>& files,
                                     std::vector<ImportRefusal>& invalid) {
  Merger merger(invalid);
  for (const auto kind : {Gov24Kind::kList, Gov24Kind::kDetail, Gov24Kind::kConditions}) {
    for (const auto& records : files) {
      if (gov24_kind_of(records) != kind) continue;
      for (const auto& record : records) merger.take(record, kind);
    }
  }
  return std::move(merger.merged);
}

void fill_from_stored(Gov24Record& record, std::string_view body) {
  const auto stored = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!stored.is_object()) return;
  const auto fill = [&](std::initializer_list<const char*> columns, std::string value) {
    if (!value.empty() && !speaks_of(record, columns))
      record.columns.insert_or_assign(*columns.begin(), std::move(value));
  };
  // An empty cell of one answer does not take away what another had.
  const auto fill_empty = [&](std::initializer_list<const char*> columns, const char* missing,
                              std::string value) {
    const bool empty = record.first_of({columns.begin()[0], columns.begin()[1]}).empty();
    if (!value.empty() && empty && !record.columns.contains(missing))
      record.columns.insert_or_assign(missing, std::move(value));
  };
  fill({"서비스명"}, text_at(stored, "/title/ko"));
  // A summary that only repeated the name is made anew of the present one.
  const auto summary = text_at(stored, "/summary/ko");
  fill({"서비스목적요약"}, summary == text_at(stored, "/title/ko") ? "" : summary);
  fill({"부서명"}, text_at(stored, "/department/ko"));
  fill({"상세조회URL"}, text_at(stored, "/contact/page"));
  fill({"등록일시"}, text_at(stored, "/issued"));
  fill({"수정일시"}, text_at(stored, "/modified"));
  fill({"지원대상"}, text_at(stored, "/eligibility/text/ko"));
  fill({"선정기준"}, split_criteria(text_at(stored, "/eligibility/criteria/ko")).first);
  fill({"지원내용"}, text_at(stored, "/benefits/ko"));
  fill({"신청기한"}, text_at(stored, "/deadline/note/ko"));
  fill({"신청방법"}, joined(stored, "channels", "/note/ko"));
  fill({"온라인신청사이트URL"}, link_of(stored, "apply"));
  fill({"구비서류", "본인확인필요구비서류"}, joined(stored, "requiredDocuments", "/ko"));
  fill({"법령", "자치법규", "행정규칙"}, joined(stored, "legalBasis", "/title/ko"));
  fill_empty({"전화문의", "문의처"}, record.columns.contains("문의처") ? "전화문의" : "문의처",
             inquiry_of(stored));
  fill_empty({"접수기관", "접수기관명"},
             record.columns.contains("접수기관명") ? "접수기관" : "접수기관명", place_of(stored));
}

std::string keep_from_stored(const Gov24Record& record, std::string_view made,
                             std::string_view stored) {
  auto body = Json::parse(made, nullptr, /*allow_exceptions=*/false);
  const auto before = Json::parse(stored, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !before.is_object()) return std::string(made);
  if (!speaks_of(record, {"서비스분야"})) {
    unite(body, before, "fields");
    unite(body, before, "keywords");
  }
  if (!speaks_of(record, {"사용자구분"}) || !has_conditions(record))
    unite(body, before, "audiences");
  order_codes(body);
  if (!speaks_of(record, {"수정일시"})) return with_conditions(before, body);
  const auto sentence = split_criteria(text_at(before, "/eligibility/criteria/ko")).second;
  if (!has_conditions(record) && !sentence.empty()) {
    const auto criteria = text_at(body, "/eligibility/criteria/ko");
    body["eligibility"]["criteria"]["ko"] =
        criteria.empty() ? sentence : criteria + "\n\n" + sentence;
  }
  // What the list made of a long summary begins with the title; anything else came from the detail.
  const auto description = text_at(before, "/description/ko");
  const bool of_the_list = description.starts_with(text_at(before, "/title/ko") + "\n\n");
  if (!speaks_of(record, {"서비스목적"}) && !description.empty() && !of_the_list)
    body["description"] = before["description"];
  return body.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace dure::node
