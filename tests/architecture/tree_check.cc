// SPDX-License-Identifier: Apache-2.0
#include "architecture/tree_check.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <regex>
#include <set>

namespace dure::architecture {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMostLines = 400;

bool is_source(const fs::path& path) {
  return path.extension() == ".h" || path.extension() == ".cc";
}

bool is_build_file(const fs::path& path) {
  return path.extension() == ".cmake" || path.filename() == "CMakeLists.txt";
}

std::vector<std::string> read_lines(const fs::path& path) {
  std::vector<std::string> lines;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

bool is_script(const std::vector<std::string>& lines) {
  return !lines.empty() && lines[0].starts_with("#!");
}

// Calls `each` for the files below `folder`, without what a build or an editor leaves behind.
void walk(const fs::path& folder, const std::function<void(const fs::path&)>& each) {
  static const std::set<std::string> skipped = {"build", ".git", "node_modules", ".cache"};
  if (!fs::is_directory(folder)) return;
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder)) entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& path : entries) {
    if (skipped.contains(path.filename().string())) continue;  // .git is a file in a worktree
    if (fs::is_directory(path)) {
      walk(path, each);
    } else {
      each(path);
    }
  }
}

std::string included_path(const std::string& line) {
  static const std::regex include(R"(^\s*#\s*include\s*[<"]([^>"]+)[>"])");
  if (line.find("include") == std::string::npos) return {};  // the expression is slow
  std::smatch match;
  return std::regex_search(line, match, include) ? match[1].str() : std::string();
}

std::string where(const fs::path& root, const fs::path& path, std::size_t line) {
  return fs::relative(path, root).string() + ":" + std::to_string(line) + ": ";
}

void check_rule(const fs::path& root, const IncludeRule& rule, std::vector<std::string>& found) {
  const std::regex forbidden("^(" + rule.forbidden + ")");
  std::size_t files = 0;
  walk(root / rule.folder, [&](const fs::path& path) {
    if (!is_source(path)) return;
    ++files;
    const auto lines = read_lines(path);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::string include = included_path(lines[i]);
      if (!include.empty() && std::regex_search(include, forbidden)) {
        found.push_back(where(root, path, i + 1) + "includes " + include + ": " + rule.why);
      }
    }
  });
  if (files == 0)
    found.push_back(rule.folder + ": a rule guards this folder, but it has no source files");
}

void check_licence(const fs::path& root, const fs::path& path,
                   const std::vector<std::string>& lines, std::vector<std::string>& found) {
  const bool must =
      is_source(path) || is_build_file(path) || is_script(lines) || path.extension() == ".css";
  if (!must) return;
  const std::string licence = std::string("SPDX-License-Identifier: ") + "Apache-2.0";
  for (std::size_t i = 0; i < std::min<std::size_t>(lines.size(), 2); ++i) {
    if (lines[i].find(licence) != std::string::npos) return;
  }
  found.push_back(where(root, path, 1) + "has no SPDX line");
}

bool holds_any(const std::string& line, const std::vector<std::string>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return line.find(word) != std::string::npos; });
}

void check_lines(const fs::path& root, const fs::path& path, const std::vector<std::string>& lines,
                 std::vector<std::string>& found) {
  // Written apart, so that this file does not find itself.
  static const std::regex note(std::string("\\b(TO") + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b");
  static const std::regex machine(std::string("(^|[^A-Za-z0-9_.}/-])/(wo") + "rk|ro" + "ot|ho" +
                                  "me/[a-z]+)/");
  // The expressions are slow, and nearly no line holds a word of theirs.
  const std::vector<std::string> note_words = {std::string("TO") + "DO", std::string("FIX") + "ME",
                                               std::string("XX") + "X", std::string("HA") + "CK"};
  const std::vector<std::string> machine_words = {
      std::string("/wo") + "rk", std::string("/ro") + "ot", std::string("/ho") + "me/"};
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (holds_any(lines[i], note_words) && std::regex_search(lines[i], note))
      found.push_back(where(root, path, i + 1) + "has a left-over note");
    if (holds_any(lines[i], machine_words) && std::regex_search(lines[i], machine))
      found.push_back(where(root, path, i + 1) + "names a path of one machine");
  }
}

}  // namespace

const std::vector<IncludeRule>& include_rules() {
  static const std::string node_folders =
      "app/|attachments/|backup/|catalogue/|cli/|doctor/|erasing/|formats/|http/|importing/|inbox/"
      "|console/|links/"
      "|membership/|"
      "peer/|publishing/"
      "|rdf/|replication/|settings/|storage/|token/"
      "|web/|witnessing/";
  static const std::string node_but_rdf =
      "app/|attachments/|backup/|catalogue/|cli/|doctor/|erasing/|formats/|http/|importing/|inbox/"
      "|console/|links/"
      "|membership/|"
      "peer/|publishing/"
      "|replication/|settings/|storage/|token/|web/|witnessing/";
  static const std::string outside =
      "httplib|sqlite3|p11-kit|valijson|CLI/|toml|spdlog|kainjow|prometheus|serd/|libxml";
  static const std::string use_case_rule =
      "httplib|sqlite3|p11-kit|serd/|libxml|openssl/|sys/socket|netinet/|app/|cli/|http/|peer/"
      "|storage/|settings/|token/";
  static const std::vector<IncludeRule> rules = {
      {"federation-protocol", outside + "|nlohmann|fmt/|" + node_folders,
       "the protocol knows no transport, storage or node"},
      {"federation-protocol",
       "ctime|time\\.h|thread$|mutex|fstream|filesystem|iostream|sys/|unistd|netinet/",
       "the protocol is pure: no clock, threads, files or sockets"},
      {"federation-protocol/include", "openssl|sodium", "its public headers need no other library"},
      {"node/publishing", use_case_rule, "use cases see ports only"},
      {"node/witnessing", use_case_rule, "use cases see ports only"},
      {"node/replication", use_case_rule, "use cases see ports only"},
      {"node/membership", use_case_rule, "use cases see ports only"},
      {"node/catalogue", use_case_rule, "use cases see ports only"},
      {"node/attachments", use_case_rule, "use cases see ports only"},
      {"node/erasing", use_case_rule, "use cases see ports only"},
      {"node/console", use_case_rule, "use cases see ports only"},
      {"node/inbox", use_case_rule, "use cases see ports only"},
      {"node/webhooks", use_case_rule, "use cases see ports only"},
      {"node/links", use_case_rule, "use cases see ports only"},
      {"node/backup", use_case_rule + "|unistd|fstream|filesystem",
       "backups are made through ports, and settings may spell their keys and times"},
      {"node/doctor", use_case_rule + "|chrono|unistd|fstream|filesystem",
       "checks are pure: they see facts only"},
      {"node/importing",
       std::regex_replace(use_case_rule, std::regex("settings/"), "settings/(?!toml)"),
       "importing turns texts into entries and asks nobody"},
      {"node/rdf", outside.substr(0, outside.find("|serd/")) + "|sys/socket|" + node_but_rdf,
       "rdf reads what it is given and knows no entry"},
      {"node/storage", "httplib|serd/|libxml|app/|cli/|http/|peer/|web/|settings/",
       "storage does not know who calls it"},
      {"node/http", "sqlite3|serd/|libxml|app/|cli/|peer/|storage/|settings/",
       "http reaches storage and peers through ports"},
      {"node/peer", "sqlite3|serd/|libxml|app/|cli/|http/|storage/|settings/",
       "peer reaches storage through ports"},
      {"node/token", "httplib|sqlite3|app/|cli/|http/|peer/|storage/|settings/|web/",
       "a token knows keys and nothing else"},
      {"node/web",
       "httplib|sqlite3|app/|catalogue/|cli/|http/|membership/|peer/|publishing/|replication/"
       "|settings/|storage/",
       "web is a leaf"},
      {"node/formats", use_case_rule + "|kainjow|catalogue/|membership/|publishing/|replication/",
       "formats knows data and words, no transport and no store"},
      {"node/settings",
       "httplib|sqlite3|app/|catalogue/|cli/|http/|membership/|peer/|publishing/|replication/"
       "|storage/",
       "settings is a leaf"},
      {"node/app", "httplib|sqlite3|p11-kit|serd/|libxml|cli/",
       "the composition root uses folders, not their libraries"},
      {"node/cli", "httplib|sqlite3|p11-kit|serd/|libxml|http/|peer/|storage/|token/",
       "the command line works through app"}};
  return rules;
}

std::vector<std::string> check_includes(const fs::path& root,
                                        const std::vector<IncludeRule>& rules) {
  std::vector<std::string> found;
  for (const IncludeRule& rule : rules) check_rule(root, rule, found);
  // Headers that take seconds to compile stay out of ours.
  static const std::regex heavy(
      "^(nlohmann/json\\.hpp|valijson/|CLI/|toml\\+\\+/|settings/toml\\.h)");
  for (const char* folder : {"federation-protocol", "node"}) {
    walk(root / folder, [&](const fs::path& path) {
      // settings/toml.h is how sources include toml++.
      if (path.extension() != ".h" || path.filename() == "toml.h") return;
      const auto lines = read_lines(path);
      for (std::size_t i = 0; i < lines.size(); ++i) {
        if (std::regex_search(included_path(lines[i]), heavy)) {
          found.push_back(where(root, path, i + 1) + "a header includes a heavy library");
        }
      }
    });
  }
  return found;
}

std::vector<std::string> check_own_header_first(const fs::path& root) {
  std::vector<std::string> found;
  for (const char* folder : {"federation-protocol/src", "node"}) {
    walk(root / folder, [&](const fs::path& path) {
      if (path.extension() != ".cc") return;
      const fs::path own = fs::path(path).replace_extension(".h");
      if (!fs::exists(own) && std::string(folder) == "node") return;
      const bool is_public = fs::exists(root / "federation-protocol/include/dure" / own.filename());
      if (!fs::exists(own) && !is_public) return;
      for (const std::string& line : read_lines(path)) {
        const std::string include = included_path(line);
        if (include.empty()) continue;
        if (fs::path(include).filename() != own.filename()) {
          found.push_back(where(root, path, 1) + "does not include its own header first");
        }
        return;
      }
    });
  }
  return found;
}

std::vector<std::string> check_files(const fs::path& root) {
  std::vector<std::string> found;
  static const std::set<std::string> binary = {".png", ".ico", ".gz", ".tar", ".db", ".bin"};
  walk(root, [&](const fs::path& path) {
    const std::string relative = fs::relative(path, root).string();
    if (binary.contains(path.extension().string()) ||
        relative.find("/corpus/") != std::string::npos)
      return;
    const auto lines = read_lines(path);
    check_licence(root, path, lines, found);
    check_lines(root, path, lines, found);
    if ((is_source(path) || is_build_file(path) || is_script(lines)) && lines.size() > kMostLines) {
      found.push_back(relative + ": " + std::to_string(lines.size()) + " lines, at most " +
                      std::to_string(kMostLines));
    }
  });
  return found;
}

}  // namespace dure::architecture
