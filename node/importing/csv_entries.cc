// SPDX-License-Identifier: Apache-2.0
#include "importing/csv_entries.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>

#include "importing/cell.h"
#include "importing/cell_value.h"
#include "publishing/csv.h"
#include "publishing/imported_text.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Args = std::vector<std::pair<std::string, std::string>>;

EntryFault cell_fault(const char* text, Args args = {}) {
  return {FaultSeverity::kError, {}, {}, text, std::move(args)};
}

/// The place of item `item` of the path, made on the way.
Json& place_at(Json& body, const std::vector<std::string>& path, std::size_t item) {
  Json* place = &body;
  for (const auto& token : path) {
    std::size_t index = item;
    const bool counts = token == "*" || (token[0] >= '0' && token[0] <= '9');
    if (!counts) {
      place = &(*place)[token];
      continue;
    }
    if (token != "*") std::from_chars(token.data(), token.data() + token.size(), index);
    if (!place->is_array()) *place = Json::array();
    while (place->size() <= index) place->push_back(Json());
    place = &(*place)[index];
  }
  return *place;
}

void put(Json& body, const CsvTarget& target, std::size_t item, Json value) {
  if (target.path.back() != "*") {
    place_at(body, target.path, item) = std::move(value);
    return;
  }
  // A list of plain values grows, and names nothing twice.
  Json& list = place_at(body, {target.path.begin(), target.path.end() - 1}, 0);
  if (!list.is_array()) list = Json::array();
  if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

class RowReader {
 public:
  RowReader(const CsvMap& map, const std::vector<std::string>& header, CsvEntries& out)
      : map_(map), out_(out), constants_(Json::parse(map.constants)) {
    const auto index_of = [&](const std::string& name) {
      return static_cast<std::size_t>(std::find(header.begin(), header.end(), name) -
                                      header.begin());
    };
    source_index_ = index_of(map.source_column);
    for (const auto& target : map.targets) indexes_.push_back(index_of(target.column));
    width_ = header.size();
  }

  void take(const CsvRow& row) {
    line_ = row.line;
    const auto faults = out_.faults.size();
    const auto number = cell(row, source_index_);
    source_ = number.empty() ? std::string() : map_.scheme + ":" + number;
    check_width(row);
    if (number.empty()) refuse(map_.source_column, cell_fault("schema.cell.no-source"));
    Json body = constants_;
    for (std::size_t i = 0; i < map_.targets.size(); ++i) {
      const auto& target = map_.targets[i];
      if (const auto text = cell(row, indexes_[i]); !text.empty()) fill(body, target, text);
    }
    auto identifiers = Json::array({{{"scheme", map_.scheme}, {"value", number}}});
    for (auto& other : body.value("identifiers", Json::array()))
      identifiers.push_back(std::move(other));
    body["identifiers"] = std::move(identifiers);
    if (out_.faults.size() == faults) finish(body);
  }

 private:
  static std::string cell(const CsvRow& row, std::size_t index) {
    return index < row.fields.size() ? clean_cell(row.fields[index]) : std::string();
  }

  /// Spreadsheets drop or add empty cells at the end of a row; anything else is a shifted row.
  void check_width(const CsvRow& row) {
    for (std::size_t i = width_; i < row.fields.size(); ++i) {
      if (clean_cell(row.fields[i]).empty()) continue;
      refuse({}, cell_fault("schema.cell.width", {{"column", std::to_string(i + 1)},
                                                  {"expected", std::to_string(width_)}}));
      return;
    }
  }

  void fill(Json& body, const CsvTarget& target, const std::string& text) {
    if (is_formula(text)) {
      refuse(target.column, cell_fault("schema.cell.formula", {{"value", printable(text)}}));
      return;
    }
    const auto parts = split_cell(text, target.split);
    for (std::size_t item = 0; item < parts.size(); ++item) {
      auto value = cell_value(target, parts[item]);
      if (value) {
        put(body, target, item, std::move(*value));
      } else {
        const auto& error = value.error();
        refuse(target.column, {FaultSeverity::kError, {}, {}, error.text, error.args});
      }
    }
  }

  void refuse(const std::string& column, EntryFault fault) {
    out_.faults.push_back({line_, column, source_, std::move(fault)});
  }

  /// Through the reader of published files: the body has the one form, within the same limits.
  void finish(Json& body) {
    body["type"] = map_.type;
    auto document =
        parse_entry_document(body.dump(-1, ' ', false, Json::error_handler_t::replace), line_);
    if (document) {
      out_.entries.push_back({line_, std::move(*document)});
    } else {
      const auto& error = document.error();
      refuse({}, {FaultSeverity::kError, {}, {}, error.text, error.args});
    }
  }

  const CsvMap& map_;
  CsvEntries& out_;
  const Json constants_;
  std::vector<std::size_t> indexes_;
  std::size_t source_index_ = 0, width_ = 0, line_ = 0;
  std::string source_;
};

Result<std::string> decoded(std::string_view file, TextEncoding& encoding) {
  if (file.size() > kMaxCsvFileBytes)
    return Error{ErrorCode::kTooLarge, "over 64 MiB", "schema.gov24.too-large", {}};
  encoding = detect_encoding(file);
  if (encoding == TextEncoding::kCp949) return utf8_from_cp949(file);
  if (auto utf8 = require_utf8(file, 0, 1); !utf8) return std::move(utf8).error();
  return std::string(file);
}

std::string listed(const std::vector<std::string>& names) {
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  return printable(list, 400);
}

/// A spreadsheet can also put tabs or semicolons between the columns.
bool rows_are_one_cell(const std::vector<std::string>& header, const CsvMap& map) {
  return header.size() == 1 && header[0].size() > map.source_column.size() &&
         header[0].find(map.source_column) != std::string::npos;
}

/// Every column that the map names, once.
Status check_header(const std::vector<std::string>& header, const CsvMap& map) {
  std::vector<std::string> missing;
  const auto check = [&](const std::string& name) -> Status {
    const auto count = std::count(header.begin(), header.end(), name);
    if (count > 1)
      return Error{ErrorCode::kInvalid, name, "schema.cell.column-twice", {{"column", name}}};
    if (count == 0 && std::find(missing.begin(), missing.end(), name) == missing.end())
      missing.push_back(name);
    return ok();
  };
  if (auto once = check(map.source_column); !once) return once;
  for (const auto& target : map.targets) {
    if (auto once = check(target.column); !once) return once;
  }
  if (missing.empty()) return ok();
  if (rows_are_one_cell(header, map))
    return Error{ErrorCode::kInvalid, "not separated by commas", "schema.cell.separator", {}};
  return Error{ErrorCode::kInvalid,
               "missing columns",
               "schema.cell.columns",
               {{"columns", listed(missing)}, {"there", listed(header)}}};
}

bool leads_to(const std::vector<std::string>& path, std::string_view pointer) {
  for (const auto& token : path) {
    if (pointer.empty()) return true;  // the fault is about all of it
    pointer.remove_prefix(1);
    const auto step = pointer.substr(0, pointer.find('/'));
    if (token != "*" && token != step) return false;
    pointer.remove_prefix(step.size());
  }
  return pointer.empty();
}

}  // namespace

Result<CsvEntries> read_csv_entries(std::string_view file, const CsvMap& map) {
  CsvEntries out;
  const auto text = decoded(file, out.encoding);
  if (!text) return text.error();
  const auto rows = parse_csv(*text);
  if (!rows) return rows.error();
  if (rows->empty())
    return Error{ErrorCode::kMalformed, "the file is empty", "schema.file.empty", {}};
  std::vector<std::string> header;
  for (const auto& name : rows->front().fields) header.push_back(one_line_of(clean_cell(name)));
  if (auto checked = check_header(header, map); !checked) return std::move(checked).error();
  RowReader reader(map, header, out);
  for (std::size_t i = 1; i < rows->size(); ++i) {
    const auto& fields = (*rows)[i].fields;
    const bool blank = std::all_of(fields.begin(), fields.end(),
                                   [](const auto& field) { return clean_cell(field).empty(); });
    if (!blank) reader.take((*rows)[i]);
  }
  return out;
}

std::string column_of(const CsvMap& map, std::string_view pointer) {
  if (pointer.empty()) return {};
  if (pointer.starts_with("/identifiers/0")) return map.source_column;
  for (const auto& target : map.targets) {
    if (leads_to(target.path, pointer)) return target.column;
  }
  return {};
}

}  // namespace dure::node
