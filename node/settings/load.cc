// SPDX-License-Identifier: Apache-2.0
// Reads dure.toml, the environment and the flags.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <system_error>

#include "dure/encoding.h"
#include "settings/origins.h"
#include "settings/suggest.h"
#include "settings/toml.h"
#include "settings/values.h"
#include "settings/webhook_list.h"

namespace dure::node {
namespace {

constexpr std::size_t kMaxFileBytes = 1 << 20;

class FileReader {
 public:
  FileReader(std::string file, LoadedSettings& out, SettingOrigins& origins)
      : file_(std::move(file)), out_(out), origins_(origins) {}

  void read(bool required) {
    std::error_code failure;
    const auto size = std::filesystem::file_size(file_, failure);
    if (failure == std::errc::no_such_file_or_directory && !required) return;
    if (failure) return complain("errors.settings_unreadable", failure.message());
    if (size > kMaxFileBytes)
      return complain("errors.settings_too_large", std::to_string(kMaxFileBytes));
    std::ifstream stream(file_, std::ios::binary);
    std::stringstream contents;
    if (!stream || !(contents << stream.rdbuf())) {
      if (size != 0)
        return complain("errors.settings_unreadable", std::generic_category().message(errno));
    }
    parse(contents.str());
  }

 private:
  void complain(std::string_view text, std::string detail, unsigned line = 0) {
    const auto place = line == 0 ? file_ : fmt::format("{}:{}", file_, line);
    const bool disk = text == "errors.settings_unreadable";
    out_.problems.push_back(Error{disk ? ErrorCode::kStorage : ErrorCode::kInvalid,
                                  fmt::format("{}: {}", place, detail),
                                  std::string(text),
                                  {{"place", place}, {"file", file_}, {"detail", detail}}});
  }

  void parse(const std::string& contents) {
    if (contents.starts_with("\xff\xfe") || contents.starts_with("\xfe\xff")) {
      return complain("errors.settings_encoding", "UTF-16");
    }
    if (!is_utf8(contents)) {
      unsigned line = 1;
      for (std::size_t end = contents.find('\n'), from = 0;
           end != std::string::npos && is_utf8(contents.substr(from, end - from));
           from = end + 1, end = contents.find('\n', from)) {
        ++line;
      }
      return complain("errors.settings_encoding", "CP949?", line);
    }
    const auto parsed = toml::parse(contents, file_);
    if (!parsed) {
      const auto& error = parsed.error();
      return complain("errors.settings_syntax", std::string(error.description()),
                      error.source().begin.line);
    }
    walk(parsed.table(), "");
  }

  void walk(const toml::table& table, const std::string& prefix) {
    for (const auto& [name, node] : table) {
      const std::string key =
          prefix.empty() ? std::string(name.str()) : fmt::format("{}.{}", prefix, name.str());
      if (key == "webhook") {
        read_webhooks(node);
      } else if (const auto* inner = node.as_table(); inner != nullptr && is_section(key)) {
        walk(*inner, key);
      } else {
        assign(key, node);
      }
    }
  }

  static bool is_section(const std::string& key) {
    const auto rows = setting_definitions();
    return std::any_of(rows.begin(), rows.end(),
                       [&](const auto& row) { return row.key.starts_with(key + "."); });
  }

  void read_webhooks(const toml::node& node) {
    const auto* tables = node.as_array();
    if (tables == nullptr || tables->empty())
      return out_.problems.push_back(wrong_webhook({}, place_of(node)));
    origins_["webhook"] = {SettingOrigin::Kind::kFile, file_, node.source().begin.line};
    for (const auto& element : *tables) {
      if (auto problem = read_webhook(element)) out_.problems.push_back(*std::move(problem));
    }
  }

  std::optional<Error> read_webhook(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong_webhook({}, place_of(node));
    for (const auto& [name, value] : *table) {
      if (name.str() != "url") return wrong_webhook(name.str(), place_of(value));
    }
    const auto* url = table->get("url");
    const auto* text = url == nullptr ? nullptr : url->as_string();
    if (text == nullptr) return wrong_webhook({}, place_of(url == nullptr ? node : *url));
    return add_webhook(out_.settings, text->get(), place_of(*url));
  }

  ValuePlace place_of(const toml::node& node) const { return {file_, node.source().begin.line}; }

  void assign(const std::string& key, const toml::node& node) {
    const auto* row = find_setting(key);
    const unsigned line = node.source().begin.line;
    if (row == nullptr || row->key.find('.') == std::string_view::npos) return unknown(key, line);
    const ValuePlace place{file_, line};
    std::optional<Error> problem;
    if (const auto* array = node.as_array()) {
      problem = assign_array(*row, *array, place);
    } else if (std::holds_alternative<std::vector<std::string> Settings::*>(row->member)) {
      problem = wrong_type(*row, place);
    } else {
      problem = assign_scalar(*row, node, place);
    }
    if (problem) return out_.problems.push_back(std::move(*problem));
    origins_[key] = {SettingOrigin::Kind::kFile, file_, line};
  }

  std::optional<Error> assign_scalar(const SettingDefinition& row, const toml::node& node,
                                     const ValuePlace& place) {
    const bool number = std::holds_alternative<std::uint64_t Settings::*>(row.member);
    if (const auto* value = node.as_string(); value != nullptr && !number) {
      return set_value(out_.settings, row, value->get(), place);
    }
    if (const auto* value = node.as_integer(); value != nullptr && number) {
      return set_value(out_.settings, row, std::to_string(value->get()), place);
    }
    return wrong_type(row, place);
  }

  std::optional<Error> assign_array(const SettingDefinition& row, const toml::array& array,
                                    const ValuePlace& place) {
    if (!std::holds_alternative<std::vector<std::string> Settings::*>(row.member))
      return wrong_type(row, place);
    std::vector<std::string> values;
    for (const auto& element : array) {
      const auto* value = element.as_string();
      if (value == nullptr) return wrong_type(row, place);
      values.push_back(value->get());
    }
    return set_list(out_.settings, row, std::move(values), place);
  }

  static Error wrong_type(const SettingDefinition& row, const ValuePlace& place) {
    std::string text = "errors.setting_type_text";
    if (std::holds_alternative<std::uint64_t Settings::*>(row.member))
      text = "errors.setting_type_number";
    if (std::holds_alternative<std::vector<std::string> Settings::*>(row.member))
      text = "errors.setting_type_list";
    const auto where = fmt::format("{}:{}", place.file, place.line);
    return Error{ErrorCode::kInvalid,
                 fmt::format("{}: {} has the wrong type", where, row.key),
                 text,
                 {{"place", where},
                  {"key", std::string(row.key)},
                  {"default", std::string(row.default_value)}}};
  }

  void unknown(const std::string& key, unsigned line) {
    std::vector<std::string_view> keys = {"webhook"};
    for (const auto& row : setting_definitions()) {
      if (row.key.find('.') != std::string_view::npos) keys.push_back(row.key);
    }
    const auto near = closest(key, keys);
    const auto where = fmt::format("{}:{}", file_, line);
    out_.problems.push_back(
        Error{ErrorCode::kInvalid,
              fmt::format("{}: unknown setting {}", where, printable(key)),
              near.empty() ? "errors.setting_unknown" : "errors.setting_unknown_near",
              {{"place", where}, {"key", printable(key)}, {"near", std::string(near)}}});
  }

  std::string file_;
  LoadedSettings& out_;
  SettingOrigins& origins_;
};

void check_together(LoadedSettings& out) {
  if (out.settings.tls_certificate.empty() != out.settings.tls_key.empty()) {
    out.problems.push_back(Error{ErrorCode::kInvalid,
                                 "server.tls_certificate and server.tls_key belong together",
                                 "errors.settings_tls_pair",
                                 {}});
  }
}

}  // namespace

LoadedSettings load_settings(const SettingSources& sources) {
  SettingOrigins unasked;
  return load_settings(sources, unasked);
}

LoadedSettings load_settings(const SettingSources& sources, SettingOrigins& origins) {
  using Kind = SettingOrigin::Kind;
  LoadedSettings out;
  const auto set = [&](const SettingDefinition& row, std::string_view value, std::string_view place,
                       Kind kind) {
    if (auto problem = set_value(out.settings, row, value, {std::string(place), 0}))
      return out.problems.push_back(std::move(*problem));
    origins[std::string(row.key)] = {kind, std::string(place), 0};
  };
  for (const auto& row : setting_definitions()) {
    if (!set_value(out.settings, row, row.default_value, {"default", 0})) continue;
    std::abort();  // the table itself is wrong
  }
  if (!sources.file.empty()) FileReader(sources.file, out, origins).read(sources.file_required);
  for (const auto& row : setting_definitions()) {
    const auto variable = sources.environment.find(std::string(row.variable));
    if (variable != sources.environment.end())
      set(row, variable->second, row.variable, Kind::kVariable);
    const auto flag = sources.flags.find(std::string(row.flag));
    if (flag != sources.flags.end()) set(row, flag->second, row.flag, Kind::kFlag);
  }
  check_together(out);
  return out;
}

std::map<std::string, std::string> dure_environment(char** environment) {
  std::map<std::string, std::string> variables;
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view line(*environment);
    const auto equals = line.find('=');
    if (!line.starts_with("DURE_") || equals == std::string_view::npos) continue;
    variables.emplace(line.substr(0, equals), line.substr(equals + 1));
  }
  return variables;
}

}  // namespace dure::node
