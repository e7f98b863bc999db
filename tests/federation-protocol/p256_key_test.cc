// SPDX-License-Identifier: Apache-2.0
// Keys of ECDSA P-256: what their texts and signatures look like, and that there is one of each.
#include <gtest/gtest.h>

#include "dure/key.h"
#include "dure/note.h"
#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;

// RFC 6979 A.2.5: the public key, and the signature over "test" with SHA-256.
constexpr std::string_view kRfcPoint =
    "0460fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
constexpr std::string_view kRfcTest =
    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367"
    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";
// Over "sample": its s is the larger one.
constexpr std::string_view kRfcSample =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
constexpr std::string_view kOrder =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

VerifierKey rfc_key(KeyType type) { return *VerifierKey::make("a", type, *hex_decode(kRfcPoint)); }
Bytes numbers(std::string_view hex) { return *hex_decode(hex); }

std::string vkey_of(std::string_view name, std::string_view hashed, std::string_view encoded) {
  return std::string(name) + "+" + hex_encode(as_view(sha256({hashed})).substr(0, 4)) + "+" +
         base64_encode(encoded);
}

TEST(P256KeyTest, IsWrittenAsSignedNoteSaysForType2) {
  const auto key = rfc_key(KeyType::kEcdsaP256);
  // What OpenSSL calls the public key in DER.
  const Bytes info =
      *hex_decode("3059301306072a8648ce3d020106082a8648ce3d030107034200") + *hex_decode(kRfcPoint);
  EXPECT_EQ(key.format(), vkey_of("a", info, "\x02" + info)) << "the id does not hash the name";
  const auto read = VerifierKey::parse(key.format());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type(), KeyType::kEcdsaP256);
  EXPECT_EQ(read->id(), key.id());
  EXPECT_EQ(read->public_key(), *hex_decode(kRfcPoint));
}

TEST(P256KeyTest, CosignaturesHaveTheTypeThatC2spLeavesToEverybody) {
  const auto key = rfc_key(KeyType::kCosignatureP256);
  const Bytes encoded =
      "\xFF"
      "dure.kr/cosignature-p256/v1\n" +
      *hex_decode(kRfcPoint);
  EXPECT_EQ(key.format(), vkey_of("a", "a\n" + encoded, encoded));
  const auto read = VerifierKey::parse(key.format());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->type(), KeyType::kCosignatureP256);
  EXPECT_EQ(outcome(VerifierKey::parse(vkey_of("a", "a\n\xFFother/v1\nx", "\xFFother/v1\nx"))),
            "unsupported");
}

TEST(P256KeyTest, RejectsEveryChangedByteOfItsText) {
  for (const KeyType type : {KeyType::kEcdsaP256, KeyType::kCosignatureP256}) {
    const std::string right = rfc_key(type).format();
    const bool id_names = type == KeyType::kCosignatureP256;
    // The id of type 2 does not cover the name: another name is another key, and still one.
    for (std::size_t i = id_names ? 0 : 1; i < right.size(); ++i) {
      for (int delta = 1; delta < 256; ++delta) {
        std::string vkey = right;
        vkey[i] = static_cast<char>(vkey[i] + delta);
        EXPECT_FALSE(VerifierKey::parse(vkey)) << printable(vkey);
      }
      EXPECT_FALSE(VerifierKey::parse(std::string_view(right).substr(0, i)));
    }
  }
}

TEST(P256KeyTest, RefusesPointsThatAreNoneAndEverySecondSpelling) {
  const Bytes point = *hex_decode(kRfcPoint);
  const std::string prime = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
  const auto make = [](const Bytes& bytes) {
    return outcome(VerifierKey::make("a", KeyType::kEcdsaP256, bytes));
  };
  ASSERT_EQ(make(point), "ok");
  EXPECT_EQ(make(Bytes(1, '\0')), "malformed") << "infinity";
  EXPECT_EQ(make("\x02" + point.substr(1, 32)), "malformed") << "compressed";
  EXPECT_EQ(make(point.substr(0, 64)), "malformed");
  EXPECT_EQ(make(point + "x"), "malformed");
  for (const char form : {'\0', '\2', '\3', '\5', '\6', '\7'})
    EXPECT_EQ(make(std::string(1, form) + point.substr(1)), "bad-signature") << int{form};
  EXPECT_EQ(make("\x04" + Bytes(64, '\0')), "bad-signature");
  // x = p, where a sloppy reader sees x = 0; and y of x = 5, plus p.
  EXPECT_EQ(make("\x04" + *hex_decode(prime) + point.substr(33)), "bad-signature");
  const std::string y0 = "66485c780e2f83d72433bd5d84a06bb6541c2af31dae871728bf856a174f93f4";
  EXPECT_EQ(make("\x04" + Bytes(32, '\0') + *hex_decode(y0)), "ok") << "x = 0 is a point";
  EXPECT_EQ(make("\x04" + *hex_decode(prime) + *hex_decode(y0)), "bad-signature") << "x = p is not";
  for (std::size_t bit = 8; bit < point.size() * 8; ++bit) {
    Bytes other = point;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    EXPECT_EQ(make(other), "bad-signature") << bit;
  }
}

TEST(P256KeyTest, OtherKeyInfosAreUnsupported) {
  // P-384, and P-256 as a compressed point, each with a right id.
  const Bytes p384 = *hex_decode("3076301006072a8648ce3d020106052b81040022036200") + Bytes(97, 'x');
  const Bytes compressed =
      *hex_decode("3039301306072a8648ce3d020106082a8648ce3d030107032200") + Bytes(33, 'x');
  for (const Bytes& info : {p384, compressed})
    EXPECT_EQ(outcome(VerifierKey::parse(vkey_of("a", info, "\x02" + info))), "unsupported");
}

TEST(P256KeyTest, VerifiesTheSignaturesOfRfc6979) {
  const auto note = rfc_key(KeyType::kEcdsaP256);
  const auto cosigner = rfc_key(KeyType::kCosignatureP256);
  EXPECT_TRUE(cosigner.verify("test", numbers(kRfcTest)));
  EXPECT_TRUE(note.verify("test", *p256_signature(KeyType::kEcdsaP256, numbers(kRfcTest))));
  EXPECT_FALSE(cosigner.verify("Test", numbers(kRfcTest)));
  // s and n − s verify with everybody else; only the smaller one does here.
  EXPECT_FALSE(cosigner.verify("sample", numbers(kRfcSample)));
  const auto smaller = p256_signature(KeyType::kCosignatureP256, numbers(kRfcSample));
  ASSERT_TRUE(smaller);
  EXPECT_EQ(hex_encode(smaller->substr(32)),
            "0834e36ad29a83bf2bc9385e491d6099c8fdf9d1ed67aa7ea5f51f93782857a9");
  EXPECT_TRUE(cosigner.verify("sample", *smaller));
  EXPECT_FALSE(cosigner.verify("sample", *p256_signature(KeyType::kEcdsaP256, *smaller)))
      << "DER is no cosignature";
  EXPECT_FALSE(note.verify("sample", *smaller)) << "and two numbers are no signature of a note";
}

TEST(P256KeyTest, NumbersOutsideTheOrderAreNoSignature) {
  const std::string zero(64, '0'), one = std::string(63, '0') + "1", order(kOrder);
  for (const auto& pair : {zero + one, one + zero, order + one, one + order}) {
    EXPECT_EQ(outcome(p256_signature(KeyType::kCosignatureP256, numbers(pair))), "malformed");
    EXPECT_FALSE(rfc_key(KeyType::kCosignatureP256).verify("test", numbers(pair)));
  }
  EXPECT_EQ(outcome(p256_signature(KeyType::kEd25519, numbers(kRfcTest))), "malformed");
  EXPECT_EQ(outcome(p256_signature(KeyType::kEcdsaP256, numbers(kRfcTest).substr(1))), "malformed");
}

TEST(P256KeyTest, DerHasOneSpelling) {
  const auto key = rfc_key(KeyType::kEcdsaP256);
  const Bytes right = *p256_signature(KeyType::kEcdsaP256, numbers(kRfcTest));
  const std::string r = "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367";
  const std::string s = "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";
  ASSERT_EQ(hex_encode(right), "3045022100" + r + "0220" + s);
  for (const std::string& wrong :
       {"3046022100" + r + "022100" + s,  // a zero too many
        "30440220" + r + "0220" + s,      // r is negative
        "308145022100" + r + "0220" + s,  // a long length
        "3045022100" + r + "0220" + s + "00", "3046022100" + r + "0220" + s + "00",
        "3045022100" + r + "028120" + s, "3145022100" + r + "0220" + s,
        "3045032100" + r + "0220" + s, "3080022100" + r + "0220" + s + "0000"}) {
    const auto bytes = hex_decode(wrong);
    EXPECT_FALSE(bytes && key.verify("test", *bytes)) << wrong;
  }
  for (std::size_t i = 0; i < right.size(); ++i)
    EXPECT_FALSE(key.verify("test", right.substr(0, i)));
}

TEST(P256SignerTest, MakesWhatItsVerifierAccepts) {
  for (const KeyType type : {KeyType::kEcdsaP256, KeyType::kCosignatureP256}) {
    const auto signer = testing::signer("a", type, 7);
    for (int i = 0; i < 200; ++i) {  // half of them have a large s before it is made small
      const auto message = "message " + std::to_string(i);
      const auto signature = signer->sign(message);
      ASSERT_TRUE(signature);
      ASSERT_TRUE(signer->verifier().verify(message, *signature)) << i;
      EXPECT_FALSE(signer->verifier().verify(message + "x", *signature));
    }
  }
}

TEST(P256SignerTest, FlippedBitsOfASignatureNeverVerify) {
  for (const KeyType type : {KeyType::kEcdsaP256, KeyType::kCosignatureP256}) {
    const auto signer = testing::signer("a", type, 7);
    Bytes signature = *signer->sign("message");
    for (std::size_t bit = 0; bit < signature.size() * 8; ++bit) {
      signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << bit % 8));
      EXPECT_FALSE(signer->verifier().verify("message", signature)) << bit;
      signature[bit / 8] = static_cast<char>(signature[bit / 8] ^ (1 << bit % 8));
    }
  }
}

// Every byte of a whole note, with the signature of a log and that of a witness.
TEST(P256SignerTest, ANoteWithAnyOtherByteDoesNotVerify) {
  const auto log = testing::signer(testing::kOrigin, KeyType::kEcdsaP256, 1);
  const auto witness = testing::signer("w.example/witness", KeyType::kCosignatureP256, 2);
  auto head = *sign_checkpoint({std::string(testing::kOrigin), 0, empty_root()}, *log);
  head.note.signatures.push_back(*cosign(head.note.text, *witness, 1'795'000'000));
  const std::vector<VerifierKey> keys{log->verifier(), witness->verifier()};
  const std::string right = format_note(head.note);
  ASSERT_EQ(verify_note(*parse_note(right), keys)->size(), 2U);
  for (std::size_t i = 0; i < right.size(); ++i) {
    for (const int flip : {1, 2, 4, 8, 16, 32, 64, 128, 255}) {
      std::string wrong = right;
      wrong[i] = static_cast<char>(wrong[i] ^ flip);
      const auto note = parse_note(wrong);
      if (!note) continue;
      const auto verified = verify_note(*note, keys);
      // A line that names another key is a stranger's; then the other line stands alone.
      if (!verified) continue;
      EXPECT_EQ(verified->size(), 1U) << i << " ^ " << flip;
      EXPECT_EQ(note->text, head.note.text) << i << " ^ " << flip;
    }
  }
}

TEST(P256SignerTest, ComesFromItsSeedInOneWay) {
  // Computed apart with Python: HMAC-SHA-256(seed, 00000001 ‖ label ‖ 00 ‖ 00000100) times G.
  const auto signer = testing::signer("a", KeyType::kEcdsaP256, 7);
  EXPECT_EQ(hex_encode(signer->verifier().public_key()),
            "04a91c03deba6448178dbecb8b28db461cb72722be917d2a29c2ee17d0d713a739"
            "62a85a64d99fd12fe795c4ac46757d30c1fc5a22c0b2c700b09369458fa50849");
  EXPECT_NE(signer->verifier().public_key(),
            testing::signer("a", KeyType::kEcdsaP256, 8)->verifier().public_key());
  EXPECT_EQ(outcome(make_signer("a b", KeyType::kEcdsaP256, Secret<32>())), "malformed");
  EXPECT_EQ(outcome(make_ed25519_signer("a", KeyType::kEcdsaP256, Secret<32>())), "invalid");
}

TEST(SuiteTest, HasAKeyTypeForNotesAndOneForCosignatures) {
  for (const Suite suite : {Suite::kEd25519, Suite::kP256}) {
    EXPECT_EQ(*parse_suite(suite_name(suite)), suite);
    EXPECT_EQ(suite_of(note_key_type(suite)), suite);
    EXPECT_EQ(suite_of(cosignature_key_type(suite)), suite);
    EXPECT_TRUE(signs_notes(note_key_type(suite)) && !cosigns(note_key_type(suite)));
    EXPECT_TRUE(cosigns(cosignature_key_type(suite)) && !signs_notes(cosignature_key_type(suite)));
  }
  EXPECT_EQ(outcome(parse_suite("P256")), "invalid");
}

}  // namespace
}  // namespace dure
