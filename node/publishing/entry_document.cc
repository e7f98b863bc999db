// SPDX-License-Identifier: Apache-2.0
#include "publishing/entry_document.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "dure/entry.h"
#include "dure/entry_types.h"
#include "publishing/text_encoding.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;

// Integers beyond this are not the same number in every program that reads JSON.
constexpr std::int64_t kMaxExactInteger = (std::int64_t{1} << 53) - 1;

struct Place {
  std::size_t line, column;
};

Place place_of(std::string_view text, std::size_t position, std::size_t first_line) {
  const auto before = text.substr(0, position);
  const auto newline = before.rfind('\n');
  const auto lines = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
  return {first_line + lines,
          newline == std::string_view::npos ? before.size() + 1 : before.size() - newline};
}

/// Refuses what a DOM parser would let through: duplicate names, deep nesting, inexact numbers.
class StrictReader final : public nlohmann::json_sax<Json> {
 public:
  StrictReader(std::string_view text, std::size_t first_line)
      : text_(text), first_line_(first_line) {}
  Error take_error() { return std::move(error_); }

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t value) override {
    return value >= -kMaxExactInteger || inexact();
  }
  bool number_unsigned(number_unsigned_t value) override {
    return value <= static_cast<number_unsigned_t>(kMaxExactInteger) || inexact();
  }
  bool number_float(number_float_t value, const string_t& digits) override {
    const bool written_as_integer = digits.find_first_of(".eE") == string_t::npos;
    return (std::isfinite(value) && !written_as_integer) || inexact();
  }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return false; }  // not in JSON text
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (names_.back().insert(name).second) return true;
    return fail(ErrorCode::kMalformed,
                fmt::format("the name \"{}\" is given twice", printable(name)),
                "schema.file.duplicate-name", {{"name", printable(name)}});
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& reason) override {
    const Place place = place_of(text_, position == 0 ? 0 : position - 1, first_line_);
    if (std::string_view(reason.what()).find("out_of_range") != std::string_view::npos)
      return inexact();
    return fail(ErrorCode::kMalformed,
                fmt::format("line {}, column {}: not JSON", place.line, place.column),
                "schema.file.syntax",
                {{"line", std::to_string(place.line)}, {"column", std::to_string(place.column)}});
  }

 private:
  bool enter() {
    names_.emplace_back();
    if (names_.size() <= kMaxBodyDepth) return true;
    return fail(ErrorCode::kTooLarge, fmt::format("nested more than {} levels deep", kMaxBodyDepth),
                "schema.file.too-deep", {{"max", std::to_string(kMaxBodyDepth)}});
  }
  bool leave() {
    names_.pop_back();
    return true;
  }
  bool inexact() {
    return fail(ErrorCode::kMalformed, "a number is too large to be kept exactly",
                "schema.file.number", {});
  }
  bool fail(ErrorCode code, std::string detail, std::string text,
            std::vector<std::pair<std::string, std::string>> args) {
    if (args.empty() || args.front().first != "line")
      args.emplace_back("line", std::to_string(first_line_));
    error_ = Error{code, std::move(detail), std::move(text), std::move(args)};
    return false;
  }

  std::string_view text_;
  std::size_t first_line_;
  std::vector<std::set<std::string>> names_;
  Error error_{ErrorCode::kMalformed, "not JSON", {}, {}};
};

/// 3.0 becomes 3, so that equal content makes equal bytes.
void write_integral_numbers_as_integers(Json& value) {
  if (value.is_number_float()) {
    const double number = value.get<double>();
    if (std::trunc(number) == number &&
        std::fabs(number) <= static_cast<double>(kMaxExactInteger)) {
      value = static_cast<std::int64_t>(number);
    }
  } else if (value.is_structured()) {
    for (auto& member : value) write_integral_numbers_as_integers(member);
  }
}

Error entry_error(ErrorCode code, std::string detail, std::string text, std::size_t line,
                  std::string value = {}) {
  return {code,
          std::move(detail),
          std::move(text),
          {{"line", std::to_string(line)}, {"value", std::move(value)}, {"types", listed_types()}}};
}

/// Takes the text member `name` out of `object`; empty if it is not there.
Result<std::string> take_text(Json& object, const char* name, std::size_t line) {
  const auto found = object.find(name);
  if (found == object.end()) return std::string();
  if (!found->is_string()) {
    return entry_error(ErrorCode::kInvalid, fmt::format("\"{}\" must be a text", name),
                       "schema.entry.not-text", line, name);
  }
  auto text = found->get<std::string>();
  object.erase(found);
  return text;
}

Result<EntryClass> take_class(Json& object, std::size_t line) {
  const auto name = take_text(object, "class", line);
  if (!name) return name.error();
  if (name->empty() || *name == "public") return EntryClass::kPublic;
  if (*name == "members") return EntryClass::kMembers;
  return entry_error(ErrorCode::kInvalid, "\"class\" is neither \"public\" nor \"members\"",
                     "schema.entry.class-bad", line, printable(*name));
}

std::string source_of(const Json& body) {
  const auto found = body.find("identifiers");
  if (found == body.end() || !found->is_array() || found->empty() || !found->front().is_object())
    return {};
  const auto& first = found->front();
  const auto scheme = first.find("scheme");
  const auto value = first.find("value");
  if (scheme == first.end() || value == first.end() || !scheme->is_string() || !value->is_string())
    return {};
  return scheme->get<std::string>() + ":" + value->get<std::string>();
}

Result<EntryDocument> take_apart(Json object, std::size_t line) {
  EntryDocument document;
  auto type = take_text(object, "type", line);
  if (!type) return std::move(type).error();
  if (type->empty()) {
    return entry_error(ErrorCode::kInvalid, "\"type\" is missing", "schema.entry.type-missing",
                       line);
  }
  if (!is_entry_type(*type)) {
    return entry_error(ErrorCode::kInvalid, "\"type\" is not the name of an entry type",
                       "schema.entry.type-bad", line, printable(*type));
  }
  auto id = take_text(object, "id", line);
  if (!id) return std::move(id).error();
  if (!id->empty() && !is_entry_id(*id)) {
    return entry_error(ErrorCode::kInvalid, "\"id\" is not an entry id", "schema.entry.id-bad",
                       line, printable(*id));
  }
  const auto entry_class = take_class(object, line);
  if (!entry_class) return entry_class.error();
  document.entry_class = *entry_class;
  write_integral_numbers_as_integers(object);
  document.type = *std::move(type);
  document.id = *std::move(id);
  document.source = source_of(object);
  document.body = object.dump();
  if (document.body.size() > kMaxBodyBytes) {
    return entry_error(ErrorCode::kTooLarge,
                       fmt::format("the body is over {} bytes", kMaxBodyBytes),
                       "schema.entry.too-large", line, std::to_string(kMaxBodyBytes / 1024));
  }
  return document;
}

}  // namespace

std::string source_in(std::string_view body) {
  const Json object = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  return object.is_object() ? source_of(object) : std::string();
}

Result<EntryDocument> parse_entry_document(std::string_view json, std::size_t first_line) try {
  if (json.size() > kMaxDocumentBytes) {
    return entry_error(ErrorCode::kTooLarge, "the entry is too long", "schema.entry.too-large",
                       first_line, std::to_string(kMaxBodyBytes / 1024));
  }
  if (auto utf8 = require_utf8(json, 0, first_line); !utf8) return std::move(utf8).error();
  StrictReader strict(json, first_line);
  if (!Json::sax_parse(json, &strict)) return strict.take_error();
  auto value = Json::parse(json);
  if (!value.is_object()) {
    return entry_error(ErrorCode::kMalformed, "an entry must be a JSON object",
                       "schema.entry.not-object", first_line);
  }
  return take_apart(std::move(value), first_line);
} catch (const Json::exception& exception) {
  return Error{ErrorCode::kInternal, printable(exception.what())};
}

std::string format_entry_document(const EntryDocument& document) {
  std::string out = fmt::format("{{\"type\":\"{}\"", document.type);
  if (!document.id.empty()) out += fmt::format(",\"id\":\"{}\"", document.id);
  if (document.entry_class == EntryClass::kMembers) out += ",\"class\":\"members\"";
  if (document.body.size() > 2) out += ',';
  return out.append(document.body, 1);
}

}  // namespace dure::node
