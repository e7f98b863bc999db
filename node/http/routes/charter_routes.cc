// SPDX-License-Identifier: Apache-2.0
#include "http/routes/charter_routes.h"

#include <memory>
#include <nlohmann/json.hpp>

#include "http/routes/control_reply.h"
#include "http/routes/problems.h"
#include "membership/charter_exchange.h"

namespace dure::node::http {
namespace {

using nlohmann::json;
using Ports = std::shared_ptr<const CharterPorts>;

constexpr const char* kPlainText = "text/plain; charset=utf-8";

Response plain(std::string text) {
  const auto hash = sha256({text});
  auto response = make_response(200, kPlainText, std::move(text));
  response.headers = {{"Cache-Control", "no-cache"},
                      {"ETag", "\"" + hex_encode(as_view(hash).substr(0, 16)) + "\""}};
  response.allow_gzip = true;
  return response;
}

Response plain(const Result<std::string>& text) {
  return text ? plain(*text) : problem_of(text.error());
}

Response newest(const CharterPorts& ports) {
  return plain(ports.book->version(ports.book->size()));
}

Response version(const CharterPorts& ports, std::string_view number) {
  const auto parsed = parse_decimal(number);
  return plain(ports.book->version(parsed ? *parsed : 0));
}

Response draft(const CharterPorts& ports, std::string_view hash) {
  const auto found = ports.book->draft(hash);
  if (!found) return problem_of(found.error());
  return plain(format_signed_charter(found->charter));
}

Response state(const CharterPorts& ports) {
  auto text = format_charter_state(*ports.book);
  if (text.empty()) {
    return problem_of(Error{ErrorCode::kNotFound, "this node has no charter"});
  }
  return plain(std::move(text));
}

/// Under which a proof from the log with this origin hash is verified (PROTOCOL.md §8.5).
Response policy(const CharterPorts& ports, std::string_view hash) {
  const auto current = ports.book->current();
  if (current) {
    for (const CharterMember& member : current->charter.members) {
      for (const MemberLog& log : member.logs) {
        if (origin_hash(log.key.name()) == hash) return plain(ports.policy(log.key.name()));
      }
    }
  }
  return problem_of(Error{ErrorCode::kNotFound, "the charter of this node has no such log"});
}

Response take_join_request(const CharterPorts& ports, const Request& request) {
  const auto hash = ports.take_join_request(request.body);
  if (!hash) return problem_of(hash.error());
  return make_response(200, kPlainText, *hash + "\n");
}

std::string member(const Request& request, const char* name) {
  const auto wish = json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  return wish.is_object() && wish.contains(name) && wish[name].is_string()
             ? wish[name].get<std::string>()
             : "";
}

std::string_view outcome_word(Offered outcome) {
  switch (outcome) {
    case Offered::kKnown:
      return "known";
    case Offered::kDraft:
      return "draft";
    case Offered::kAdopted:
      return "adopted";
    case Offered::kConflict:
      return "conflict";
  }
  return "known";
}

Response offer(const CharterPorts& ports, const Request& request) {
  const auto outcome = ports.book->offer(request.body);
  if (!outcome) return control_problem(request, outcome.error());
  if (*outcome == Offered::kAdopted && ports.adopted) ports.adopted();
  const auto charter = parse_signed_charter(request.body);
  const auto hash = charter_hash(charter ? charter->note.text : "");
  return control_json(
      json{{"outcome", outcome_word(*outcome)}, {"hash", hex_encode(as_view(hash))}}.dump());
}

Result<std::string> note_asked_for(const CharterPorts& ports, const Request& request) {
  if (const auto hash = request.parameter("draft")) {
    const auto found = ports.book->draft(*hash);
    if (!found) return found.error();
    return format_signed_charter(found->charter);
  }
  const auto number = parse_decimal(request.parameter("version").value_or(""));
  return ports.book->version(number ? *number : ports.book->size());
}

Response as_json(const Request& request, const char* name, const Result<std::string>& text) {
  if (!text) return control_problem(request, text.error());
  return control_json(json{{name, *text}}.dump(-1, ' ', false, json::error_handler_t::replace));
}

Response answer(const Request& request, const Result<std::string>& text) {
  return text ? control_json(*text) : control_problem(request, text.error());
}

void add_control(Router& router, const Ports& ports, const char* method, const char* path,
                 Response (*handle)(const CharterPorts&, const Request&)) {
  router.add(method, path, [ports, handle](const Request& request, const PathArguments&) {
    return handle(*ports, request);
  });
}

}  // namespace

void add_charter_routes(Router& router, CharterPorts given) {
  const Ports ports = std::make_shared<const CharterPorts>(std::move(given));
  router.add("GET", "/federation/charter",
             [ports](const Request&, const PathArguments&) { return newest(*ports); });
  router.add(
      "GET", "/federation/charter/{version}",
      [ports](const Request&, const PathArguments& path) { return version(*ports, path[0]); });
  router.add("GET", "/federation/charter-state",
             [ports](const Request&, const PathArguments&) { return state(*ports); });
  router.add("GET", "/federation/charter-drafts/{hash}",
             [ports](const Request&, const PathArguments& path) { return draft(*ports, path[0]); });
  router.add("GET", "/federation/policy/{log}", [ports](const Request&, const PathArguments& path) {
    return policy(*ports, path[0]);
  });
  if (ports->writing) {
    router.add("POST", "/federation/join", [ports](const Request& request, const PathArguments&) {
      return take_join_request(*ports, request);
    });
  }
  add_control(router, ports, "GET", "/control/v1/charter",
              [](const CharterPorts& p, const Request& r) { return answer(r, p.report()); });
  add_control(router, ports, "POST", "/control/v1/charter", &offer);
  add_control(router, ports, "GET", "/control/v1/charter/note",
              [](const CharterPorts& p, const Request& r) {
                return as_json(r, "note", note_asked_for(p, r));
              });
  add_control(router, ports, "GET", "/control/v1/charter/policy",
              [](const CharterPorts& p, const Request& r) {
                return as_json(r, "policy",
                               p.policy(std::string(r.parameter("origin").value_or(""))));
              });
  add_control(router, ports, "GET", "/control/v1/charter/heads",
              [](const CharterPorts& p, const Request& r) {
                return answer(r, p.heads(std::string(r.parameter("origin").value_or(""))));
              });
  add_control(router, ports, "POST", "/control/v1/charter/decide",
              [](const CharterPorts& p, const Request& r) {
                return answer(r, p.decide(member(r, "hash")));
              });
  add_control(router, ports, "POST", "/control/v1/keys/rotate",
              [](const CharterPorts& p, const Request& r) {
                return answer(r, p.rotate(member(r, "step"), member(r, "suite")));
              });
  add_control(router, ports, "POST", "/control/v1/join",
              [](const CharterPorts& p, const Request& r) {
                return answer(r, p.join(member(r, "url"), member(r, "fingerprint")));
              });
}

}  // namespace dure::node::http
