// SPDX-License-Identifier: Apache-2.0
#include "publishing/entry_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "publishing/personal_data.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Faults = std::vector<EntryFault>;

constexpr std::array kDateMembers = {"since",    "from",      "to",         "start",
                                     "end",      "asOf",      "reviewedAt", "issued",
                                     "modified", "decidedAt", "receivedAt", "checkedAt"};

void add(Faults& faults, std::string pointer, std::string text,
         std::vector<std::pair<std::string, std::string>> args = {},
         FaultSeverity severity = FaultSeverity::kError) {
  faults.push_back({severity, std::move(pointer), {}, std::move(text), std::move(args)});
}

const Json* member(const Json& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_member(const Json& object, const char* name) {
  const Json* found = member(object, name);
  return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

/// `date` matches YYYY-MM-DD in its first ten characters (the schema says so); is there such a day?
bool is_calendar_date(std::string_view date) {
  constexpr std::array kDays = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const auto number = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : date.substr(from, count)) value = value * 10 + (c - '0');
    return value;
  };
  const int year = number(0, 4), month = number(5, 2), day = number(8, 2);
  if (month < 1 || month > 12 || day < 1 || day > kDays[static_cast<std::size_t>(month - 1)])
    return false;
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month != 2 || day != 29 || leap;
}

bool has_date_form(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() < kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  return true;
}

/// C0 controls except tab and line break, DEL, C1 controls.
bool begins_with_control(std::string_view text) {
  const auto c = static_cast<unsigned char>(text[0]);
  if (c == 0xC2) return text.size() > 1 && static_cast<unsigned char>(text[1]) < 0xA0;
  return (c < 0x20 && c != '\n' && c != '\t' && c != '\r') || c == 0x7F;
}

/// Controls, and characters that reverse or hide text.
bool has_hidden_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_with_control(text.substr(i))) return true;
    const auto three = text.substr(i, 3);
    if (three >= "\xE2\x80\xAA" && three <= "\xE2\x80\xAE") return true;  // U+202A..U+202E
    if (three >= "\xE2\x81\xA6" && three <= "\xE2\x81\xA9") return true;  // U+2066..U+2069
    if (three == "\xEF\xBF\xBE" || three == "\xEF\xBF\xBF") return true;  // U+FFFE, U+FFFF
  }
  return false;
}

class TextRules {
 public:
  explicit TextRules(Faults& faults) : faults_(faults) {}

  void visit(const Json& value, const std::string& pointer, std::string_view name) {
    if (value.is_string()) {
      check(value.get_ref<const std::string&>(), pointer, name);
    } else if (value.is_object()) {
      for (const auto& [key, child] : value.items())
        visit(child, fmt::format("{}/{}", pointer, key), key);
    } else if (value.is_array()) {
      std::size_t index = 0;
      for (const auto& child : value) visit(child, fmt::format("{}/{}", pointer, index++), name);
    }
  }

 private:
  void check(const std::string& text, const std::string& pointer, std::string_view name) {
    if (has_hidden_character(text)) add(faults_, pointer, "schema.fault.hidden-character");
    if (!text.empty() && text.find_first_not_of(" \t\r\n") == std::string::npos) {
      add(faults_, pointer, "schema.fault.empty");
    }
    if (has_resident_number(text)) add(faults_, pointer, "schema.fault.resident-number");
    if (has_mobile_number(text)) check_mobile(pointer, name);
    if (is_date(name) && has_date_form(text) && !is_calendar_date(text)) {
      add(faults_, pointer, "schema.fault.no-such-date", {{"value", text.substr(0, 10)}});
    }
    if ((name == "processingTime" || name == "reviewEvery") && text.ends_with('T')) {
      add(faults_, pointer, "schema.pattern.duration");
    }
  }

  // In a field for telephones it is a mistake; in a text it may be an office's own mobile, so it is
  // only pointed out.
  void check_mobile(const std::string& pointer, std::string_view name) {
    if (name == "phone") {
      add(faults_, pointer, "schema.fault.mobile-number");
    } else if (name == "ko" || name == "en" ||
               name == "keywords") {  // not: addresses, numbers of other systems
      add(faults_, pointer, "schema.warning.mobile-number", {}, FaultSeverity::kWarning);
    }
  }

  static bool is_date(std::string_view name) {
    return std::find(kDateMembers.begin(), kDateMembers.end(), name) != kDateMembers.end();
  }

  Faults& faults_;
};

/// `first` must not be after `second`; compared as dates, so that two ways to write a moment do not
/// matter.
void check_order(const Json* object, const std::string& pointer, const char* first,
                 const char* second, Faults& faults) {
  if (object == nullptr) return;
  const auto from = text_member(*object, first), to = text_member(*object, second);
  if (!has_date_form(from) || !has_date_form(to) || from.substr(0, 10) <= to.substr(0, 10)) return;
  add(faults, pointer + "/" + second, "schema.fault.order", {{"from", from}, {"to", to}});
}

bool is_known(const RegionKnown& known, std::string code) {
  if (known(code)) return true;
  code.back() = '0';  // a general district (일반구) belongs to the city whose code ends in 0
  return known(code);
}

void check_regions(const Json& body, const RegionKnown& known, Faults& faults) {
  const Json* regions = member(body, "regions");
  if (!known || regions == nullptr || !regions->is_array()) return;
  std::size_t index = 0;
  for (const auto& region : *regions) {
    const auto code = text_member(region, "code");
    const auto pointer = "/regions/" + std::to_string(index++) + "/code";
    const bool digits = code.size() == 10 && std::all_of(code.begin(), code.end(), [](char c) {
                          return c >= '0' && c <= '9';
                        });
    if (digits && !is_known(known, code.substr(0, 5))) {
      add(faults, pointer, "schema.fault.unknown-region", {{"value", code}});
    }
  }
}

void check_status(const Json& body, Faults& faults) {
  const Json* status = member(body, "status");
  if (status == nullptr) return;
  const auto code = text_member(*status, "code");
  if ((code == "suspended" || code == "ended") && member(*status, "reason") == nullptr) {
    add(faults, "/status/reason", "schema.fault.reason-needed");
  }
}

void check_channels(const Json& body, Faults& faults) {
  const Json* channels = member(body, "channels");
  if (channels == nullptr || !channels->is_array()) return;
  bool online = false, other = false;
  for (const auto& channel : *channels) {
    const auto kind = text_member(channel, "kind");
    (kind == "online" ? online : other) = true;
  }
  const Json* contact = member(body, "contact");
  const bool reachable = contact != nullptr && member(*contact, "phone") != nullptr;
  if (online && !other && !reachable) {
    add(faults, "/channels", "schema.warning.online-only", {}, FaultSeverity::kWarning);
  }
}

void check_shares(const Json& body, Faults& faults) {
  const Json* cost = member(body, "cost");
  const Json* share = cost == nullptr ? nullptr : member(*cost, "share");
  if (share == nullptr || !share->is_object()) return;
  double sum = 0;
  for (const auto& part : *share) sum += part.is_number() ? part.get<double>() : 0;
  if (sum > 100.01) add(faults, "/cost/share", "schema.fault.share-sum");
}

void check_outcomes(const Json& body, Faults& faults) {
  const Json* outcomes = member(body, "outcomes");
  const Json* level = member(body, "evidenceLevel");
  if (outcomes == nullptr || !outcomes->is_array() || level == nullptr ||
      !level->is_number_integer())
    return;
  if (outcomes->empty() && level->get<std::int64_t>() > 0)
    add(faults, "/outcomes", "schema.fault.outcomes-needed");
  std::size_t index = 0;
  for (const auto& row : *outcomes) {
    const auto pointer = "/outcomes/" + std::to_string(index++) + "/period";
    check_order(member(row, "period"), pointer, "start", "end", faults);
  }
}

}  // namespace

void check_entry_rules(std::string_view type, const Json& body, const RegionKnown& region_known,
                       std::vector<EntryFault>& faults) {
  TextRules(faults).visit(body, "", "");
  check_order(&body, "", "issued", "modified", faults);
  check_status(body, faults);
  check_regions(body, region_known, faults);
  check_order(member(body, "deadline"), "/deadline", "from", "to", faults);
  check_order(member(body, "period"), "/period", "start", "end", faults);
  check_shares(body, faults);
  check_outcomes(body, faults);
  if (type == "service") check_channels(body, faults);
}

}  // namespace dure::node
