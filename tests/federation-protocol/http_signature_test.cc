// SPDX-License-Identifier: Apache-2.0
// Signed requests: one spelling, and every byte of what is covered counts.
#include "dure/http_signature.h"

#include <gtest/gtest.h>

#include <functional>

#include "federation-protocol/fixtures.h"

namespace dure {
namespace {

using dure::testing::outcome;

constexpr std::int64_t kNow = 1'795'392'000;
constexpr const char* kNonce = "AAECAwQFBgcICQoLDA0ODw";
constexpr std::string_view kContent = R"({"hello":"world"})";

std::unique_ptr<Signer> request_signer(std::uint8_t seed = 9,
                                       std::string_view name = "suwon.go.kr/dure/request") {
  return dure::testing::signer(name, KeyType::kEd25519, seed);
}

RequestParts get_parts() {
  return {"GET", "anyang.go.kr:8421", "/federation/bodies/00ff/000", "?from=2"};
}

RequestParts post_parts() {
  RequestParts parts{"POST", "anyang.go.kr", "/x", "?"};
  parts.content = CoveredContent{content_digest(kContent), "application/json"};
  return parts;
}

SignatureFields fields_of(const RequestParts& parts) {
  return *sign_request(parts, kNow, kNonce, *request_signer());
}

/// Both fields as a server reads them, and the parts as it sees them.
std::string verdict(const RequestParts& parts, const std::string& input_field,
                    const std::string& signature_field, const VerifierKey& key) {
  const auto input = parse_signature_input(input_field);
  if (!input) return outcome(input);
  const auto signature = parse_signature_field(signature_field);
  if (!signature) return outcome(signature);
  return outcome(verify_request(parts, *input, *signature, key));
}

TEST(HttpSignatureTest, SpellsTheFieldsAsTheProfileSays) {
  const auto key = request_signer()->verifier();
  const auto fields = fields_of(get_parts());
  const std::string id = key.format().substr(key.name().size() + 1, 8);
  EXPECT_EQ(fields.input,
            R"(dure=("@method" "@authority" "@path" "@query");created=1795392000;nonce=")" +
                std::string(kNonce) + R"(";keyid="suwon.go.kr/dure/)" + id +
                R"(";alg="ed25519";tag="dure-1")");
  EXPECT_TRUE(fields.signature.starts_with("dure=:"));
  EXPECT_EQ(parse_signature_field(fields.signature)->size(), 64U);
  const auto with_content = fields_of(post_parts()).input;
  EXPECT_NE(with_content.find(R"("@query" "content-digest" "content-type");created=)"),
            std::string::npos);
  for (const auto& input : {fields.input, with_content})
    EXPECT_EQ(format_signature_input(*parse_signature_input(input)), input);
}

/// n − s, the other s with which an ECDSA signature over P-256 verifies.
Bytes other_s(std::string_view s) {
  const Bytes n = *hex_decode("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
  Bytes difference(s.size(), '\0');
  int borrow = 0;
  for (std::size_t i = s.size(); i-- > 0;) {
    const int digit = static_cast<unsigned char>(n[i]) - static_cast<unsigned char>(s[i]) - borrow;
    borrow = digit < 0 ? 1 : 0;
    difference[i] = static_cast<char>(digit + 256 * borrow);
  }
  return difference;
}

TEST(HttpSignatureTest, AKeyOfTheOtherSuiteSignsAsTheRfcSays) {
  const auto signer = dure::testing::signer("suwon.go.kr/dure/request", KeyType::kEcdsaP256, 9);
  const auto fields = *sign_request(get_parts(), kNow, kNonce, *signer);
  EXPECT_NE(fields.input.find(R"(;alg="ecdsa-p256-sha256";)"), std::string::npos);
  const auto signature = *parse_signature_field(fields.signature);
  ASSERT_EQ(signature.size(), 64U) << "r and s, not DER";
  const auto judge = [&](const Bytes& changed) {
    return verdict(get_parts(), fields.input, format_signature_field(changed), signer->verifier());
  };
  EXPECT_EQ(judge(signature), "ok");
  EXPECT_EQ(judge(signature.substr(0, 32) + other_s(signature.substr(32))), "ok")
      << "other libraries do not choose the smaller s";
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Bytes flipped = signature;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    EXPECT_EQ(judge(flipped), "bad-signature") << i;
  }
  EXPECT_EQ(judge(signature + '\0'), "bad-signature");
  EXPECT_EQ(verdict(get_parts(), fields.input, fields.signature, request_signer()->verifier()),
            "unknown-key");
}

TEST(HttpSignatureTest, TheBaseHasNoFinalLineBreak) {
  const auto input = parse_signature_input(fields_of(get_parts()).input);
  const auto base = signature_base(get_parts(), *input);
  EXPECT_TRUE(
      base.starts_with("\"@method\": GET\n\"@authority\": anyang.go.kr:8421\n\"@path\": "
                       "/federation/bodies/00ff/000\n\"@query\": ?from=2\n"
                       "\"@signature-params\": (\"@method\""));
  EXPECT_TRUE(base.ends_with(";tag=\"dure-1\""));
  EXPECT_EQ(base.find('\r'), std::string::npos);
}

TEST(HttpSignatureTest, VerifiesWhatItSigned) {
  for (const auto& parts : {get_parts(), post_parts()}) {
    const auto fields = fields_of(parts);
    EXPECT_EQ(verdict(parts, fields.input, fields.signature, request_signer()->verifier()), "ok");
  }
}

TEST(HttpSignatureTest, EveryFlippedBitOfTheFieldsIsRefused) {
  const auto key = request_signer()->verifier();
  const auto parts = post_parts();
  const auto fields = fields_of(parts);
  for (const bool of_input : {true, false}) {
    const std::string& field = of_input ? fields.input : fields.signature;
    for (std::size_t i = 0; i < field.size() * 8; ++i) {
      auto changed = field;
      changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
      EXPECT_NE(verdict(parts, of_input ? changed : fields.input,
                        of_input ? fields.signature : changed, key),
                "ok")
          << changed;
    }
  }
}

TEST(HttpSignatureTest, EveryPartThatIsCoveredCounts) {
  const auto key = request_signer()->verifier();
  const auto parts = post_parts();
  const auto fields = fields_of(parts);
  const std::vector<std::function<void(RequestParts&)>> changes = {
      [](auto& p) { p.method = "PUT"; },
      [](auto& p) { p.authority = "anyang.go.kr:80"; },
      [](auto& p) { p.path = "/X"; },
      [](auto& p) { p.path = "/x/"; },
      [](auto& p) { p.path = "/%78"; },
      [](auto& p) { p.query = "?a"; },
      [](auto& p) { p.query = ""; },
      [](auto& p) { p.content->digest = content_digest("another"); },
      [](auto& p) { p.content->type = "text/plain"; },
      [](auto& p) { p.content.reset(); },
      [](auto& p) { p.path = "/x\r"; },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    auto changed = parts;
    changes[i](changed);
    EXPECT_EQ(verdict(changed, fields.input, fields.signature, key), "bad-signature") << i;
  }
  auto content = get_parts();
  const auto bare = fields_of(content);
  content.content = post_parts().content;
  EXPECT_EQ(verdict(content, bare.input, bare.signature, key), "bad-signature")
      << "content that nobody signed";
}

TEST(HttpSignatureTest, OnlyTheNamedKeyOfTheNamedMemberCounts) {
  const auto parts = get_parts();
  const auto fields = fields_of(parts);
  EXPECT_EQ(verdict(parts, fields.input, fields.signature, request_signer(10)->verifier()),
            "unknown-key");
  EXPECT_EQ(verdict(parts, fields.input, fields.signature,
                    request_signer(9, "seoul.go.kr/dure/request")->verifier()),
            "unknown-key");
  const auto signer = request_signer(9, "suwon.go.kr/dure/1");
  EXPECT_EQ(outcome(sign_request(parts, kNow, kNonce, *signer)), "malformed") << "a log's key";
  const auto witness =
      dure::testing::signer("suwon.go.kr/dure/request", KeyType::kCosignatureV1, 9);
  EXPECT_EQ(outcome(sign_request(parts, kNow, kNonce, *witness)), "unsupported");
  EXPECT_EQ(verdict(parts, fields.input, fields.signature, witness->verifier()), "unknown-key");
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(HttpSignatureTest, AcceptsNoOtherSpelling) {
  const std::string good = fields_of(get_parts()).input;
  const std::vector<std::pair<std::string, std::string>> bad = {
      {"dure=", "sig1="},
      {"dure=", " dure="},
      {"dure=", "dure= "},
      {"(\"@method\"", "( \"@method\""},
      {"\"@method\" ", ""},
      {"\"@authority\" ", ""},
      {" \"@query\"", ""},
      {"\"@method\" \"@authority\"", "\"@authority\" \"@method\""},
      {"\"@method\" ", "\"@method\" \"@method\" "},
      {"\"@query\"", "\"@query\" \"date\""},
      {"\"@query\"", "\"@query\";req"},
      {"\"@query\"", "\"@query\";tr"},
      {"\"@query\"", "\"@query\";bs"},
      {"\"@query\"", "\"@query\" \"created\""},
      {"\"@query\"", "\"@query\" \"content-digest\""},
      {"\"@query\"", "\"@query\" \"content-type\" \"content-digest\""},
      {";created=1795392000", ""},
      {";created=1795392000", ";created=\"1795392000\""},
      {";created=1795392000", ";created=01795392000"},
      {";created=1795392000", ";created=1795392000.0"},
      {";created=1795392000", ";created=-1"},
      {";created=1795392000", ";created=9999999999999999"},
      {";created=1795392000", ";created=1795392000;created=1795392000"},
      {";created=1795392000", "; created=1795392000"},
      {";created=1795392000", ";created=1795392000;expires=1795392001"},
      {";nonce=", ";nonce=\"x\";nonce="},
      {kNonce, "AAECAwQFBgcICQoLDA0OD"},
      {kNonce, "AAECAwQFBgcICQoLDA0OD="},
      {kNonce, std::string(65, 'A')},
      {";alg=\"ed25519\"", ""},
      {";alg=\"ed25519\"", ";alg=ed25519"},
      {";tag=\"dure-1\"", ""},
      {";tag=\"dure-1\"", ";tag=dure-1"},
      {";tag=\"dure-1\"", ";tag=\"dure-1\", dure=()"},
      {";tag=\"dure-1\"", ";tag=\"dure-1\";x"},
      {";tag=\"dure-1\"", ";tag=\"dure-1\"\r\n"},
      {";tag=\"dure-1\"", ";tag=\"dure-1\" "},
      {"suwon.go.kr/dure/", "suwon.go.kr/dure"},
      {"suwon.go.kr/dure/", "/"},
      {"suwon.go.kr/dure/", "suwon.go.kr/dure/A"},
      {"suwon.go.kr", "suwon\\.go.kr"},
  };
  for (const auto& [from, to] : bad)
    EXPECT_EQ(outcome(parse_signature_input(replaced(good, from, to))), "malformed") << to;
  EXPECT_EQ(outcome(parse_signature_input(replaced(good, "dure-1", "dure-2"))), "unsupported");
  EXPECT_EQ(outcome(parse_signature_input(good + std::string(1024, ' '))), "too-large");
  for (const char* field : {"", "dure=", "dure=::, dure=::", "sig1=:AA==:", "dure=:AA=:",
                            "dure=:AB==:", "dure=:AA==:;x", "dure=AA=="})
    EXPECT_EQ(outcome(parse_signature_field(field)), "malformed") << field;
}

TEST(HttpSignatureTest, TheAlgorithmIsTheKeys) {
  const auto parts = get_parts();
  auto input = *parse_signature_input(fields_of(parts).input);
  for (const char* other : {"hmac-sha256", "ecdsa-p256-sha256", "rsa-v1_5-sha256", "ed25519ph"}) {
    input.algorithm = other;
    const auto signature = request_signer()->sign(signature_base(parts, input));
    EXPECT_EQ(outcome(verify_request(parts, input, *signature, request_signer()->verifier())),
              "unknown-key");
  }
}

TEST(HttpSignatureTest, KnowsItsWindow) {
  EXPECT_TRUE(check_created(kNow, kNow));
  EXPECT_TRUE(check_created(kNow - 300, kNow));
  EXPECT_TRUE(check_created(kNow + 60, kNow));
  EXPECT_EQ(outcome(check_created(kNow - 301, kNow)), "refused");
  EXPECT_EQ(outcome(check_created(kNow + 61, kNow)), "refused");
}

TEST(HttpSignatureTest, RecomputesTheDigest) {
  const std::string digest = content_digest(kContent);
  EXPECT_TRUE(check_content_digest(digest, kContent));
  EXPECT_EQ(outcome(check_content_digest(digest, "another")), "bad-signature");
  EXPECT_EQ(outcome(check_content_digest(digest, "")), "bad-signature");
  // RFC 9530's own example.
  EXPECT_EQ(content_digest(R"({"hello": "world"})"),
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:");
  const std::string sha512 =
      "sha-512=:WZDPaVn/"
      "7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
  const std::string both = content_digest(R"({"hello": "world"})") + ", " + sha512;
  EXPECT_TRUE(check_content_digest(both, R"({"hello": "world"})"));
  EXPECT_EQ(outcome(check_content_digest(digest + ", " + sha512, kContent)), "bad-signature");
  EXPECT_TRUE(check_content_digest(digest + ", crc=:AAAA:", kContent)) << "unknown to us";
  const auto twice = digest + ", " + digest;
  for (const auto& bad : {std::string(), sha512, twice, digest + ",", digest + "; x=1",
                          digest.substr(0, digest.size() - 1), " " + digest, "SHA-256" + digest})
    EXPECT_EQ(outcome(check_content_digest(bad, kContent)), "malformed") << bad;
}

TEST(HttpSignatureTest, NamesAHostInOneWay) {
  EXPECT_EQ(canonical_authority("Suwon.GO.kr:443", true), "suwon.go.kr");
  EXPECT_EQ(canonical_authority("Suwon.GO.kr:443", false), "suwon.go.kr:443");
  EXPECT_EQ(canonical_authority("127.0.0.1:80", false), "127.0.0.1");
  EXPECT_EQ(canonical_authority("[::1]:8421", false), "[::1]:8421");
}

// RFC 9421, B.2.6: the algorithm is the same; its fields are not this profile's.
TEST(HttpSignatureTest, AgreesWithRfc9421OnEd25519) {
  const std::string input =
      R"(("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519")";
  const std::string base =
      "\"date\": Tue, 20 Apr 2021 02:07:55 GMT\n\"@method\": POST\n\"@path\": /foo\n"
      "\"@authority\": example.com\n\"content-type\": application/json\n\"content-length\": 18\n"
      "\"@signature-params\": " +
      input;
  const std::string signature =
      "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==";
  const auto seed_bytes = *base64_decode("n4Ni+HpISpVObnQMW0wOhCKROaIKqKtW/2ZYb2p9KcU=");
  Secret<32> seed;
  std::copy(seed_bytes.begin(), seed_bytes.end(), reinterpret_cast<char*>(seed.data()));
  const auto signer = *make_ed25519_signer("test/request", KeyType::kEd25519, seed);
  EXPECT_EQ(base64_encode(signer->verifier().public_key()),
            "JrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=");
  EXPECT_EQ(base64_encode(*signer->sign(base)), signature);
  EXPECT_TRUE(signer->verifier().verify(base, *base64_decode(signature)));
  EXPECT_EQ(outcome(parse_signature_input("sig-b26=" + input)), "malformed");
}

}  // namespace
}  // namespace dure
