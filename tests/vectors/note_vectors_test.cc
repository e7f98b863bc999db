// SPDX-License-Identifier: Apache-2.0
// x/mod, C2SP and sumdb notes; Sunlight's signed checkpoints; cosignature lines.
#include <vector>

#include "dure/checkpoint.h"
#include "dure/note.h"
#include "shared_vectors.h"

namespace dure {
namespace {

using nlohmann::json;

std::vector<VerifierKey> keys_of(const json& vkeys) {
  std::vector<VerifierKey> keys;
  for (const json& vkey : vkeys) keys.push_back(*VerifierKey::parse(vkey.get<std::string>()));
  return keys;
}

std::string verdict_on(const std::string& bytes, const std::vector<VerifierKey>& keys,
                       std::vector<std::string>& verified) {
  const auto note = parse_note(bytes);
  if (!note) return "malformed";
  const auto indexes = verify_note(*note, keys);
  if (!indexes)
    return indexes.error().code == ErrorCode::kBadSignature ? "bad-signature" : "unverified";
  for (const std::size_t i : *indexes) verified.push_back(note->signatures[i].name);
  return "ok";
}

TEST(NoteVectorsTest, Notes) {
  const auto path = testing::shared_vectors() / "signed-note/notes.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  for (const json& c : file["cases"]) {
    const auto bytes = c["note"].get<std::string>();
    std::vector<std::string> verified;
    EXPECT_EQ(verdict_on(bytes, keys_of(c["known_vkeys"]), verified), c["want"].get<std::string>())
        << c["name"];
    if (c.contains("verified")) {
      EXPECT_EQ(verified, c["verified"].get<std::vector<std::string>>()) << c["name"];
    }
    if (const auto note = parse_note(bytes)) {
      EXPECT_EQ(format_note(*note), bytes);
    }
  }
  EXPECT_EQ(file["cases"].size(), 16U);
}

TEST(NoteVectorsTest, InvalidUtf8AndBadKeys) {
  const auto path = testing::shared_vectors() / "signed-note/notes.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  EXPECT_FALSE(parse_note(*hex_decode(file["note_invalid_utf8_hex"]["hex"].get<std::string>())));
  for (const json& vkey : file["bad_vkeys"])
    EXPECT_FALSE(VerifierKey::parse(vkey.get<std::string>())) << vkey;
  EXPECT_FALSE(file["bad_vkeys"].empty());
}

/// What a node that knows one log makes of the checkpoint inside an add-checkpoint request.
std::string open_outcome(const std::string& request, const std::string& origin,
                         const std::vector<VerifierKey>& keys) {
  const auto opened = open_checkpoint(request.substr(request.find("\n\n") + 2), origin, keys);
  return opened ? "ok" : std::string(error_name(opened.error().code));
}

TEST(NoteVectorsTest, SunlightCheckpoints) {
  const auto path = testing::shared_vectors() / "tlog-witness-sunlight/add-checkpoint.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  const auto origin = file["log_origin"].get<std::string>();
  const Bytes key = *hex_decode(file["log_ed25519_public_key_hex"].get<std::string>());
  const std::vector<VerifierKey> keys{*VerifierKey::make(origin, KeyType::kEd25519, key)};
  int opened = 0;
  for (const json& c : file["cases"]) {
    const std::string got = open_outcome(c["request_body"].get<std::string>(), origin, keys);
    const int status = c["want_status"].get<int>();
    // 409 and 422 are about the tree, so the checkpoint itself is good there.
    const bool good = status == 200 || status == 409 || status == 422;
    EXPECT_EQ(got == "ok", good) << c["name"] << ": " << got;
    if (status == 404) {
      EXPECT_EQ(got, "invalid");
    }
    opened += got == "ok" ? 1 : 0;
  }
  EXPECT_EQ(opened, 7);
}

TEST(NoteVectorsTest, CosignatureLines) {
  const auto path = testing::shared_vectors() / "tlog-cosignature/cosignatures.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  std::size_t cases = 0;
  for (const json& c : file["timestamp_extraction"]) {
    const std::string line =
        "x\n\n\u2014 cosigner.example " + c["sig_b64"].get<std::string>() + "\n";
    const auto note = parse_note(line);
    const bool shaped = note && note->signatures[0].blob.size() == 8 + 64;
    EXPECT_EQ(shaped, c.contains("want_unix")) << c;
    if (shaped && c.contains("want_unix")) {
      std::string_view blob = note->signatures[0].blob;
      EXPECT_EQ(*take_u64be(blob), c["want_unix"].get<std::uint64_t>());
    }
    ++cases;
  }
  EXPECT_EQ(cases, 3U);
}

TEST(NoteVectorsTest, CosignerKeys) {
  const auto path = testing::shared_vectors() / "tlog-cosignature/cosignatures.json";
  DURE_NEED_VECTORS(path);
  const json file = testing::read_json(path);
  for (const json& vkey : file["vkeys"]["accept"]) {
    const auto key = VerifierKey::parse(vkey.get<std::string>());
    ASSERT_TRUE(key) << vkey;
    EXPECT_EQ(key->format(), vkey.get<std::string>());
    EXPECT_EQ(key->type(), KeyType::kCosignatureV1);
  }
  for (const json& vkey : file["vkeys"]["reject"])
    EXPECT_FALSE(VerifierKey::parse(vkey.get<std::string>())) << vkey;
  EXPECT_FALSE(file["vkeys"]["accept"].empty() || file["vkeys"]["reject"].empty());
}

TEST(NoteVectorsTest, MlDsaCosignaturesAreStatedUnsupported) {
  const auto path = testing::shared_vectors() / "tlog-cosignature/cosignatures.json";
  DURE_NEED_VECTORS(path);
  const json c = testing::read_json(path)["ml_dsa_44_subtree"];
  const auto key = VerifierKey::parse(c["vkey"].get<std::string>());
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().code, ErrorCode::kUnsupported);
  // Its signature line is well-formed all the same, and a note that carries one can be read.
  const auto note = parse_note("x\n\n" + c["signature_line"].get<std::string>());
  ASSERT_TRUE(note);
  EXPECT_EQ(note->signatures[0].blob.size(), 8U + 2420U);
}

}  // namespace
}  // namespace dure
