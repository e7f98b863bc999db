// SPDX-License-Identifier: Apache-2.0
#include "cli/finality.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <thread>

#include "cli/asking.h"
#include "dure/encoding.h"

namespace dure::node {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::uint64_t kMostSeconds = 86'400;
constexpr milliseconds kOneQuestion{1'000};
constexpr milliseconds kBetweenQuestions{25};  // if the node does not wait for us

Error usage(const char* text, const std::string& value) {
  return {ErrorCode::kInvalid, value, text, {{"value", printable(value)}}};
}

TextArguments numbers(const json& finality) {
  TextArguments args;
  for (const char* name : {"size", "final_size", "behind", "n", "k", "tolerated_traitors",
                           "tolerated_outages", "mirrors"})
    args.emplace_back(name, std::to_string(number_member(finality, name)));
  return args;
}

/// Why nothing here can become final just now; empty if it can.
std::string obstacle(const json& finality) {
  if (number_member(finality, "n") == 0) return "cli.final_nobody";
  if (number_member(finality, "mirrors") == 0) return "cli.final_no_mirror";
  return finality.value("running", false) ? "" : "cli.final_not_running";
}

std::string why_silent(const Session& session, const json& witness) {
  if (const auto error = error_member(witness)) return explain(session.language, *error);
  return session.say(text_member(witness, "url").empty() ? "cli.final_no_url"
                                                         : "cli.final_no_answer");
}

void say_silent(Session& session, const json& finality, std::uint64_t size) {
  for (const auto& witness : finality.value("witnesses", json::array())) {
    const auto member = printable(text_member(witness, "member"));
    if (witness.value("witness", false) && number_member(witness, "size") < size)
      session.err << session.say("cli.final_silent",
                                 {{"member", member}, {"why", why_silent(session, witness)}})
                  << '\n';
  }
  const auto mirrors = finality.value("witnesses", json::array());
  const bool mirrored = std::any_of(mirrors.begin(), mirrors.end(), [&](const json& mirror) {
    return number_member(mirror, "mirrored_size") >= size;
  });
  if (!mirrored) session.err << session.say("cli.final_no_mirror_yet") << '\n';
}

void say_witness(Session& session, const json& witness) {
  const TextArguments args = {
      {"member", printable(text_member(witness, "member"))},
      {"size", std::to_string(number_member(witness, "size"))},
      {"time", local_time(number_member(witness, "time"))},
      {"mirrored", std::to_string(number_member(witness, "mirrored_size"))},
      {"why", witness.value("witness", false) ? why_silent(session, witness) : std::string()}};
  const bool told = number_member(witness, "time") != 0;
  if (witness.value("witness", false))
    session.print(told ? "cli.status_witness" : "cli.status_witness_silent", args);
  const auto error = error_member(witness);
  if (error && (told || !witness.value("witness", false)))
    session.print("cli.status_problem", {{"detail", explain(session.language, *error)}});
}

void say_independent_one(Session& session, const json& witness) {
  const TextArguments args = {{"name", printable(text_member(witness, "name"))},
                              {"member", printable(text_member(witness, "name"))},
                              {"size", std::to_string(number_member(witness, "size"))},
                              {"time", local_time(number_member(witness, "time"))},
                              {"why", why_silent(session, witness)}};
  const bool told = number_member(witness, "time") != 0;
  session.print(told ? "cli.status_independent_one" : "cli.status_witness_silent", args);
  const auto error = error_member(witness);
  if (told && error)
    session.print("cli.status_problem", {{"detail", explain(session.language, *error)}});
}

/// Which of the independent witnesses answered last and when, or why not.
void say_independent(Session& session, const json& witnesses) {
  if (witnesses.empty()) return;
  std::uint64_t answered = 0;
  json last = json::object();
  for (const auto& witness : witnesses) {
    const auto time = number_member(witness, "time");
    if (time != 0 && !error_member(witness)) ++answered;
    if (time > number_member(last, "time")) last = witness;
  }
  const TextArguments args = {{"count", std::to_string(witnesses.size())},
                              {"answered", std::to_string(answered)},
                              {"name", printable(text_member(last, "name"))},
                              {"time", local_time(number_member(last, "time"))}};
  session.print(last.empty() ? "cli.status_independent_none" : "cli.status_independent", args);
  for (const auto& witness : witnesses) say_independent_one(session, witness);
}

/// Those whom the charter names.
void say_chartered(Session& session, const json& finality) {
  if (number_member(finality, "n") == 0) return session.print("cli.status_final_alone");
  const auto args = numbers(finality);
  session.print("cli.status_final", args);
  if (number_member(finality, "mirrors") == 0) session.print("cli.final_no_mirror", args);
  if (const auto error = error_member(finality))
    session.print("cli.status_problem", {{"detail", explain(session.language, *error)}});
  for (const auto& witness : finality.value("witnesses", json::array()))
    say_witness(session, witness);
}

}  // namespace

Result<FinalWish> final_wish(const Invocation& invocation) {
  FinalWish wish;
  const auto word = invocation.value("--wait");
  if (!word.empty() && word != "final" && word != "local") return usage("errors.wait_word", word);
  wish.wanted = word == "final";
  const auto seconds = invocation.value("--wait-seconds");
  if (seconds.empty()) return wish;
  const auto number = parse_decimal(seconds);
  if (!number || *number > kMostSeconds) return usage("errors.wait_seconds", seconds);
  wish.longest = std::chrono::seconds(static_cast<std::int64_t>(*number));
  return wish;
}

bool is_final(const json& finality) { return text_member(finality, "state") == "final"; }

Result<json> wait_until_final(NodeAccess& node, const Session& session, std::uint64_t size,
                              const FinalWish& wish) {
  const auto until = steady_clock::now() + wish.longest;
  while (true) {
    const auto asked = steady_clock::now();
    const auto left = std::chrono::duration_cast<milliseconds>(until - asked);
    const auto wait = std::clamp(left, milliseconds(0), kOneQuestion);
    auto answer =
        ask_json(node, session,
                 {"GET",
                  "/control/v1/finality",
                  {{"size", std::to_string(size)}, {"wait_ms", std::to_string(wait.count())}}});
    if (!answer) return answer;
    const auto now = steady_clock::now();
    if (is_final(*answer) || !obstacle(*answer).empty() || now >= until) return answer;
    if (now - asked < kBetweenQuestions)
      std::this_thread::sleep_for(std::min<steady_clock::duration>(kBetweenQuestions, until - now));
  }
}

ExitCode say_waited(Session& session, const json& finality, const FinalWish& wish, bool quiet) {
  if (is_final(finality)) {
    if (!quiet) session.print("cli.final_reached", numbers(finality));
    return ExitCode::kOk;
  }
  session.out.flush();
  auto args = numbers(finality);
  args.emplace_back("seconds", std::to_string(wish.longest.count()));
  const auto why = obstacle(finality);
  session.err << session.say(why.empty() ? "cli.final_not_yet" : why, args) << '\n';
  if (why.empty()) say_silent(session, finality, number_member(finality, "size"));
  session.err.flush();
  return ExitCode::kNotFinal;
}

ExitCode finish_waiting(NodeAccess& node, Session& session, std::uint64_t size,
                        const FinalWish& wish, bool quiet, json& answer) {
  if (!wish.wanted || size == 0) return ExitCode::kOk;
  auto finality = wait_until_final(node, session, size, wish);
  if (!finality) return session.fail(finality.error());
  const auto code = say_waited(session, *finality, wish, quiet);
  answer["state"] = text_member(*finality, "state");
  answer["finality"] = *std::move(finality);
  return code;
}

void say_finality(Session& session, const json& finality) {
  if (finality.empty()) return;
  say_chartered(session, finality);
  say_independent(session, finality.value("independent", json::array()));
}

}  // namespace dure::node
