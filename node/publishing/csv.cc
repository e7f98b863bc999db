// SPDX-License-Identifier: Apache-2.0
#include "publishing/csv.h"

#include <fmt/format.h>

#include <algorithm>

#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

Error csv_error(ErrorCode code, std::string_view what, std::string text, std::size_t line,
                std::size_t column) {
  return {code,
          fmt::format("line {}, column {}: {}", line, column, what),
          std::move(text),
          {{"line", std::to_string(line)}, {"column", std::to_string(column)}}};
}

class CsvReader {
 public:
  explicit CsvReader(std::string_view text) : text_(text) {}

  Result<std::vector<CsvRow>> read() {
    if (text_.starts_with(kUtf8Bom)) position_ = kUtf8Bom.size();
    std::vector<CsvRow> rows;
    while (position_ < text_.size()) {
      if (take_line_break()) continue;  // an empty line
      if (rows.size() == kMaxCsvRows) {
        return csv_error(ErrorCode::kTooLarge, "too many rows", "schema.csv.rows", line_, 1);
      }
      auto row = read_row();
      if (!row) return std::move(row).error();
      rows.push_back(*std::move(row));
    }
    return rows;
  }

 private:
  Result<CsvRow> read_row() {
    CsvRow row;
    row.line = line_;
    while (true) {
      column_ = row.fields.size() + 1;
      if (column_ > kMaxCsvColumns) {
        return csv_error(ErrorCode::kTooLarge, "too many columns", "schema.csv.columns", row.line,
                         column_);
      }
      auto field = read_field(row.line);
      if (!field) return std::move(field).error();
      row.fields.push_back(*std::move(field));
      if (position_ == text_.size() || take_line_break()) return row;
      if (text_[position_] != ',') {
        return csv_error(ErrorCode::kMalformed, "text after a closing quote", "schema.csv.quote",
                         line_, column_);
      }
      ++position_;
    }
  }

  Result<std::string> read_field(std::size_t line) {
    auto field = position_ < text_.size() && text_[position_] == '"' ? read_quoted() : read_plain();
    if (!field) return field;
    if (field->size() > kMaxCsvFieldBytes) {
      return csv_error(ErrorCode::kTooLarge, "a field is too long", "schema.csv.field", line,
                       column_);
    }
    if (field->find('\0') != std::string::npos)
      return csv_error(ErrorCode::kMalformed, "a NUL byte", "schema.csv.nul", line, column_);
    return field;
  }

  Result<std::string> read_plain() {
    const auto end = std::min(text_.find_first_of(",\r\n", position_), text_.size());
    std::string field(text_.substr(position_, end - position_));
    position_ = end;
    return field;
  }

  Result<std::string> read_quoted() {
    const std::size_t opened = line_;
    std::string field;
    for (++position_; position_ < text_.size(); ++position_) {
      const char c = text_[position_];
      if (c != '"') {
        if (c == '\n') ++line_;
        field.push_back(c);
        continue;
      }
      ++position_;
      if (position_ == text_.size() || text_[position_] != '"') return field;
      field.push_back('"');
    }
    return csv_error(ErrorCode::kMalformed, "a quote is not closed", "schema.csv.open-quote",
                     opened, column_);
  }

  bool take_line_break() {
    if (text_.substr(position_, 2) == "\r\n") {
      position_ += 2;
    } else if (text_[position_] == '\n' || text_[position_] == '\r') {
      ++position_;
    } else {
      return false;
    }
    ++line_;
    return true;
  }

  std::string_view text_;
  std::size_t position_ = 0, line_ = 1, column_ = 1;
};

}  // namespace

Result<std::vector<CsvRow>> parse_csv(std::string_view text) { return CsvReader(text).read(); }

}  // namespace dure::node
