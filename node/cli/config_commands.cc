// SPDX-License-Identifier: Apache-2.0
#include "cli/config_commands.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/asking.h"
#include "cli/program.h"
#include "settings/origins.h"

namespace dure::node {
namespace {

using nlohmann::json;
using Kind = SettingOrigin::Kind;

struct Loaded : LoadedSettings {
  SettingOrigins origins;
};

void dump(Session& session, const json& value) {
  session.out << value.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

std::string_view kind_name(Kind kind) {
  switch (kind) {
    case Kind::kFile:
      return "file";
    case Kind::kVariable:
      return "variable";
    case Kind::kFlag:
      return "flag";
    case Kind::kDefault:
      break;
  }
  return "default";
}

// Of a webhook's address only the server: the rest often is its secret.
std::string without_path(const std::string& url) {
  const auto slash = url.find('/', url.find("://") + 3);
  const auto end = url.find_first_of("?#");
  const auto cut = std::min(slash, end);
  const bool secret = cut != std::string::npos && cut + 1 < url.size();
  return secret ? url.substr(0, cut) + "/…" : url;
}

json origin_json(const SettingOrigin& origin) {
  json out = {{"kind", kind_name(origin.kind)}};
  if (!origin.name.empty()) out["name"] = origin.name;
  if (origin.line != 0) out["line"] = origin.line;
  return out;
}

json value_json(const Settings& settings, const SettingDefinition& row) {
  return std::visit([&](auto member) { return json(settings.*member); }, row.member);
}

SettingOrigin origin_of(const Loaded& loaded, const std::string& key) {
  const auto found = loaded.origins.find(key);
  return found == loaded.origins.end() ? SettingOrigin() : found->second;
}

std::string origin_words(const Session& session, const SettingOrigin& origin) {
  return session.say(
      "cli.config.from." + std::string(kind_name(origin.kind)),
      {{"name", printable(origin.name, 400)}, {"line", std::to_string(origin.line)}});
}

// As dure.toml would say it, so that it can be read back.
void print_settings(Session& session, const Loaded& loaded, bool with_origin) {
  const auto line = [&](const std::string& text, const std::string& key) {
    session.out << text;
    if (with_origin) session.out << "  # " << origin_words(session, origin_of(loaded, key));
    session.out << '\n';
  };
  for (const auto& row : setting_definitions()) {
    const bool in_file = row.key.find('.') != std::string_view::npos;
    line((in_file ? "" : "# ") + std::string(row.key) + " = " + toml_value(loaded.settings, row),
         std::string(row.key));
  }
  for (const auto& url : loaded.settings.webhooks)
    line("# [[webhook]] url = \"" + without_path(url) + "\"", "webhook");
}

json settings_json(const Loaded& loaded) {
  json settings = json::array();
  for (const auto& row : setting_definitions()) {
    settings.push_back({{"key", row.key},
                        {"value", value_json(loaded.settings, row)},
                        {"origin", origin_json(origin_of(loaded, std::string(row.key)))}});
  }
  json webhooks = json::array();
  for (const auto& url : loaded.settings.webhooks) webhooks.push_back(without_path(url));
  return {{"settings", std::move(settings)}, {"webhooks", std::move(webhooks)}};
}

json problems_json(const Session& session, const std::vector<Error>& problems) {
  json list = json::array();
  for (const Error& problem : problems) {
    json item = {{"message", explain(session.language, problem)}};
    for (const auto& [name, value] : problem.args) {
      if (name == "place" || name == "key") item[name] = value;
    }
    list.push_back(std::move(item));
  }
  return list;
}

// What a node needs and has no default for.
void check_identity_of(Loaded& loaded) {
  for (const char* key : {"node.origin", "node.name", "node.region"}) {
    const auto* row = find_setting(key);
    const bool observer = loaded.settings.role == "observer" && row->key == "node.region";
    if (!loaded.problems.empty() || observer) continue;
    if (!value_json(loaded.settings, *row).get<std::string>().empty()) continue;
    loaded.problems.push_back(Error{ErrorCode::kInvalid,
                                    std::string(key) + " is missing",
                                    "errors.setting_missing",
                                    {{"key", key}, {"flag", std::string(row->flag)}}});
    return;
  }
}

Loaded load(const SettingSources& sources) {
  Loaded loaded;
  static_cast<LoadedSettings&>(loaded) = load_settings(sources, loaded.origins);
  return loaded;
}

}  // namespace

ExitCode run_config_check(const Invocation& invocation, Session& session) {
  SettingSources sources = setting_sources(invocation, session);
  sources.file_required = true;
  auto loaded = load(sources);
  check_identity_of(loaded);
  const auto& problems = loaded.problems;
  if (invocation.has("--json")) {
    dump(session, {{"file", sources.file},
                   {"valid", problems.empty()},
                   {"problems", problems_json(session, problems)}});
  } else {
    for (const Error& problem : problems) session.fail(problem);
    session.print(
        problems.empty() ? "cli.config.valid" : "cli.config.invalid",
        {{"file", printable(sources.file, 400)}, {"count", std::to_string(problems.size())}});
  }
  if (problems.empty()) return ExitCode::kOk;
  const bool unreadable = problems.front().code == ErrorCode::kStorage;
  return unreadable ? ExitCode::kEnvironment : ExitCode::kNo;
}

ExitCode run_config_show(const Invocation& invocation, Session& session) {
  const auto loaded = load(setting_sources(invocation, session));
  // Half of the settings would look like all of them.
  for (const Error& problem : loaded.problems) session.fail(problem);
  if (!loaded.problems.empty()) {
    const bool unreadable = loaded.problems.front().code == ErrorCode::kStorage;
    return unreadable ? ExitCode::kEnvironment : ExitCode::kNo;
  }
  if (invocation.has("--json")) {
    dump(session, settings_json(loaded));
  } else {
    print_settings(session, loaded, invocation.has("--origin"));
  }
  return ExitCode::kOk;
}

}  // namespace dure::node
