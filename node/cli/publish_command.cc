// SPDX-License-Identifier: Apache-2.0
// `dure publish`: reads files of entries in groups, has the node check them all, then publishes.
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>
#include <sstream>
#include <system_error>

#include "cli/asking.h"
#include "cli/attaching.h"
#include "cli/commands.h"
#include "cli/finality.h"
#include "publishing/entry_document.h"

namespace dure::node {
namespace {

using nlohmann::json;

constexpr std::size_t kGroupEntries = 5000;
constexpr std::size_t kGroupBytes = std::size_t{24} << 20;
constexpr std::size_t kMaxStandardInput = std::size_t{256} << 20;
constexpr std::size_t kShownLines = 20;

// Where an entry stood.
struct Place {
  std::string file;
  std::size_t line = 0;
};

// Entries on their way to the node in one request, each on a line of its own.
struct Group {
  std::string lines;
  std::vector<Place> places;  // one per entry
};

struct Tally {
  std::uint64_t published = 0, unchanged = 0, size = 0;
  std::size_t invalid = 0;
};

class PublishRun {
 public:
  PublishRun(const Invocation& invocation, Session& session, NodeAccess& node)
      : invocation_(invocation),
        session_(session),
        node_(node),
        attaching_(node, session, invocation.list("--attach")),
        one_only_(!invocation.list("--attach").empty()),
        skip_(invocation.has("--skip-invalid")),
        members_only_(invocation.value("--class") == "members") {}

  Status run() {
    if (skip_ && !one_only_) return pass(/*check_only=*/false);
    // Unless everything fits into one request, all of it is checked before any of it is published.
    alone_ = true;
    if (auto checked = pass(/*check_only=*/true); !checked || done_ || tally_.invalid > 0)
      return checked;
    alone_ = false;
    return pass(/*check_only=*/false);
  }

  /// What was published, and, if that is asked for, whether it became final.
  ExitCode report(const FinalWish& wish) {
    const bool as_json = invocation_.has("--json");
    if (!as_json) say_published();
    const auto told = exit_code();
    json answer = {{"published", json::array()}, {"invalid", json::array()}, {"size", tally_.size}};
    const bool any = tally_.published + tally_.unchanged > 0;
    const auto waited =
        finish_waiting(node_, session_, any ? tally_.size : 0, wish, as_json, answer);
    if (as_json) {
      if (answer.contains("state")) {
        for (auto& receipt : published_json_) receipt["state"] = answer["state"];
      }
      answer["published"] = std::move(published_json_);
      answer["invalid"] = std::move(invalid_json_);
      session_.out << answer.dump(-1, ' ', false, json::error_handler_t::replace) << '\n';
    }
    return told == ExitCode::kOk ? waited : told;
  }

  /// Says what was published before the failure, so that it is not published twice.
  ExitCode interrupted(const Error& error) {
    const auto code = session_.fail(error);
    if (tally_.published > 0) {
      session_.err << session_.say("cli.publish_interrupted",
                                   {{"count", std::to_string(tally_.published)},
                                    {"size", std::to_string(tally_.size)}})
                   << std::endl;
    }
    return code;
  }

 private:
  void say_published() {
    if (tally_.invalid + tally_.published + tally_.unchanged == 0) {
      session_.print("cli.publish_empty");
    } else if (tally_.published + tally_.unchanged > 0) {
      session_.print("cli.publish_done", {{"count", std::to_string(tally_.published)},
                                          {"unchanged", std::to_string(tally_.unchanged)},
                                          {"size", std::to_string(tally_.size)}});
    }
  }

  ExitCode exit_code() {
    if (tally_.invalid == 0) return ExitCode::kOk;
    session_.out.flush();
    session_.err << session_.say(skip_ ? "cli.publish_skipped" : "cli.publish_nothing",
                                 {{"count", std::to_string(tally_.invalid)}})
                 << std::endl;
    return skip_ && tally_.published + tally_.unchanged > 0 ? ExitCode::kOk : ExitCode::kNo;
  }

  Status pass(bool check_only) {
    entries_ = 0;
    for (const auto& file : invocation_.words) {
      if (auto fed = feed(file, check_only); !fed) return fed;
    }
    const bool only_group = check_only && alone_ && tally_.invalid == 0;
    auto sent = send(check_only && !only_group);
    if (sent && only_group) done_ = true;
    return sent;
  }

  Status feed(const std::string& file, bool check_only) {
    std::unique_ptr<std::istream> in;
    if (auto opened = open(file, in); !opened) return opened;
    Status status = ok();
    const auto read = read_entry_documents(*in, [&](ReadEntry entry) {
      const Place place{printable(file), entry.line};
      if (!entry.document) {  // its message names the line itself
        note_invalid(place, place.file, {explain(session_.language, entry.document.error())});
        return true;
      }
      if (members_only_) entry.document->entry_class = EntryClass::kMembers;
      auto document = attach(*entry.document, file, check_only);
      if (!document) {
        status = document.error();
        return false;
      }
      group_.lines += format_entry_document(*document) + "\n";
      group_.places.push_back(place);
      if (group_.places.size() < kGroupEntries && group_.lines.size() < kGroupBytes) return true;
      alone_ = false;
      status = send(check_only);
      return status.has_value();
    });
    if (!status) return status;
    if (!read) return about_file(file, read.error());
    return ok();
  }

  /// The entry with its files sent, or while it is only checked, without them.
  Result<EntryDocument> attach(const EntryDocument& document, const std::string& file,
                               bool check_only) {
    if (one_only_ && ++entries_ > 1)
      return Error{ErrorCode::kInvalid, "several entries", "errors.attach_one_entry", {}};
    if (!attaching_.concerns(document)) return document;
    if (check_only) alone_ = false;  // what is checked now is not yet what is published
    const auto folder = std::filesystem::path(file == "-" ? "." : file).parent_path().string();
    return attaching_.resolve(document, folder.empty() ? "." : folder,
                              check_only ? Attaching::How::kCheck : Attaching::How::kSend);
  }

  Status about_file(const std::string& file, const Error& error) const {
    return Error{error.code,
                 error.detail,
                 "errors.in_file",
                 {{"file", printable(file)}, {"detail", explain(session_.language, error)}}};
  }

  Status open(const std::string& file, std::unique_ptr<std::istream>& in) {
    if (file == "-") {
      if (!standard_input_) {
        auto contents = read_input(file, session_, kMaxStandardInput);
        if (!contents) return contents.error();
        standard_input_ = std::move(*contents);
      }
      in = std::make_unique<std::istringstream>(*standard_input_);
      return ok();
    }
    std::error_code failure;
    auto stream = std::make_unique<std::ifstream>(file, std::ios::binary);
    const bool folder = std::filesystem::is_directory(file, failure);
    if (!*stream || folder) {
      const auto why = std::generic_category().message(folder ? EISDIR : errno);
      return Error{ErrorCode::kStorage,
                   file,
                   "errors.file_read",
                   {{"file", printable(file)}, {"detail", why}}};
    }
    in = std::move(stream);
    return ok();
  }

  Status send(bool check_only) {
    if (group_.places.empty()) return ok();
    Group group = std::move(group_);
    group_ = {};
    Question question{"POST", "/control/v1/publish", {}, std::move(group.lines)};
    if (skip_) question.query.emplace_back("skip_invalid", "1");
    if (check_only) question.query.emplace_back("check", "1");
    const auto answer = ask_json(node_, session_, question);
    if (!answer) return answer.error();
    take(*answer, group);
    return ok();
  }

  void take(const json& answer, const Group& group) {
    tally_.size = number_member(answer, "size");
    for (const auto& refused : answer.value("invalid", json::array())) {
      const auto line = number_member(refused, "line");
      if (line == 0 || line > group.places.size()) continue;
      const Place& place = group.places[line - 1];
      const auto shown =
          session_.say("cli.place", {{"file", place.file}, {"line", std::to_string(place.line)}});
      note_invalid(place, shown, refused.value("messages", std::vector<std::string>()));
    }
    for (const auto& receipt : answer.value("published", json::array())) note_published(receipt);
    if (session_.terminal && tally_.published > kShownLines) {
      session_.err << '\r'
                   << session_.say("cli.publish_progress",
                                   {{"count", std::to_string(tally_.published)}})
                   << std::flush;
    }
  }

  void note_published(const json& receipt) {
    const bool unchanged = receipt.value("unchanged", false);
    ++(unchanged ? tally_.unchanged : tally_.published);
    if (invocation_.has("--json")) {
      published_json_.push_back(receipt);
    } else if (!unchanged && tally_.published <= kShownLines) {
      session_.print("cli.publish_one",
                     {{"id", text_member(receipt, "id")},
                      {"rev", std::to_string(number_member(receipt, "rev"))},
                      {"index", std::to_string(number_member(receipt, "index"))}});
    }
  }

  void note_invalid(const Place& place, const std::string& shown,
                    const std::vector<std::string>& messages) {
    ++tally_.invalid;
    if (invocation_.has("--json")) {
      invalid_json_.push_back(
          {{"place", shown}, {"file", place.file}, {"line", place.line}, {"messages", messages}});
    }
    session_.out.flush();
    for (const auto& message : messages) session_.err << shown << ": " << message << '\n';
  }

  const Invocation& invocation_;
  Session& session_;
  NodeAccess& node_;
  Attaching attaching_;
  bool one_only_;  // --attach says nothing about which entry
  std::size_t entries_ = 0;
  bool skip_;
  bool members_only_;   // whatever the files say
  bool alone_ = false;  // everything so far fits into one request
  bool done_ = false;
  Group group_;
  Tally tally_;
  json published_json_ = json::array(), invalid_json_ = json::array();
  std::optional<std::string> standard_input_;
};

}  // namespace

ExitCode run_publish(const Invocation& invocation, Session& session) {
  const auto wish = final_wish(invocation);
  if (!wish) return session.fail(wish.error(), ExitCode::kUsage);
  const auto given = invocation.value("--class");
  if (!given.empty() && given != "public" && given != "members") {
    return session.fail(
        Error{ErrorCode::kInvalid, "class", "errors.publish_class", {{"value", printable(given)}}},
        ExitCode::kUsage);
  }
  auto node = reach_node(session.settings, Purpose::kWrite);
  if (!node) return cannot_open(session, node.error());
  PublishRun run(invocation, session, **node);
  const auto finished = run.run();
  if (!finished) return run.interrupted(finished.error());
  return run.report(*wish);
}

}  // namespace dure::node
