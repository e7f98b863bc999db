// SPDX-License-Identifier: Apache-2.0
#include "importing/csv_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

#include "dure/entry_types.h"
#include "publishing/text_encoding.h"
#include "settings/toml.h"

namespace dure::node {
namespace {

using Json = nlohmann::json;
using Args = std::vector<std::pair<std::string, std::string>>;

Error map_error(std::string text, const toml::node* at, Args args = {}) {
  const auto line = at == nullptr ? std::string("1") : std::to_string(at->source().begin.line);
  args.emplace_back("line", line);
  return {ErrorCode::kInvalid, fmt::format("map, line {}: {}", line, text), std::move(text),
          std::move(args)};
}

Json to_json(const toml::node& node) {
  if (const auto* table = node.as_table()) {
    Json out = Json::object();
    for (const auto& [name, value] : *table) out[std::string(name.str())] = to_json(value);
    return out;
  }
  if (const auto* array = node.as_array()) {
    Json out = Json::array();
    for (const auto& value : *array) out.push_back(to_json(value));
    return out;
  }
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return number->get();
  if (const auto* number = node.as_floating_point()) return number->get();
  if (const auto* yes = node.as_boolean()) return yes->get();
  std::ostringstream written;  // a date of TOML reads like one of ours
  if (const auto* date = node.as_date()) written << date->get();
  if (const auto* moment = node.as_date_time()) written << moment->get();
  return written.str();
}

std::vector<std::string> tokens_of(std::string_view member) {
  std::vector<std::string> tokens;
  while (true) {
    const auto dot = member.find('.');
    tokens.emplace_back(member.substr(0, dot));
    if (dot == std::string_view::npos) return tokens;
    member.remove_prefix(dot + 1);
  }
}

bool is_index(std::string_view token) {
  return token == "*" || (!token.empty() && token.size() <= 2 &&
                          token.find_first_not_of("0123456789") == std::string_view::npos);
}

/// As federation-protocol/schemas has it: said here once, it is not said of every row.
bool is_scheme(std::string_view text) {
  constexpr std::string_view kSigns = "abcdefghijklmnopqrstuvwxyz0123456789-";
  return !text.empty() && text.size() <= 32 && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of(kSigns) == std::string_view::npos;
}

class MapReader {
 public:
  MapReader(const toml::table& table, const EntryValidator& validator)
      : table_(table), validator_(validator) {}

  Result<CsvMap> read() {
    for (const auto& step : {&MapReader::read_names, &MapReader::read_type, &MapReader::read_source,
                             &MapReader::read_constants, &MapReader::read_columns}) {
      if (auto done = (this->*step)(); !done) return std::move(done).error();
    }
    return std::move(map_);
  }

 private:
  /// A misspelt section would silently be none.
  Status read_names() {
    for (const auto& [name, node] : table_) {
      const std::string_view key = name.str();
      if (key != "type" && key != "source" && key != "constants" && key != "columns")
        return map_error("schema.map.unknown", &node, {{"name", printable(key)}});
    }
    return ok();
  }

  Status read_type() {
    map_.type = table_["type"].value_or(std::string());
    if (is_shown_type(map_.type)) return ok();
    return map_error("schema.map.type", table_.get("type"),
                     {{"value", printable(map_.type)}, {"types", listed_types()}});
  }

  Status read_source() {
    const auto source = table_["source"];
    map_.scheme = source["scheme"].value_or(std::string());
    map_.source_column = source["column"].value_or(std::string());
    if (!is_scheme(map_.scheme) || map_.source_column.empty())
      return map_error("schema.map.source", table_.get("source"));
    if (!validator_.shape_at(map_.type, "/identifiers/0/value"))
      return map_error("schema.map.no-identifiers", table_.get("source"), {{"type", map_.type}});
    return ok();
  }

  Status read_constants() {
    Json constants = Json::object();
    if (const auto* table = table_["constants"].as_table()) {
      constants = to_json(*table);
      for (const auto& [name, node] : *table) {
        const std::string member(name.str());
        if (!validator_.shape_at(map_.type, "/" + member)) return unknown_member(member, node);
      }
    } else if (const auto* other = table_.get("constants")) {
      return map_error("schema.map.constants", other);
    }
    map_.constants = constants.dump();
    return ok();
  }

  Status read_columns() {
    const auto* columns = table_["columns"].as_table();
    if (columns == nullptr || columns->empty())
      return map_error("schema.map.columns", table_.get("columns"));
    for (const auto& [name, node] : *columns) {
      const std::string column(name.str());
      const auto* several = node.as_array();
      if (several == nullptr) {
        if (auto added = add(column, node); !added) return added;
        continue;
      }
      for (const auto& each : *several) {
        if (auto added = add(column, each); !added) return added;
      }
    }
    return ok();
  }

  Status add(const std::string& column, const toml::node& node) {
    CsvTarget target;
    target.column = column;
    if (const auto* text = node.as_string()) {
      target.member = text->get();
    } else if (const auto* table = node.as_table()) {
      if (auto read = read_target(*table, target); !read) return read;
    }
    if (target.member.empty())
      return map_error("schema.map.target", &node, {{"column", printable(column)}});
    if (auto led = lead(target, node); !led) return led;
    map_.targets.push_back(std::move(target));
    return ok();
  }

  static Status read_target(const toml::table& table, CsvTarget& target) {
    for (const auto& [name, node] : table) {
      const std::string_view key = name.str();
      const auto* words = node.as_table();
      if (key == "member" && node.is_string()) {
        target.member = node.value_or(std::string());
      } else if (key == "split" && node.is_string()) {
        target.split = node.value_or(std::string());
      } else if (key == "words" && words != nullptr) {
        for (const auto& [word, code] : *words)
          target.words.emplace(word.str(), code.value_or(std::string()));
      } else {
        return map_error("schema.map.unknown", &node, {{"name", printable(key)}});
      }
    }
    return ok();
  }

  Status unknown_member(const std::string& member, const toml::node& node) const {
    return map_error("schema.map.member", &node,
                     {{"member", printable(member)}, {"type", map_.type}});
  }

  /// Follows the member through the schema: only lists have numbers and *, and it ends at a value.
  Status lead(CsvTarget& target, const toml::node& node) const {
    target.path = tokens_of(target.member);
    std::string pointer;
    auto above = MemberShape::Kind::kObject;
    for (const auto& token : target.path) {
      const bool fits =
          above == MemberShape::Kind::kList ? is_index(token) : above == MemberShape::Kind::kObject;
      pointer += "/" + token;
      const auto shape = fits ? validator_.shape_at(map_.type, pointer) : std::nullopt;
      if (!shape) return unknown_member(target.member, node);
      above = shape->kind;
      target.shape = *shape;
    }
    if (above == MemberShape::Kind::kObject || above == MemberShape::Kind::kList)
      return map_error("schema.map.whole", &node, {{"member", printable(target.member)}});
    const auto stars = std::count(target.path.begin(), target.path.end(), "*");
    if (stars > 1 || (stars == 0 && !target.split.empty()))
      return map_error("schema.map.split", &node, {{"member", printable(target.member)}});
    return ok();
  }

  const toml::table& table_;
  const EntryValidator& validator_;
  CsvMap map_;
};

}  // namespace

Result<CsvMap> parse_csv_map(std::string_view text, const EntryValidator& validator) {
  if (text.size() > kMaxCsvMapBytes)
    return Error{ErrorCode::kTooLarge, "map over 256 KiB", "schema.map.too-large", {}};
  if (auto utf8 = require_utf8(text, 0, 1); !utf8) return std::move(utf8).error();
  if (text.starts_with(kUtf8Bom)) text.remove_prefix(kUtf8Bom.size());
  const auto parsed = toml::parse(text);
  if (!parsed) {
    const auto& error = parsed.error();
    return Error{ErrorCode::kMalformed,
                 std::string(error.description()),
                 "schema.map.syntax",
                 {{"line", std::to_string(error.source().begin.line)},
                  {"detail", printable(error.description())}}};
  }
  return MapReader(parsed.table(), validator).read();
}

}  // namespace dure::node
