// SPDX-License-Identifier: Apache-2.0
// Makes the project's own vectors from fixed seeds. The bytes are right by construction; what a
// reader must answer
// ("want") is taken from the library and pinned by the files in this folder.
#include "own_vectors.h"

#include "federation-protocol/fixtures.h"

namespace dure::testing {
namespace {

using json = nlohmann::ordered_json;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string::npos) std::abort();
  return text.replace(at, from.size(), to);
}

json leaf_case(const std::string& name, const std::string& leaf) {
  return {{"name", name},
          {"leaf", leaf},
          {"want", outcome(parse_leaf(leaf))},
          {"leaf_hash", base64_encode(as_view(hash_leaf(leaf)))}};
}

json commitment_case(const std::string& name, const std::string& unit, std::size_t times,
                     const Salt& salt) {
  std::string content;
  for (std::size_t i = 0; i < times; ++i) content += unit;
  return {{"name", name},
          {"content_unit_hex", hex_encode(unit)},
          {"repeat", times},
          {"length", content.size()},
          {"salt_hex", hex_encode(as_view(salt))},
          {"commitment", base64_encode(as_view(commit(content, salt)))},
          {"size_in_leaf", size_bucket(content.size())}};
}

json bundle_case(const std::string& name, const Bytes& bundle, std::size_t max_count) {
  const auto bodies = split_body_bundle(bundle, max_count);
  json c = {{"name", name},
            {"bundle_hex", hex_encode(bundle)},
            {"max_count", max_count},
            {"want", outcome(bodies)}};
  if (!bodies) return c;
  c["bodies"] = json::array();
  for (const auto& body : *bodies) {
    c["bodies"].push_back(body ? json{{"salt_hex", hex_encode(body->salt)}, {"body", body->body}}
                               : json(nullptr));
  }
  return c;
}

json proof_case(const std::string& name, const std::string& proof, const std::string& body,
                const std::string& policy) {
  const auto parsed_proof = parse_proof(proof);
  const auto parsed_policy = parse_policy(policy);
  std::string want = parsed_proof && parsed_policy
                         ? outcome(verify_entry(*parsed_proof, body, *parsed_policy))
                         : "malformed";
  return {{"name", name},
          {"proof", proof},
          {"body", body},
          {"policy", policy},
          {"want", std::move(want)}};
}

json policy_case(const std::string& name, const std::string& policy,
                 const std::string& checkpoint) {
  const auto parsed = parse_policy(policy);
  json c = {{"name", name}, {"policy", policy}, {"checkpoint", checkpoint}};
  if (!parsed) {
    c["want"] = outcome(parsed);
    return c;
  }
  const auto verdict = verify_checkpoint(checkpoint, *parsed);
  c["want"] = outcome(verdict);
  if (verdict) c["cosigners"] = verdict->cosigners;
  return c;
}

}  // namespace

json leaf_vectors() {
  const std::string leaf = format_leaf(sample_leaf("{}", salt_of(1)));
  Leaf erase = sample_leaf("{}", salt_of(1));
  erase.type = "erase";
  erase.target = 0;
  json cases = json::array({leaf_case("service", leaf), leaf_case("erase", format_leaf(erase))});
  cases.push_back(leaf_case("unknown type", replaced(leaf, "service", "procurement-spec")));
  cases.push_back(leaf_case("members only", replaced(leaf, "public", "members")));
  cases.push_back(
      leaf_case("largest revision", replaced(leaf, "\"rev\":1", "\"rev\":9007199254740991")));
  cases.push_back(
      leaf_case("revision of 2^53", replaced(leaf, "\"rev\":1", "\"rev\":9007199254740992")));
  cases.push_back(leaf_case("revision zero", replaced(leaf, "\"rev\":1", "\"rev\":0")));
  cases.push_back(leaf_case("later version", replaced(leaf, "\"v\":1", "\"v\":2")));
  cases.push_back(leaf_case("space after a colon", replaced(leaf, "\"rev\":1", "\"rev\": 1")));
  cases.push_back(leaf_case("fraction", replaced(leaf, "\"rev\":1", "\"rev\":1.0")));
  cases.push_back(leaf_case("escaped letter", replaced(leaf, "service", "\\u0073ervice")));
  cases.push_back(leaf_case("member twice", replaced(leaf, "\"rev\":1", "\"rev\":1,\"rev\":1")));
  cases.push_back(leaf_case("unknown member", replaced(leaf, "\"v\":1", "\"v\":1,\"x\":1")));
  cases.push_back(leaf_case("missing member", replaced(leaf, "\"rev\":1,", "")));
  cases.push_back(
      leaf_case("target outside erase", replaced(leaf, "\"time\"", "\"target\":0,\"time\"")));
  cases.push_back(leaf_case("spare bits in the id", replaced(leaf, "aaae\"", "aaab\"")));
  cases.push_back(
      leaf_case("size that is no power of two", replaced(leaf, "\"size\":1024", "\"size\":1025")));
  cases.push_back(leaf_case("thirtieth of February", replaced(leaf, "2026-11-22", "2026-02-30")));
  cases.push_back(leaf_case("leap second", replaced(leaf, "09:00:00", "23:59:60")));
  cases.push_back(leaf_case("newline at the end", leaf + "\n"));
  return {{"about",
           "PROTOCOL.md section 5. leaf_hash is SHA-256(0x00 || leaf), also of refused leaves."},
          {"cases", cases}};
}

json commitment_vectors() {
  json cases = json::array();
  cases.push_back(commitment_case("empty", "", 0, salt_of(1)));
  cases.push_back(commitment_case("short", "{}", 1, salt_of(1)));
  cases.push_back(commitment_case("same content, another salt", "{}", 1, salt_of(2)));
  cases.push_back(commitment_case("largest body", "0123456789abcdef", 4096, salt_of(3)));
  cases.push_back(commitment_case("one chunk", "0123456789abcdef", 65536, salt_of(3)));
  cases.push_back(
      commitment_case("three chunks, the last one short", "0123456789abcdef!", 150000, salt_of(4)));
  return {
      {"about", "PROTOCOL.md section 6. The content is content_unit_hex, decoded, repeat times."},
      {"cases", cases}};
}

json body_bundle_vectors() {
  Bytes bundle;
  append_to_body_bundle(bundle, salt_of(1), "{}");
  append_absent_to_body_bundle(bundle);
  append_to_body_bundle(bundle, salt_of(2), "");
  Bytes large;
  append_u32be(large, kMaxBodyBytes + 1);
  json cases = json::array(
      {bundle_case("three entries, one absent", bundle, 256), bundle_case("nothing", "", 256)});
  cases.push_back(bundle_case("server stopped after the first", bundle.substr(0, 38), 256));
  cases.push_back(bundle_case("cut inside a body", bundle.substr(0, 37), 256));
  cases.push_back(bundle_case("cut inside a length", bundle.substr(0, 40), 256));
  cases.push_back(bundle_case("more entries than asked for", bundle, 2));
  cases.push_back(bundle_case("body over 64 KiB", large, 256));
  return {{"about", "PROTOCOL.md section 7."}, {"cases", cases}};
}

json proof_vectors() {
  const ProvenEntry made = proven_entry();
  const std::string proof = format_proof(made.proof);
  const std::string policy = format_policy(made.policy);
  json cases = json::array({proof_case("genuine", proof, made.body, policy)});
  cases.push_back(proof_case("another body", proof, made.body + " ", policy));
  cases.push_back(
      proof_case("another index", replaced(proof, "index 2", "index 3"), made.body, policy));
  cases.push_back(proof_case("index outside the tree", replaced(proof, "index 2", "index 5"),
                             made.body, policy));
  cases.push_back(proof_case("log not in the policy", proof, made.body, "quorum none\n"));
  TlogProof lonely = made.proof;
  lonely.checkpoint = proof.substr(proof.find("\n\n") + 2, lonely.checkpoint.rfind("\xE2\x80\x94"));
  cases.push_back(proof_case("cosignature missing", format_proof(lonely), made.body, policy));
  cases.push_back(
      proof_case("tree size changed", replaced(proof, "\n5\n", "\n6\n"), made.body, policy));
  TlogProof bare = made.proof;
  bare.extra.reset();
  cases.push_back(proof_case("no extra", format_proof(bare), made.body, policy));
  return {
      {"about",
       "PROTOCOL.md section 8. Seeds of the keys: 32 bytes 01 (log) and 32 bytes 02 (witness)."},
      {"cases", cases}};
}

json policy_vectors() {
  const ProvenEntry made = proven_entry();
  const std::string log = "log " + log_signer()->verifier().format() + "\n";
  const std::string w1 = "witness w1 " + witness_signer()->verifier().format() + "\n";
  const std::string w2 =
      "witness w2 " +
      signer("witness.example/w2", KeyType::kCosignatureV1, 3)->verifier().format() + "\n";
  const std::string& head = made.proof.checkpoint;
  json cases = json::array({policy_case("no quorum needed", log + "quorum none\n", head)});
  cases.push_back(policy_case("the witness is the quorum", log + w1 + "quorum w1\n", head));
  cases.push_back(policy_case("one of two", log + w1 + w2 + "group g any w1 w2\nquorum g\n", head));
  cases.push_back(
      policy_case("both of two", log + w1 + w2 + "group g all w1 w2\nquorum g\n", head));
  cases.push_back(policy_case("another witness", log + w2 + "quorum w2\n", head));
  cases.push_back(policy_case("log key twice", log + log + "quorum none\n", head));
  cases.push_back(policy_case("no quorum line", log + w1, head));
  return {{"about", "PROTOCOL.md section 8. The checkpoint is that of proof.json."},
          {"cases", cases}};
}

}  // namespace dure::testing
