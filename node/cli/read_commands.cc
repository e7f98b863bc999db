// SPDX-License-Identifier: Apache-2.0
// `dure search`, `dure show` and `dure proof`: the catalogue from the command line.
#include <fmt/format.h>

#include <chrono>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "cli/asking.h"
#include "cli/commands.h"
#include "cli/members_words.h"
#include "dure/encoding.h"
#include "web/entry_view.h"

namespace dure::node {
namespace {

using nlohmann::json;

std::string join(const std::vector<std::string>& words) {
  std::string joined;
  for (const auto& word : words) joined += (joined.empty() ? "" : " ") + word;
  return joined;
}

void add_given(Query& query, const Invocation& invocation, const char* flag,
               const char* parameter) {
  if (auto value = invocation.value(flag); !value.empty())
    query.emplace_back(parameter, std::move(value));
}

// The text of a {"ko","en"} object that suits the reader.
std::string in_language(const json& texts, Language language) {
  if (texts.is_string()) return texts.get<std::string>();
  auto wanted = text_member(texts, language == Language::kKo ? "ko" : "en");
  if (!wanted.empty()) return wanted;
  auto korean = text_member(texts, "ko");
  return korean.empty() ? text_member(texts, "en") : korean;
}

std::string number_text(const json& object, const char* name) {
  return std::to_string(number_member(object, name));
}

void say_hits(Session& session, const json& page) {
  for (const auto& hit : page.value("entries", json::array())) {
    session.print(
        "cli.search_hit",
        {{"title", printable(in_language(hit.value("title", json()), session.language), 300)},
         {"publisher", printable(text_member(hit, "publisher"))},
         {"type", type_in_words(text_member(hit, "type"), session.language)},
         {"id", text_member(hit, "id")},
         {"modified", text_member(hit, "modified")}});
  }
  for (const auto& word : page.value("corrected", json::array())) {
    session.print("cli.search_corrected", {{"typed", printable(text_member(word, "typed"))},
                                           {"meant", printable(text_member(word, "meant"))}});
  }
  session.print(page.value("relaxed", false) ? "cli.search_relaxed" : "cli.search_count",
                {{"matched", number_text(page, "matched")}, {"total", number_text(page, "total")}});
  if (number_member(page, "indexed") < number_member(page, "stored")) {
    session.print("cli.search_behind", {{"indexed", number_text(page, "indexed")},
                                        {"stored", number_text(page, "stored")}});
  }
}

// The member `cursor` of the link to the next page, as --cursor takes it.
std::string next_cursor(const json& page) {
  const auto next = text_member(page.value("links", json::object()), "next");
  const auto at = next.find("cursor=");
  return at == std::string::npos ? std::string() : next.substr(at + 7);
}

Query record_query(const Invocation& invocation) {
  Query query;
  add_given(query, invocation, "--rev", "rev");
  add_given(query, invocation, "--from", "origin");
  return query;
}

std::string entry_path(const Invocation& invocation) {
  return "/api/v1/entries/" + percent_encode(invocation.words.front());
}

// What the public API says about an id, in the officer's language and with what to do.
ExitCode record_failure(Session& session, const std::string& id, const Error& error) {
  const bool unknown = error.code == ErrorCode::kNotFound;
  if (!unknown && error.code != ErrorCode::kGone) return session.fail(error);
  return session.fail(Error{error.code,
                            error.detail,
                            unknown ? "errors.record_unknown" : "errors.record_gone",
                            {{"id", printable(id)}}});
}

// Several logs claim the id: the reader has to choose with --from.
bool say_choices(Session& session, const json& answer) {
  if (!answer.contains("choices")) return false;
  session.out.flush();
  session.err << session.say("cli.choices") << '\n';
  for (const auto& choice : answer["choices"]) {
    session.err << session.say("cli.choice",
                               {{"origin", text_member(choice, "origin")},
                                {"publisher", printable(text_member(choice, "publisher"))},
                                {"title", printable(in_language(choice.value("title", json()),
                                                                session.language))}})
                << '\n';
  }
  return true;
}

bool is_erased(const json& revision) { return revision.value("erased", json()).is_string(); }

// Whether the revision that `rev` names (0: the newest) was erased on demand.
bool is_erased(const json& history, std::uint64_t rev) {
  const auto revisions = history.value("revisions", json::array());
  if (rev == 0) return !revisions.empty() && is_erased(revisions.back());
  for (const auto& revision : revisions) {
    if (number_member(revision, "rev") == rev) return is_erased(revision);
  }
  return false;
}

const char* revision_text(const json& revision) {
  if (is_erased(revision)) return "cli.show_revision_erased";
  return revision.value("provable", false) ? "cli.show_revision" : "cli.show_revision_unsigned";
}

// Revisions before a log was sealed stand in another one.
void say_history(Session& session, const json& history) {
  std::string log;
  for (const auto& revision : history.value("revisions", json::array())) {
    const std::string origin = text_member(revision, "origin");
    const bool earlier = log.empty() && origin != text_member(history, "origin");
    if (earlier || (!log.empty() && origin != log))
      session.print("cli.show_revisions_in", {{"origin", log = origin}});
    session.print(revision_text(revision),
                  {{"rev", number_text(revision, "rev")},
                   {"index", number_text(revision, "index")},
                   {"type", type_in_words(text_member(revision, "type"), session.language)},
                   {"time", text_member(revision, "time")}});
  }
}

void say_record(Session& session, const json& record, const json& history) {
  const auto provenance = record.value("provenance", json::object());
  session.print(
      "cli.show_head",
      {{"title", printable(in_language(record.value("body", json::object()).value("title", json()),
                                       session.language),
                           300)},
       {"type", type_in_words(text_member(record, "type"), session.language)},
       {"id", text_member(record, "id")},
       {"rev", number_text(record, "rev")},
       {"latest", number_text(record, "latestRev")},
       {"publisher", printable(text_member(provenance, "publisher"))},
       {"origin", text_member(provenance, "origin")},
       {"index", number_text(provenance, "index")},
       {"size", number_text(provenance, "headSize")},
       {"time", text_member(record, "time")}});
  session.out << record.value("body", json()).dump(2, ' ', false, json::error_handler_t::replace)
              << '\n';
  for (const auto& file : record.value("attachments", json::array())) {
    session.print(
        file.value("held", false) ? "cli.show_attachment" : "cli.show_attachment_elsewhere",
        {{"name", printable(text_member(file, "name"), 255)},
         {"size", number_text(file, "size")},
         {"media", printable(text_member(file, "mediaType"))},
         {"id", text_member(record, "id")}});
  }
  session.print("cli.show_history");
  say_history(session, history);
}

Status save(NodeAccess& node, Session& session, const std::string& file, const Question& question) {
  if (file.empty()) return ok();
  const auto answer = ask(node, session, question);
  if (!answer) return answer.error();
  return write_output(file, session, answer->body);
}

}  // namespace

/// The public API knows nothing of it; the control socket does.
Result<json> find_members_only(NodeAccess& node, const Session& session,
                               const Invocation& invocation) {
  return ask_json(node, session,
                  {"GET", "/control/v1/members/" + percent_encode(invocation.words.front()),
                   record_query(invocation)});
}

ExitCode show_members_only(Session& session, const Invocation& invocation, const json& record) {
  if (invocation.has("--json")) {
    session.out << record.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
    return record.value("body", json()).is_null() ? ExitCode::kNo : ExitCode::kOk;
  }
  return say_members_only(session, record);
}

bool is_behind(const json& page) {
  return number_member(page, "indexed") < number_member(page, "stored");
}

/// What was published or pulled a moment ago is searched for a moment later.
Result<json> search_when_indexed(NodeAccess& node, Session& session, const Query& query) {
  using std::chrono::steady_clock;
  const auto deadline = steady_clock::now() + std::chrono::seconds(2);
  while (true) {
    auto page = ask_json(node, session, {"GET", "/api/v1/entries", query});
    const bool wait = page && number_member(*page, "matched") == 0 && is_behind(*page);
    if (!wait || steady_clock::now() >= deadline) return page;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

ExitCode run_search(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  Query query;
  if (!invocation.words.empty()) query.emplace_back("q", join(invocation.words));
  add_given(query, invocation, "--type", "type");
  add_given(query, invocation, "--in", "region");
  add_given(query, invocation, "--from", "origin");
  add_given(query, invocation, "--limit", "limit");
  add_given(query, invocation, "--cursor", "cursor");
  if (invocation.has("--newest")) query.emplace_back("sort", "modified");
  if (invocation.has("--exact")) query.emplace_back("exact", "true");
  const auto page = search_when_indexed(**node, session, query);
  if (!page)
    return session.fail(page.error(), page.error().code == ErrorCode::kInvalid
                                          ? ExitCode::kUsage
                                          : exit_code_of(page.error().code));
  if (invocation.has("--json")) {
    session.out << page->dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    say_hits(session, *page);
    if (const auto cursor = next_cursor(*page); !cursor.empty())
      session.print("cli.search_next", {{"cursor", cursor}});
  }
  return number_member(*page, "matched") == 0 ? ExitCode::kNo : ExitCode::kOk;
}

namespace {

ExitCode say_gone(const Invocation& invocation, Session& session, const json& history) {
  const auto rev = parse_decimal(invocation.value("--rev"));
  session.print(is_erased(history, rev ? *rev : 0) ? "cli.show_erased" : "cli.show_withdrawn",
                {{"id", invocation.words.front()}, {"origin", text_member(history, "origin")}});
  say_history(session, history);
  return ExitCode::kNo;
}

ExitCode say_found(const Invocation& invocation, Session& session, const json& record,
                   const json& history) {
  if (invocation.has("--json")) {
    json whole = record;
    whole["history"] = history;
    session.out << whole.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
  } else {
    say_record(session, record, history);
  }
  return ExitCode::kOk;
}

}  // namespace

ExitCode run_show(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  Query origin_only;
  add_given(origin_only, invocation, "--from", "origin");
  const auto history =
      ask_json(**node, session, {"GET", entry_path(invocation) + "/history", origin_only});
  if (!history && history.error().code == ErrorCode::kNotFound) {
    const auto members_only = find_members_only(**node, session, invocation);
    if (members_only) return show_members_only(session, invocation, *members_only);
    if (members_only.error().code != ErrorCode::kNotFound)
      return session.fail(members_only.error());
  }
  if (!history) return record_failure(session, invocation.words.front(), history.error());
  if (say_choices(session, *history)) return ExitCode::kNo;
  const auto record =
      ask_json(**node, session, {"GET", entry_path(invocation), record_query(invocation)});
  if (!record && record.error().code == ErrorCode::kGone && !invocation.has("--json"))
    return say_gone(invocation, session, *history);
  if (!record) return record_failure(session, invocation.words.front(), record.error());
  return say_found(invocation, session, *record, *history);
}

namespace {

// An erased entry cannot be proven by anybody; that is worth another question.
ExitCode no_proof(const Invocation& invocation, Session& session, NodeAccess& node,
                  const Error& error) {
  const auto& id = invocation.words.front();
  if (error.code != ErrorCode::kGone) return record_failure(session, id, error);
  Query origin_only;
  add_given(origin_only, invocation, "--from", "origin");
  const auto history =
      ask_json(node, session, {"GET", entry_path(invocation) + "/history", origin_only});
  const auto rev = parse_decimal(invocation.value("--rev"));
  if (!history || !is_erased(*history, rev ? *rev : 0)) return record_failure(session, id, error);
  return session.fail(
      Error{error.code, error.detail, "errors.record_erased", {{"id", printable(id)}}});
}

}  // namespace

ExitCode run_proof(const Invocation& invocation, Session& session) {
  auto node = reach_node(session.settings, Purpose::kRead);
  if (!node) return cannot_open(session, node.error());
  const Query query = record_query(invocation);
  const auto proof = ask(**node, session, {"GET", entry_path(invocation) + "/proof", query});
  if (!proof) return no_proof(invocation, session, **node, proof.error());
  if (proof->status == 300) {
    say_choices(session, json::parse(proof->body, nullptr, /*allow_exceptions=*/false));
    return ExitCode::kNo;
  }
  const auto body = save(**node, session, invocation.value("--body"),
                         {"GET", entry_path(invocation) + "/body", query});
  if (!body) return session.fail(body.error());
  const auto policy =
      save(**node, session, invocation.value("--policy"), {"GET", "/federation/policy"});
  if (!policy) return session.fail(policy.error());
  const auto written = write_output(invocation.value("--output"), session, proof->body);
  return written ? ExitCode::kOk : session.fail(written.error());
}

}  // namespace dure::node
