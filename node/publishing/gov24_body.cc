// SPDX-License-Identifier: Apache-2.0
// The mapping of 정부24 columns to the members of a `service` body.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "publishing/gov24_conditions.h"
#include "publishing/gov24_record.h"
#include "publishing/imported_text.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

// As in federation-protocol/schemas.
constexpr std::size_t kTitle = 120, kSummary = 500, kLine = 1000, kLong = 20'000, kShort = 200,
                      kKeyword = 60;

struct Word {
  std::string_view word, code;
};

constexpr Word kFields[] = {
    {"생활안정", "3"},  {"보건·의료", "3"},  {"임신·출산", "3"},     {"보호·돌봄", "3"},
    {"의료지원", "3"},  {"주거·자립", "11"}, {"보육·교육", "7"},     {"고용·창업", "10"},
    {"행정·안전", "1"}, {"문화·환경", "8"},  {"농림축산어업", "12"}, {"문화/여가지원", "8"},
};

constexpr Word kAudiences[] = {
    {"노인", "elderly"},      {"어르신", "elderly"},       {"고령자", "elderly"},
    {"치매", "elderly"},      {"장애", "disabled"},        {"아동", "children"},
    {"어린이", "children"},   {"영유아", "children"},      {"미숙아", "children"},
    {"청소년", "youth"},      {"청년", "youth"},           {"초등학생", "students"},
    {"중학생", "students"},   {"고등학생", "students"},    {"대학생", "students"},
    {"여성", "women"},        {"임산부", "pregnant"},      {"임신", "pregnant"},
    {"산모", "pregnant"},     {"한부모", "single-parent"}, {"다자녀", "large-family"},
    {"다문화", "migrants"},   {"외국인", "migrants"},      {"결혼이민", "migrants"},
    {"저소득", "low-income"}, {"기초생활", "low-income"},  {"차상위", "low-income"},
    {"국가유공", "veterans"}, {"보훈", "veterans"},        {"노숙인", "homeless"},
    {"구직", "job-seekers"},  {"실업", "job-seekers"},     {"근로자", "workers"},
    {"농업인", "farmers"},    {"농가", "farmers"},         {"어업인", "farmers"},
    {"소상공인", "business"}, {"중소기업", "business"},    {"법인", "business"},
};

Json korean(std::string_view text, std::size_t characters) {
  return {{"ko", cut_to(text, characters)}};
}

/// Parts between "||", trimmed, without empty ones and repetitions.
std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const auto end = std::min(text.find("||"), text.size());
    auto part = one_line_of(text.substr(0, end));
    if (!part.empty() && std::find(parts.begin(), parts.end(), part) == parts.end())
      parts.push_back(std::move(part));
    text.remove_prefix(std::min(end + 2, text.size()));
  }
  return parts;
}

/// "보건행정과/031-228-0000||…": the first office number, with the name before it.
void put_phone(const Gov24Record& record, Json& contact) {
  for (const auto& part : parts_of(record.first_of({"전화문의", "문의처"}))) {
    const auto slash = part.rfind('/');
    auto number = slash == std::string::npos ? part : part.substr(slash + 1);
    number.erase(0, number.find_first_not_of(' '));
    if (number.empty() || !is_office_number(number)) continue;
    contact["phone"] = number;
    if (slash != std::string::npos && slash > 0)
      contact["role"] = korean(part.substr(0, slash), kShort);
    return;
  }
}

std::string page_of(const Gov24Record& record) {
  const auto page = record.get("상세조회URL");
  if (is_link(page)) return std::string(page);
  return fmt::format("https://www.gov.kr/portal/service/serviceInfo/{}", record.get("서비스ID"));
}

Json contact_of(const Gov24Record& record) {
  Json contact = {{"page", page_of(record)}};
  put_phone(record, contact);
  return contact;
}

void add_once(Json& list, std::string_view code) {
  if (std::find(list.begin(), list.end(), code) == list.end()) list.push_back(code);
}

Json fields_of(const Gov24Record& record) {
  Json fields = Json::array();
  for (const auto column : {"서비스분야", "지원유형"}) {
    for (const auto& part : parts_of(record.get(column))) {
      for (const auto& [word, code] : kFields) {
        if (part == word) add_once(fields, code);
      }
    }
  }
  return fields;
}

/// Where an audience stands in the one order; those of no word come last.
std::size_t rank_of(const Json& audience) {
  const auto* found = std::find_if(std::begin(kAudiences), std::end(kAudiences),
                                   [&](const Word& word) { return audience == word.code; });
  return static_cast<std::size_t>(found - std::begin(kAudiences));
}

Json audiences_of(const Gov24Record& record) {
  Json audiences = Json::array();
  const auto text = fmt::format("{} {} {}", record.get("서비스명"), record.get("지원대상"),
                                record.get("사용자구분"));
  for (const auto& [word, code] : kAudiences) {
    if (text.find(word) != std::string::npos) add_once(audiences, code);
  }
  for (const auto code : condition_audiences(record)) add_once(audiences, code);
  return audiences;
}

Json keywords_of(const Gov24Record& record) {
  Json keywords = Json::array();
  for (const auto column : {"지원유형", "서비스분야"}) {
    for (const auto& part : parts_of(record.get(column))) {
      if (keywords.size() < 40) add_once(keywords, cut_to(part, kKeyword));
    }
  }
  return keywords;
}

std::string_view channel_kind(std::string_view words) {
  constexpr Word kKinds[] = {{"온라인", "online"}, {"인터넷", "online"}, {"홈페이지", "online"},
                             {"방문", "visit"},    {"전화", "phone"},    {"우편", "post"},
                             {"팩스", "fax"},      {"FAX", "fax"}};
  for (const auto& [word, kind] : kKinds) {
    if (words.find(word) != std::string_view::npos) return kind;
  }
  return "other";
}

Json channels_of(const Gov24Record& record, const Json& contact) {
  Json channels = Json::array();
  for (const auto& part : parts_of(record.get("신청방법"))) {
    if (channels.size() == 20) break;
    const auto kind = channel_kind(part);
    Json channel = {{"kind", kind}, {"note", korean(part, kLine)}};
    const auto site = record.get("온라인신청사이트URL");
    if (kind == "online" && is_link(site)) channel["url"] = site;
    if (kind == "phone" && contact.contains("phone")) channel["phone"] = contact["phone"];
    const auto place = record.first_of({"접수기관", "접수기관명"});
    if (kind == "visit" && !place.empty()) channel["place"] = korean(one_line_of(place), kShort);
    channels.push_back(std::move(channel));
  }
  return channels;
}

void put_list(Json& body, const char* member, Json list) {
  if (!list.empty()) body[member] = std::move(list);
}

void put_text(Json& body, const char* member, std::string_view text, std::size_t characters) {
  if (!text.empty()) body[member] = korean(text, characters);
}

/// How it is decided, and behind it the coded conditions in words.
std::string criteria_of(const Gov24Record& record) {
  const auto written = cut_to(record.get("선정기준"), kLong - kLine);
  const auto sentence = condition_sentence(record);
  return written.empty() || sentence.empty() ? written + sentence : written + "\n\n" + sentence;
}

Json documents_of(const Gov24Record& record) {
  Json documents = Json::array();
  for (const auto column : {"구비서류", "본인확인필요구비서류"}) {
    for (const auto& part : parts_of(record.get(column))) {
      auto text = korean(part, kLine);
      const bool known = std::find(documents.begin(), documents.end(), text) != documents.end();
      if (!known && documents.size() < 40) documents.push_back(std::move(text));
    }
  }
  return documents;
}

void put_conditions(Json& body, const Gov24Record& record) {
  Json eligibility = Json::object();
  put_text(eligibility, "text", record.get("지원대상"), kLong);
  put_text(eligibility, "criteria", criteria_of(record), kLong);
  put_list(body, "eligibility", std::move(eligibility));
  put_text(body, "benefits", record.get("지원내용"), kLong);
  if (const auto deadline = record.get("신청기한"); !deadline.empty()) {
    body["deadline"] = {{"note", korean(deadline, kLine)}};
    if (deadline.starts_with("상시")) body["deadline"]["always"] = true;
  }
  put_list(body, "requiredDocuments", documents_of(record));
  Json laws = Json::array();
  for (const auto column : {"법령", "자치법규", "행정규칙"}) {
    for (const auto& part : parts_of(record.get(column))) {
      if (laws.size() < 30) laws.push_back({{"title", korean(part, kShort)}});
    }
  }
  put_list(body, "legalBasis", std::move(laws));
}

void put_addresses(Json& body, const Gov24Record& record) {
  body["links"] = Json::array(
      {{{"rel", "about"}, {"url", page_of(record)}, {"title", {{"ko", "정부24 서비스 안내"}}}}});
  if (const auto site = record.get("온라인신청사이트URL"); is_link(site)) {
    body["links"].push_back({{"rel", "apply"}, {"url", site}, {"title", {{"ko", "온라인 신청"}}}});
  }
}

}  // namespace

std::string gov24_body(const Gov24Record& record, std::string_view region,
                       std::string_view modified, const Gov24Options& options) {
  const auto title = one_line_of(record.get("서비스명"));
  const auto purpose = record.first_of({"서비스목적요약", "서비스목적"});
  const auto summary = purpose.empty() ? title : one_line_of(purpose);
  Json body;
  body["title"] = korean(title, kTitle);
  body["summary"] = korean(summary, kSummary);
  if (cut_to(summary, kSummary) != summary || cut_to(title, kTitle) != title) {
    body["description"] = korean(fmt::format("{}\n\n{}", title, summary), kLong);
  }
  // Also if the summary says the same: the detail may come before the list, and with it.
  if (const auto whole = record.get("서비스목적"); !whole.empty())
    body["description"] = korean(whole, kLong);
  body["department"] =
      korean(one_line_of(record.first_of({"부서명", "접수기관", "소관기관명"})), kShort);
  body["contact"] = contact_of(record);
  body["regions"] = Json::array(
      {{{"scheme", "bjd"}, {"code", fmt::format("{}00000", region)}, {"asOf", options.as_of}}});
  body["status"] = {{"code", "running"}};
  body["modified"] = modified;
  if (const auto issued = gov24_moment(record.get("등록일시"));
      issued && issued->substr(0, 10) <= modified.substr(0, 10)) {
    body["issued"] = *issued;
  }
  body["licence"] = options.licence;
  body["language"] = "ko";
  body["identifiers"] = Json::array({{{"scheme", "gov24"}, {"value", record.get("서비스ID")}}});
  put_addresses(body, record);
  put_conditions(body, record);
  put_list(body, "fields", fields_of(record));
  put_list(body, "audiences", audiences_of(record));
  put_list(body, "keywords", keywords_of(record));
  put_list(body, "channels", channels_of(record, body["contact"]));
  order_codes(body);
  return body.dump();
}

void order_codes(Json& body) {
  const auto number = [](const Json& code) {
    const auto& text = code.get_ref<const std::string&>();
    return std::pair(text.size(), text);
  };
  if (body.contains("fields"))
    std::sort(body["fields"].begin(), body["fields"].end(),
              [&](const Json& a, const Json& b) { return number(a) < number(b); });
  if (body.contains("audiences"))
    std::stable_sort(body["audiences"].begin(), body["audiences"].end(),
                     [](const Json& a, const Json& b) { return rank_of(a) < rank_of(b); });
}

std::optional<std::string> gov24_moment(std::string_view text) {
  if (text.ends_with("+09:00")) text.remove_suffix(6);  // as it is written here
  std::string digits;
  for (const char c : text) {
    if (c >= '0' && c <= '9') {
      digits.push_back(c);
    } else if (std::string_view("-./: T").find(c) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  if (digits.size() != 8 && digits.size() != 12 && digits.size() != 14) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t count) {
    return std::string_view(digits).substr(at, count);
  };
  auto moment = fmt::format("{}-{}-{}", part(0, 4), part(4, 2), part(6, 2));
  if (digits.size() == 8) return moment;
  const auto seconds = digits.size() == 14 ? part(12, 2) : std::string_view("00");
  return fmt::format("{}T{}:{}:{}+09:00", moment, part(8, 2), part(10, 2), seconds);
}

}  // namespace dure::node
