// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include "settings/suggest.h"

namespace dure::node {
namespace {

Error usage(std::string text, std::vector<std::pair<std::string, std::string>> args) {
  std::string detail = text;
  for (const auto& [name, value] : args) detail.append(" ").append(name).append("=").append(value);
  return Error{ErrorCode::kInvalid, std::move(detail), std::move(text), std::move(args)};
}

// The words that name the command: the longest entry of the table that `words` begins with.
const Command* find_command(const std::vector<std::string>& words, std::size_t& used) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
    if (words.size() < count) continue;
    const std::string name = count == 2 ? words[0] + " " + words[1] : words[0];
    for (const Command& command : commands()) {
      if (command.name != name) continue;
      used = count;
      return &command;
    }
  }
  return nullptr;
}

bool is_group(std::string_view word) {
  const auto all = commands();
  return std::any_of(all.begin(), all.end(), [&](const Command& command) {
    return command.name.size() > word.size() && command.name.starts_with(word) &&
           command.name[word.size()] == ' ';
  });
}

bool is_help(const std::string& word) { return word == "--help" || word == "-h" || word == "help"; }

Error unknown_command(const std::vector<std::string>& words) {
  const bool group = is_group(words[0]);
  if (group && (words.size() == 1 || words[1].starts_with("-")))
    return usage("errors.usage_group", {{"command", words[0]}});
  const std::string typed = group && words.size() > 1 ? words[0] + " " + words[1] : words[0];
  std::vector<std::string_view> names;
  for (const Command& command : commands()) names.push_back(command.name);
  const auto near = closest(typed, names);
  return usage(near.empty() ? "errors.usage_command" : "errors.usage_command_near",
               {{"command", printable(typed)}, {"near", std::string(near)}});
}

// The flags of one command, registered with CLI11.
class FlagParser {
 public:
  explicit FlagParser(const Command& command) : command_(command) {
    app_.set_help_flag("");
    app_.allow_extras();
    app_.add_flag("-h,--help", help_);
    for (const auto& flag : command.flags) add(flag.name, !flag.value.empty(), flag.repeatable);
    for (const auto& name : command.settings) add(name, true);
    for (const std::string_view name : {"--config", "--data"}) {
      if (command.needs_data) add(name, true);
    }
    add("--lang", true);
  }

  Result<ParsedArguments> parse(std::vector<std::string> words) {
    if (auto problem = check_spelling(words)) return std::move(*problem);
    std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
    try {
      app_.parse(words);
    } catch (const CLI::ParseError& error) {
      return usage("errors.usage_flags",
                   {{"command", std::string(command_.name)}, {"detail", error.what()}});
    }
    ParsedArguments parsed;
    parsed.invocation.command = &command_;
    parsed.help = help_;
    if (auto problem = take_words(parsed.invocation)) return std::move(*problem);
    for (const auto& slot : slots_) {
      if (slot.option->count() == 0) continue;
      if (slot.repeatable) {
        parsed.invocation.lists[slot.name] = slot.values;
      } else if (slot.takes_value) {
        parsed.invocation.values[slot.name] = slot.value;
      } else {
        parsed.invocation.switches.insert(slot.name);
      }
    }
    return parsed;
  }

 private:
  struct Slot {
    std::string name;
    bool takes_value = false;
    bool repeatable = false;
    std::string value;
    std::vector<std::string> values;
    bool given = false;
    CLI::Option* option = nullptr;
  };

  void add(std::string_view name, bool takes_value, bool repeatable = false) {
    Slot& slot = slots_.emplace_back();
    slot.name = name;
    slot.takes_value = takes_value;
    slot.repeatable = repeatable;
    if (repeatable) {
      slot.option = app_.add_option(slot.name, slot.values)->allow_extra_args(false);
      return;
    }
    slot.option =
        takes_value ? app_.add_option(slot.name, slot.value) : app_.add_flag(slot.name, slot.given);
  }

  const Slot* find_slot(std::string_view name) const {
    const auto slot = std::find_if(slots_.begin(), slots_.end(),
                                   [&](const Slot& known) { return known.name == name; });
    return slot == slots_.end() ? nullptr : &*slot;
  }

  // What CLI11 would say about flags in its own words, said in ours.
  std::optional<Error> check_spelling(const std::vector<std::string>& words) const {
    std::set<std::string_view> given;
    for (std::size_t i = 0; i < words.size() && words[i] != "--"; ++i) {
      const auto equals = words[i].find('=');
      const Slot* slot = find_slot(std::string_view(words[i]).substr(0, equals));
      if (slot == nullptr) continue;
      const bool inlined = equals != std::string::npos;
      if (!given.insert(slot->name).second && !slot->repeatable)
        return about_flag("errors.usage_flag_twice", *slot);
      if (!slot->takes_value && inlined) return about_flag("errors.usage_flag_switch", *slot);
      if (!slot->takes_value || inlined) continue;
      ++i;  // its value is the next word
      if (lacks_value(words, i)) return about_flag("errors.usage_flag_value", *slot);
    }
    return std::nullopt;
  }

  static bool lacks_value(const std::vector<std::string>& words, std::size_t i) {
    return i == words.size() || words[i].starts_with("--");
  }

  Error about_flag(std::string text, const Slot& slot) const {
    return usage(std::move(text), {{"command", std::string(command_.name)}, {"flag", slot.name}});
  }

  std::optional<Error> take_words(Invocation& invocation) {
    bool words_only = false;  // behind "--"
    for (const auto& word : app_.remaining()) {
      if (word == "--" && !words_only) {
        words_only = true;
        continue;
      }
      if (!words_only && word.size() > 1 && word.front() == '-') return unknown_flag(word);
      invocation.words.push_back(word);
    }
    return std::nullopt;
  }

  Error unknown_flag(const std::string& word) const {
    std::vector<std::string_view> names;
    for (const auto& slot : slots_) names.emplace_back(slot.name);
    const auto near = closest(word.substr(0, word.find('=')), names);
    return usage(near.empty() ? "errors.usage_flag" : "errors.usage_flag_near",
                 {{"command", std::string(command_.name)},
                  {"flag", printable(word)},
                  {"near", std::string(near)}});
  }

  const Command& command_;
  CLI::App app_;
  std::deque<Slot> slots_;
  bool help_ = false;
};

std::optional<Error> check_word_count(const ParsedArguments& parsed) {
  const Command& command = *parsed.invocation.command;
  const std::size_t count = parsed.invocation.words.size();
  const std::vector<std::pair<std::string, std::string>> args = {
      {"command", std::string(command.name)}, {"words", std::string(command.words)}};
  if (count < command.least_words) return usage("errors.usage_missing", args);
  if (count > command.most_words) {
    return usage(command.most_words == 0 ? "errors.usage_no_words" : "errors.usage_too_many", args);
  }
  return std::nullopt;
}

// `dure --lang ko status` is `dure status --lang ko`.
std::vector<std::string> common_flags_last(const std::vector<std::string>& words) {
  std::size_t count = 0;
  while (count < words.size()) {
    const auto& word = words[count];
    const auto name = word.substr(0, word.find('='));
    if (name != "--lang" && name != "--data" && name != "--config") break;
    count += word.size() == name.size() ? std::size_t{2} : std::size_t{1};
  }
  if (count >= words.size()) return words;
  const auto first = words.begin() + static_cast<std::ptrdiff_t>(count);
  std::vector<std::string> moved(first, words.end());
  const auto rest = std::find(moved.begin(), moved.end(), "--");
  moved.insert(rest, words.begin(), first);
  return moved;
}

}  // namespace

Result<ParsedArguments> parse_arguments(const std::vector<std::string>& given) {
  const auto words = common_flags_last(given);
  ParsedArguments overview;
  overview.help = true;
  if (words.empty() || (words.size() == 1 && is_help(words[0]))) return overview;
  std::vector<std::string> rest = words;
  if (is_help(rest[0])) {  // `dure help peer add` is `dure peer add --help`
    rest.erase(rest.begin());
    rest.emplace_back("--help");
  }
  if (rest[0] == "--version") rest[0] = "version";
  std::size_t used = 0;
  const Command* command = find_command(rest, used);
  if (command == nullptr && is_group(rest[0]) && rest.size() > 1 && is_help(rest[1])) {
    overview.help_prefix = rest[0];
    return overview;
  }
  if (command == nullptr) return unknown_command(rest);
  FlagParser parser(*command);
  auto parsed = parser.parse({rest.begin() + static_cast<std::ptrdiff_t>(used), rest.end()});
  if (!parsed || parsed->help) return parsed;
  if (auto problem = check_word_count(*parsed)) return std::move(*problem);
  return parsed;
}

}  // namespace dure::node
