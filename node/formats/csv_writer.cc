// SPDX-License-Identifier: Apache-2.0
#include "formats/csv_writer.h"

#include <array>

namespace dure::node {
namespace {

constexpr std::array<std::string_view, 22> kColumns = {
    "id",           "type",     "title",     "title_en",   "summary",  "publisher",
    "origin",       "regions",  "fields",    "audiences",  "keywords", "status",
    "licence",      "modified", "reviewed",  "department", "phone",    "email",
    "contact_page", "address",  "published", "rev"};

std::string joined(const std::vector<std::string>& values) {
  std::string out;
  for (const std::string& value : values) out.append(out.empty() ? "" : "; ").append(value);
  return out;
}

bool begins_formula(std::string_view text) {
  constexpr std::string_view kFirst = "=+-@\t\r";
  return !text.empty() && kFirst.find(text.front()) != std::string_view::npos;
}

bool is_dropped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\r' && c != '\t') || byte == 0x7F;
}

}  // namespace

std::string csv_cell(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    if (!is_dropped(c)) kept += c;
  }
  if (begins_formula(kept)) kept.insert(0, 1, '\'');
  if (kept.find_first_of("\",\n\r") == std::string::npos) return kept;
  std::string out = "\"";
  for (const char c : kept) {
    if (c == '"') out += '"';
    out += c;
  }
  return out += '"';
}

std::string csv_open() {
  std::string out = "\xEF\xBB\xBF";
  for (const std::string_view column : kColumns) {
    if (column != kColumns.front()) out += ',';
    out += column;
  }
  return out += "\r\n";
}

std::string csv_line(const EntryRow& row) {
  const std::array<std::string, kColumns.size()> cells = {row.id,
                                                          row.type,
                                                          row.title,
                                                          row.title_en,
                                                          row.summary,
                                                          row.publisher,
                                                          row.origin,
                                                          joined(row.regions),
                                                          joined(row.fields),
                                                          joined(row.audiences),
                                                          joined(row.keywords),
                                                          row.status,
                                                          row.licence,
                                                          row.modified,
                                                          row.reviewed,
                                                          row.department,
                                                          row.phone,
                                                          row.email,
                                                          row.page,
                                                          row.address,
                                                          row.published,
                                                          std::to_string(row.rev)};
  std::string out;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    out += csv_cell(cells[i]);
  }
  return out += "\r\n";
}

}  // namespace dure::node
