// SPDX-License-Identifier: Apache-2.0
// Signed requests from a fixed seed, good ones and spoilt ones.
#include "dure/http_signature.h"
#include "federation-protocol/fixtures.h"
#include "own_vectors.h"

namespace dure::testing {
namespace {

using json = nlohmann::ordered_json;

constexpr std::int64_t kNow = 1'795'392'000;

struct SentRequest {
  RequestParts parts;
  std::string content, input, signature;
};

SentRequest sign(RequestParts parts, std::string content = {}, std::int64_t created = kNow) {
  if (!content.empty()) parts.content = CoveredContent{content_digest(content), "application/json"};
  const auto key = signer("suwon.go.kr/dure/request", KeyType::kEd25519, 9);
  auto fields = sign_request(parts, created, "AAECAwQFBgcICQoLDA0ODw", *key);
  return {std::move(parts), std::move(content), fields->input, fields->signature};
}

/// In the order of PROTOCOL.md §20.7, without the charter and the nonces.
std::string verdict(const SentRequest& sent) {
  const auto key = signer("suwon.go.kr/dure/request", KeyType::kEd25519, 9)->verifier();
  const auto input = parse_signature_input(sent.input);
  if (!input) return outcome(input);
  if (const auto timely = check_created(input->created, kNow); !timely) return outcome(timely);
  const auto signature = parse_signature_field(sent.signature);
  if (!signature) return outcome(signature);
  const auto verified = verify_request(sent.parts, *input, *signature, key);
  if (!verified || !sent.parts.content) return outcome(verified);
  return outcome(check_content_digest(sent.parts.content->digest, sent.content));
}

json request_case(const std::string& name, const SentRequest& sent) {
  json c = {{"name", name},
            {"method", sent.parts.method},
            {"authority", sent.parts.authority},
            {"path", sent.parts.path},
            {"query", sent.parts.query}};
  if (sent.parts.content) {
    c["content-digest"] = sent.parts.content->digest;
    c["content-type"] = sent.parts.content->type;
    c["content"] = sent.content;
  }
  c["signature-input"] = sent.input;
  c["signature"] = sent.signature;
  const auto input = parse_signature_input(sent.input);
  if (input && input->with_content == sent.parts.content.has_value())
    c["signature_base"] = signature_base(sent.parts, *input);
  c["want"] = verdict(sent);
  return c;
}

SentRequest replaced(SentRequest sent, std::string_view from, std::string_view to) {
  const auto at = sent.input.find(from);
  if (at == std::string::npos) std::abort();
  sent.input.replace(at, from.size(), to);
  return sent;
}

}  // namespace

json request_vectors() {
  const RequestParts get{"GET", "anyang.go.kr:8421", "/federation/bodies/00ff/000.p/3", "?from=1"};
  const RequestParts post{"POST", "anyang.go.kr", "/x", "?"};
  json cases = json::array({request_case("without content", sign(get)),
                            request_case("with content", sign(post, R"({"a":1})"))});
  cases.push_back(request_case("300 s ago", sign(get, {}, kNow - 300)));
  cases.push_back(request_case("301 s ago", sign(get, {}, kNow - 301)));
  cases.push_back(request_case("60 s ahead", sign(get, {}, kNow + 60)));
  cases.push_back(request_case("61 s ahead", sign(get, {}, kNow + 61)));
  auto other = sign(get);
  other.parts.query = "?";
  cases.push_back(request_case("the query was taken away", other));
  other = sign(get);
  other.parts.authority = "anyang.go.kr";
  cases.push_back(request_case("another port", other));
  other = sign(post, R"({"a":1})");
  other.content = R"({"a":2})";
  cases.push_back(request_case("other content", other));
  other = sign(get);
  other.signature = format_signature_field(std::string(64, '\0'));
  cases.push_back(request_case("no signature at all", other));
  const auto good = sign(get);
  cases.push_back(request_case("another label", replaced(good, "dure=", "sig1=")));
  cases.push_back(request_case("another tag", replaced(good, "dure-1", "dure-2")));
  cases.push_back(request_case("another algorithm", replaced(good, "ed25519", "hmac-sha256")));
  cases.push_back(request_case("another member", replaced(good, "suwon", "seoul")));
  cases.push_back(request_case("a component left out", replaced(good, " \"@query\"", "")));
  cases.push_back(
      request_case("a component twice", replaced(good, "\"@query\"", "\"@query\" \"@query\"")));
  cases.push_back(
      request_case("a component with a parameter", replaced(good, "\"@query\"", "\"@query\";req")));
  cases.push_back(
      request_case("a parameter more", replaced(good, ";tag", ";expires=1795392300;tag")));
  cases.push_back(request_case("a short nonce", replaced(good, "AAECAwQFBgcICQoLDA0ODw", "AAEC")));
  return {{"about",
           "PROTOCOL.md section 20. The receiver's clock shows 1795392000; its charter names one "
           "request key, "
           "suwon.go.kr/dure/request, whose seed is 32 bytes 09. Nonces are new in every case."},
          {"cases", cases}};
}

}  // namespace dure::testing
