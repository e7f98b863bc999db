// SPDX-License-Identifier: Apache-2.0
#include "dure/note.h"

#include <gtest/gtest.h>

#include "fixtures.h"

namespace dure {
namespace {

using testing::outcome;
using testing::signer;

std::string signed_text(const std::string& text, const Signer& by) {
  return format_note({text, {*sign_note(text, by)}});
}

TEST(NoteTest, ComesBackFromItsBytes) {
  const std::string bytes = signed_text("first\n\nthird\n", *testing::log_signer());
  const auto note = parse_note(bytes);
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, "first\n\nthird\n");
  EXPECT_EQ(format_note(*note), bytes);
}

TEST(NoteTest, SeparatorIsTheLastEmptyLine) {
  const std::string inner = signed_text("inner\n", *testing::log_signer());
  const auto note = parse_note(signed_text(inner, *testing::log_signer()));
  ASSERT_TRUE(note);
  EXPECT_EQ(note->text, inner);
  EXPECT_EQ(note->signatures.size(), 1U);
}

TEST(NoteTest, RejectsWhatIsNoNote) {
  const std::string line = signed_text("x\n", *testing::log_signer()).substr(3);
  for (const std::string& bytes :
       std::vector<std::string>{std::string(),
                                std::string("x\n"),
                                std::string("x\n\n"),
                                "x" + line,
                                "\n" + line,
                                "x\n\n" + line.substr(0, line.size() - 1),
                                "x\n\n" + line + "y\n",
                                "x\n\n" + line + "\n",
                                "x\r\n\n" + line,
                                "x\t\n\n" + line,
                                std::string("x\0\n\n", 4) + line,
                                "\xFF\n\n" + line,
                                "x\n\n-- a AAAAAAA=\n",
                                std::string("x\n\n\u2014 a\n"),
                                std::string("x\n\n\u2014 a AAAA\n"),
                                std::string("x\n\n\u2014 a AAAAAAA\n"),
                                std::string("x\n\n\u2014 a AAAAAAB=\n"),
                                std::string("x\n\n\u2014  AAAAAAA=\n"),
                                std::string("x\n\n\u2014 a  AAAAAAA=\n"),
                                std::string("x\n\n\u2014 a+b AAAAAAA=\n")}) {
    EXPECT_EQ(outcome(parse_note(bytes)), "malformed") << printable(bytes);
  }
  EXPECT_EQ(outcome(parse_note(std::string("x\n\n\u2014 a AAAAAAA=\n"))), "ok");
}

TEST(NoteTest, BoundsBytesAndSignatures) {
  const auto log = testing::log_signer();
  EXPECT_EQ(outcome(parse_note(signed_text(std::string(kMaxNoteBytes, 'x') + "\n", *log))),
            "too-large");
  Note note{"x\n", {}};
  note.signatures.assign(kMaxNoteSignatures, *sign_note("x\n", *log));
  EXPECT_EQ(outcome(parse_note(format_note(note))), "ok");
  note.signatures.push_back(note.signatures[0]);
  EXPECT_EQ(outcome(parse_note(format_note(note))), "too-large");
}

TEST(SignNoteTest, RefusesATextThatIsNone) {
  const auto log = testing::log_signer();
  EXPECT_EQ(outcome(sign_note("no newline", *log)), "malformed");
  EXPECT_EQ(outcome(sign_note("", *log)), "malformed");
  EXPECT_EQ(outcome(sign_note("a\rb\n", *log)), "malformed");
  EXPECT_EQ(outcome(sign_note("a\n", *testing::witness_signer())), "invalid");
}

TEST(VerifyNoteTest, IgnoresUnknownSignaturesAndNamesTheKnown) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  const auto b = signer("b", KeyType::kEd25519, 2);
  const Note note{"x\n", {*sign_note("x\n", *a), *sign_note("x\n", *b)}};
  const std::vector<VerifierKey> trusted{b->verifier()};
  EXPECT_EQ(*verify_note(note, trusted), std::vector<std::size_t>{1});
}

TEST(VerifyNoteTest, CountsARepeatedSignatureOnce) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  const Note note{"x\n", {*sign_note("x\n", *a), *sign_note("x\n", *a)}};
  const std::vector<VerifierKey> trusted{a->verifier()};
  EXPECT_EQ(verify_note(note, trusted)->size(), 1U);
}

TEST(VerifyNoteTest, NeedsBothNameAndKeyId) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  Note note{"x\n", {*sign_note("x\n", *a)}};
  const std::vector<VerifierKey> trusted{a->verifier()};
  note.signatures[0].name = "c";
  EXPECT_EQ(outcome(verify_note(note, trusted)), "unknown-key");
  note.signatures[0].name = "a";
  note.signatures[0].key_id ^= 1;
  EXPECT_EQ(outcome(verify_note(note, trusted)), "unknown-key");
}

TEST(VerifyNoteTest, RejectsAKnownSignatureThatFailsEvenBesideAGoodOne) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  Note note{"x\n", {*sign_note("x\n", *a), *sign_note("x\n", *a)}};
  note.signatures[1].blob[0] = static_cast<char>(note.signatures[1].blob[0] ^ 1);
  const std::vector<VerifierKey> trusted{a->verifier()};
  EXPECT_EQ(outcome(verify_note(note, trusted)), "bad-signature");
}

TEST(VerifyNoteTest, TrustsNobodyByDefault) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  EXPECT_EQ(outcome(verify_note({"x\n", {*sign_note("x\n", *a)}}, {})), "unknown-key");
  EXPECT_EQ(outcome(verify_note({"x\n", {}}, {})), "unknown-key");
}

TEST(VerifyNoteTest, FailsForEveryChangedByteOfTheNote) {
  const auto a = signer("a", KeyType::kEd25519, 1);
  const std::vector<VerifierKey> trusted{a->verifier()};
  std::string bytes = signed_text("some text\nwith lines\n", *a);
  for (char& c : bytes) {
    for (int bit = 0; bit < 8; ++bit) {
      c = static_cast<char>(c ^ (1 << bit));
      const auto note = parse_note(bytes);
      EXPECT_FALSE(note && verify_note(*note, trusted)) << printable(bytes);
      c = static_cast<char>(c ^ (1 << bit));
    }
  }
}

}  // namespace
}  // namespace dure
