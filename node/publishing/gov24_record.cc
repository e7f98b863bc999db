// SPDX-License-Identifier: Apache-2.0
#include "publishing/gov24_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "publishing/csv.h"
#include "publishing/gov24_conditions.h"
#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

constexpr std::array kNeededColumns = {"서비스ID", "서비스명", "소관기관명", "수정일시"};

/// Trimmed, with \n as the only line break and no other control bytes.
std::string clean(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') out.push_back(c);
  }
  const auto begin = out.find_first_not_of(" \n\t");
  if (begin == std::string::npos) return {};
  return out.substr(begin, out.find_last_not_of(" \n\t") - begin + 1);
}

Error page_error(ErrorCode code, std::string detail, std::string text, std::string columns = {}) {
  return {code, std::move(detail), std::move(text), {{"columns", std::move(columns)}}};
}

std::string value_text(const Json& value) {
  if (value.is_string()) return clean(value.get_ref<const std::string&>());
  return value.is_number() || value.is_boolean() ? value.dump() : std::string();
}

ImportRefusal refusal(std::size_t line, std::string text,
                      std::vector<std::pair<std::string, std::string>> args) {
  return {line, {}, {}, {{FaultSeverity::kError, {}, {}, std::move(text), std::move(args)}}};
}

/// Refuses a file without the columns that every record needs. `holds` says whether one is there.
template <class Holds>
Status check_columns(const Holds& holds, bool conditions) {
  std::string missing;
  if (conditions && holds("서비스ID")) return ok();
  for (const char* name : kNeededColumns) {
    if (!holds(name)) missing += missing.empty() ? name : fmt::format(", {}", name);
  }
  if (missing.empty()) return ok();
  return page_error(ErrorCode::kInvalid, "missing columns: " + missing, "schema.gov24.columns",
                    missing);
}

/// A column that no record has was never meant: the file is a list of something else.
Status check_records(const std::vector<Gov24Record>& records) {
  const auto holds = [&](const char* name) {
    return std::any_of(records.begin(), records.end(),
                       [&](const Gov24Record& r) { return r.columns.contains(name); });
  };
  return check_columns(holds, std::any_of(records.begin(), records.end(), has_conditions));
}

Result<std::vector<Gov24Record>> read_json(std::string_view text,
                                           std::vector<ImportRefusal>& invalid) {
  const auto page = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (page.is_discarded()) {
    return page_error(ErrorCode::kMalformed, "not valid JSON", "schema.gov24.not-gov24");
  }
  const bool enveloped = page.is_object() && page.contains("data");
  const Json& data = enveloped ? page["data"] : page;
  if (!data.is_array()) {
    return page_error(ErrorCode::kInvalid, "no array of records", "schema.gov24.not-gov24");
  }
  std::vector<Gov24Record> records;
  std::size_t position = 0;
  for (const auto& item : data) {
    ++position;
    if (!item.is_object()) {
      invalid.push_back(refusal(position, "schema.gov24.not-record", {}));
      continue;
    }
    Gov24Record record;
    record.line = position;
    for (const auto& [name, value] : item.items()) record.columns.emplace(name, value_text(value));
    records.push_back(std::move(record));
  }
  if (!records.empty()) {
    if (auto checked = check_records(records); !checked) return std::move(checked).error();
  }
  return records;
}

Status check_header(const std::vector<std::string>& header) {
  const auto holds = [&](const char* name) {
    return std::find(header.begin(), header.end(), name) != header.end();
  };
  return check_columns(holds, std::any_of(header.begin(), header.end(), is_condition_column));
}

/// Spreadsheets drop or add empty cells at the end of a row; anything else is a shifted row.
bool fits(const CsvRow& row, std::size_t width) {
  const auto end = row.fields.end();
  const auto extra =
      row.fields.begin() + static_cast<std::ptrdiff_t>(std::min(width, row.fields.size()));
  return std::all_of(extra, end, [](const std::string& field) { return clean(field).empty(); });
}

Result<std::vector<Gov24Record>> read_csv(std::string_view text,
                                          std::vector<ImportRefusal>& invalid) {
  auto rows = parse_csv(text);
  if (!rows) return std::move(rows).error();
  if (rows->empty()) return page_error(ErrorCode::kInvalid, "empty file", "schema.file.empty");
  auto header = std::move(rows->front().fields);
  std::transform(header.begin(), header.end(), header.begin(), clean);
  if (auto status = check_header(header); !status) return std::move(status).error();
  std::vector<Gov24Record> records;
  for (auto row = rows->begin() + 1; row != rows->end(); ++row) {
    if (fits(*row, 0)) continue;  // only separators
    if (!fits(*row, header.size())) {
      invalid.push_back(refusal(row->line, "schema.csv.width",
                                {{"line", std::to_string(row->line)},
                                 {"found", std::to_string(row->fields.size())},
                                 {"expected", std::to_string(header.size())}}));
      continue;
    }
    Gov24Record record;
    record.line = row->line;
    for (std::size_t i = 0; i < header.size(); ++i) {
      record.columns.emplace(header[i], i < row->fields.size() ? clean(row->fields[i]) : "");
    }
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace

std::string_view Gov24Record::get(std::string_view name) const {
  const auto found = columns.find(name);
  return found == columns.end() ? std::string_view() : std::string_view(found->second);
}

std::string_view Gov24Record::first_of(std::initializer_list<std::string_view> names) const {
  for (const auto name : names) {
    if (const auto value = get(name); !value.empty()) return value;
  }
  return {};
}

Result<std::vector<Gov24Record>> read_gov24_records(std::string_view file,
                                                    std::vector<ImportRefusal>& invalid,
                                                    std::size_t number) {
  if (file.size() > kMaxGov24FileBytes) {
    return page_error(ErrorCode::kTooLarge, "over 64 MiB", "schema.gov24.too-large");
  }
  std::string decoded;
  if (detect_encoding(file) == TextEncoding::kCp949) {
    auto utf8 = utf8_from_cp949(file);
    if (!utf8) return std::move(utf8).error();
    decoded = *std::move(utf8);
    file = decoded;
  } else if (auto utf8 = require_utf8(file, 0, 1); !utf8) {
    return std::move(utf8).error();
  }
  if (file.starts_with(kUtf8Bom)) file.remove_prefix(kUtf8Bom.size());
  const auto begin = file.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos) {
    return Error{ErrorCode::kMalformed, "the file is empty", "schema.file.empty", {}};
  }
  const bool json = file[begin] == '{' || file[begin] == '[';
  const auto refused = invalid.size();
  auto records = json ? read_json(file, invalid) : read_csv(file, invalid);
  for (auto i = refused; i < invalid.size(); ++i) invalid[i].file = number;
  if (records) {
    for (auto& record : *records) record.file = number;
  }
  return records;
}

}  // namespace dure::node
