// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24_conditions.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace dure::node {
namespace {

struct Condition {
  std::string_view column, words, audience;
};

// One group is one question; within it any answer will do.
constexpr Condition kSex[] = {{"JA0101", "남성", ""}, {"JA0102", "여성", "women"}};
constexpr Condition kIncome[] = {{"JA0201", "중위소득 0~50%", "low-income"},
                                 {"JA0202", "중위소득 51~75%", ""},
                                 {"JA0203", "중위소득 76~100%", ""},
                                 {"JA0204", "중위소득 101~200%", ""},
                                 {"JA0205", "중위소득 200% 초과", ""}};
constexpr Condition kPersons[] = {{"JA0301", "예비부모·난임", "parents"},
                                  {"JA0302", "임산부", "pregnant"},
                                  {"JA0303", "출산·입양", "parents"},
                                  {"JA0313", "농업인", "farmers"},
                                  {"JA0314", "어업인", "farmers"},
                                  {"JA0315", "축산업인", "farmers"},
                                  {"JA0316", "임업인", "farmers"},
                                  {"JA0317", "초등학생", "students"},
                                  {"JA0318", "중학생", "students"},
                                  {"JA0319", "고등학생", "students"},
                                  {"JA0320", "대학생·대학원생", "students"},
                                  {"JA0326", "근로자·직장인", "workers"},
                                  {"JA0327", "구직자·실업자", "job-seekers"},
                                  {"JA0328", "장애인", "disabled"},
                                  {"JA0329", "국가보훈대상자", "veterans"},
                                  {"JA0330", "질병·질환자", ""}};
constexpr Condition kHouseholds[] = {{"JA0401", "다문화가족", "migrants"},
                                     {"JA0402", "북한이탈주민", ""},
                                     {"JA0403", "한부모·조손가정", "single-parent"},
                                     {"JA0404", "1인가구", ""},
                                     {"JA0411", "다자녀가구", "large-family"},
                                     {"JA0412", "무주택세대", ""},
                                     {"JA0413", "신규전입", ""},
                                     {"JA0414", "확대가족", ""}};
constexpr Condition kBusinesses[] = {{"JA1101", "예비창업자", "business"},
                                     {"JA1102", "영업 중", "business"},
                                     {"JA1103", "생계곤란·폐업예정자", "business"},
                                     {"JA1201", "음식점업", "business"},
                                     {"JA1202", "제조업", "business"},
                                     {"JA1299", "기타 업종", "business"},
                                     {"JA2101", "중소기업", "business"},
                                     {"JA2102", "사회복지시설", "business"},
                                     {"JA2103", "기관·단체", "business"},
                                     {"JA2201", "제조업(법인)", "business"},
                                     {"JA2202", "농업·임업·어업(법인)", "business"},
                                     {"JA2203", "정보통신업(법인)", "business"},
                                     {"JA2299", "기타 업종(법인)", "business"}};

bool says_yes(const Gov24Record& record, std::string_view column) {
  const auto value = record.get(column);
  return value == "Y" || value == "y" || value == "true" || value == "1";
}

/// The conditions of one group that are met; none if all are, or if `none` says that it does not
/// matter: then nobody is left out.
template <std::size_t kSize>
std::vector<const Condition*> restricting(const Gov24Record& record,
                                          const Condition (&group)[kSize],
                                          std::string_view none = {}) {
  std::vector<const Condition*> met;
  if (!none.empty() && says_yes(record, none)) return met;
  for (const auto& condition : group) {
    if (says_yes(record, condition.column)) met.push_back(&condition);
  }
  if (met.size() == kSize) met.clear();
  return met;
}

std::vector<std::vector<const Condition*>> all_groups(const Gov24Record& record) {
  return {restricting(record, kSex), restricting(record, kIncome),
          restricting(record, kPersons, "JA0322"), restricting(record, kHouseholds, "JA0410"),
          restricting(record, kBusinesses)};
}

constexpr int kOldest = 120;

int age_in(const Gov24Record& record, std::string_view column, int otherwise) {
  const auto text = record.get(column);
  int age = otherwise;
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, age);
  return read.ec == std::errc() && age >= 0 && age <= kOldest ? age : otherwise;
}

std::string age_words(const Gov24Record& record) {
  const int from = age_in(record, "JA0110", 0), to = age_in(record, "JA0111", kOldest);
  if (from > to || (from == 0 && to == kOldest)) return {};
  if (to == kOldest) return fmt::format("{}세 이상", from);
  if (from == 0) return fmt::format("{}세 이하", to);
  return fmt::format("{}~{}세", from, to);
}

std::string_view age_audience(const Gov24Record& record) {
  const int from = age_in(record, "JA0110", 0), to = age_in(record, "JA0111", kOldest);
  if (from > to) return {};
  if (from >= 60) return "elderly";
  if (to <= 12) return "children";
  return from >= 13 && to <= 39 ? "youth" : std::string_view();
}

}  // namespace

bool is_condition_column(std::string_view column) {
  return column.size() == 6 && column.starts_with("JA") &&
         column.find_first_not_of("0123456789", 2) == std::string_view::npos;
}

bool has_conditions(const Gov24Record& record) {
  return std::any_of(record.columns.begin(), record.columns.end(),
                     [](const auto& column) { return is_condition_column(column.first); });
}

std::string condition_sentence(const Gov24Record& record) {
  std::vector<std::string> parts;
  for (const auto& group : all_groups(record)) {
    std::string words;
    for (const auto* condition : group)
      words.append(words.empty() ? "" : ", ").append(condition->words);
    if (!words.empty()) parts.push_back(std::move(words));
  }
  if (auto age = age_words(record); !age.empty()) parts.insert(parts.begin(), std::move(age));
  return parts.empty() ? std::string()
                       : fmt::format("{}{}", kGov24Conditions, fmt::join(parts, " · "));
}

std::vector<std::string_view> condition_audiences(const Gov24Record& record) {
  std::vector<std::string_view> audiences;
  const bool also_rich = says_yes(record, "JA0204") || says_yes(record, "JA0205");
  for (const auto& group : all_groups(record)) {
    for (const auto* condition : group) {
      const bool holds = condition->audience != "low-income" || !also_rich;
      if (!condition->audience.empty() && holds) audiences.push_back(condition->audience);
    }
  }
  if (const auto age = age_audience(record); !age.empty()) audiences.push_back(age);
  return audiences;
}

std::pair<std::string, std::string> split_criteria(std::string_view criteria) {
  const auto at = criteria.rfind(kGov24Conditions);
  if (at == std::string_view::npos) return {std::string(criteria), {}};
  auto before = criteria.substr(0, at);
  while (before.ends_with('\n')) before.remove_suffix(1);
  return {std::string(before), std::string(criteria.substr(at))};
}

}  // namespace dure::node
