// SPDX-License-Identifier: Apache-2.0
// A town takes other keys for the log that it has, by charter: two of three stewards sign.
#include <sys/stat.h>

#include "integration/charter_towns.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using node::http::testing::Client;
using ::testing::Not;

constexpr const char* kOrigin = "t0.example/dure/1";

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++found;
  return found;
}

class KeyRotationTest : public CharterProcessTest {
 protected:
  void SetUp() override {
    for (int i = 0; i < 3; ++i) stewards_.push_back("");
    ASSERT_NO_FATAL_FAILURE(CharterProcessTest::SetUp());
    if (IsSkipped()) return;
    for (std::size_t i = 0; i < 3; ++i) stewards_[i] = steward_of(i);
    ASSERT_NO_FATAL_FAILURE(become_federation());
    ASSERT_NO_FATAL_FAILURE(share_stewardship());
  }
  /// Before it joins, each town is the steward of its own charter.
  std::string steward_of(std::size_t i) const {
    const auto charter =
        parse_signed_charter(run_dure({"charter", "show", "--data", data_[i]}).out);
    return charter ? charter->charter.stewards.at(0).format() : "";
  }
  void share_stewardship() {
    const auto current =
        parse_signed_charter(run_dure({"charter", "show", "--data", data_[0]}).out);
    ASSERT_TRUE(current);
    Charter next = current->charter;
    ++next.version;
    next.previous = charter_hash(current->note.text);
    next.threshold = 2;
    for (std::size_t i = 1; i < 3; ++i) next.stewards.push_back(*VerifierKey::parse(stewards_[i]));
    const auto file = folder_.file("stewards", format_charter(next));
    ASSERT_EQ(run_dure({"charter", "propose", file, "--data", data_[0], "--yes"}).code, 0);
    ASSERT_NO_FATAL_FAILURE(sign_draft({1}));
  }
  std::string draft_at(std::size_t i) const {
    const auto drafts = report(i)["drafts"];
    return drafts.is_array() && !drafts.empty() ? drafts[0].value("hash", "") : "";
  }
  bool all_are_past(std::uint64_t version) {
    return comes_true([&] {
      for (std::size_t i = 0; i < data_.size(); ++i) {
        if (stopped_.contains(i)) continue;
        const auto now = report(i);
        if (!now.contains("version") || now["version"].get<std::uint64_t>() <= version)
          return false;
      }
      return true;
    });
  }
  /// Some stewards sign the one draft that waits; all take the version in.
  void sign_draft(const std::vector<std::size_t>& who) {
    const auto before = report(who.front())["version"].get<std::uint64_t>();
    for (const std::size_t i : who) {
      ASSERT_TRUE(comes_true([&] { return !draft_at(i).empty(); })) << i;
      const auto done =
          run_dure({"charter", "sign", draft_at(i).substr(0, 12), "--data", data_[i], "--yes"});
      ASSERT_EQ(done.code, 0) << done.err;
    }
    ASSERT_TRUE(all_are_past(before)) << report(0).dump(1) << report(1).dump(1);
  }
  /// Two stewards adopt a version in which nothing but the dates is new.
  void renew_charter() {
    const auto file = folder_.path("renewed");
    ASSERT_EQ(
        run_dure({"charter", "new", "--days", "400", "--data", data_[1], "--output", file}).code,
        0);
    const auto hash = hex_encode(as_view(charter_hash(read_file(file))));
    const auto before = report(1)["version"].get<std::uint64_t>();
    ASSERT_EQ(run_dure({"charter", "propose", file, "--data", data_[1], "--yes"}).code, 0);
    ASSERT_TRUE(comes_true([&] {
      return run_dure({"charter", "sign", hash, "--data", data_[2], "--yes"}).code == 0;
    }));
    ASSERT_TRUE(all_are_past(before));
  }
  std::string phase(std::size_t i) const {
    const auto now = status(i);
    return now.is_object() && now.contains("keys") ? now["keys"].value("phase", "") : "";
  }
  bool settles_as(const std::string& wanted) {
    return comes_true([&] { return phase(0) == wanted; });
  }
  Outcome rotate(std::vector<std::string> further = {}) const {
    std::vector<std::string> words = {"key", "rotate", "--data", data_[0], "--json"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words);
  }
  std::string new_seed() const { return data_[0] + "/seed.key.new"; }
  std::string seed() const { return data_[0] + "/seed.key"; }
  std::string checkpoint() const {
    return Client::to(nodes_[0]->url()).get("/log/checkpoint").body;
  }
  std::string policy(const std::string& name) const {
    return folder_.file(name, run_dure({"charter", "policy", kOrigin, "--data", data_[1]}).out);
  }
  static std::string id_of(const Outcome& published) {
    return json::parse(published.out)["published"][0]["id"].get<std::string>();
  }
  std::string publish_at_0(const std::string& title) const {
    const auto done = run_dure({"publish", "--data", data_[0], "--json", "-"}, service(title));
    EXPECT_EQ(done.code, 0) << done.err;
    return done.code == 0 ? id_of(done) : "";
  }
  /// Whether a proof of the entry, with cosignatures, is accepted under that policy.
  bool verifies(const std::string& id, const std::string& policy_file) const {
    const auto proof = folder_.path("proof"), body = folder_.path("body");
    return run_dure({"proof", "--data", data_[0], id, "--output", proof, "--body", body}).code ==
               0 &&
           run_dure({"verify", proof, body, "--policy", policy_file}).code == 0;
  }
  int post(std::size_t to, const std::string& note) const {
    auto client = Client::to(nodes_[to]->url());
    client.send("POST /federation/join HTTP/1.1\r\nHost: t\r\nContent-Length: " +
                std::to_string(note.size()) + "\r\n\r\n" + note);
    return client.read().status;
  }
  std::vector<std::string> stewards_;
};

TEST_F(KeyRotationTest, FromOneKeyToTheOther) {
  const auto old_policy = policy("old-policy");
  const auto before = status(0);
  const auto first = publish_at_0("하나");
  EXPECT_NE(rotate({"--finish"}).code, 0) << "nothing has begun";
  const auto begun = rotate();
  ASSERT_EQ(begun.code, 0) << begun.err;
  const auto asked = json::parse(begun.out);
  EXPECT_EQ(asked["phase"], "asked");
  EXPECT_GT(asked["told"], 0);
  struct stat info {};
  ASSERT_EQ(stat(new_seed().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const auto coming = read_file(new_seed());
  EXPECT_EQ(json::parse(rotate().out)["draft"], asked["draft"]) << "once more is the same wish";
  EXPECT_EQ(read_file(new_seed()), coming);
  EXPECT_NE(rotate({"--finish"}).code, 0) << "nobody has signed";
  EXPECT_NE(rotate({"--lost"}).code, 0) << "the key is there";
  EXPECT_THAT(run_dure({"status", "--data", data_[0]}).out, HasSubstr("new ones are asked for"));
  ASSERT_TRUE(comes_true([&] { return draft_at(1) == asked["draft"]; }));
  const auto told = run_dure({"charter", "status", "--data", data_[1]}).out;
  EXPECT_THAT(told, HasSubstr("asked for with the present key"));
  EXPECT_THAT(told, HasSubstr(kOrigin));
  ASSERT_NO_FATAL_FAILURE(renew_charter());
  ASSERT_TRUE(comes_true([&] { return !draft_at(1).empty() && draft_at(1) != asked["draft"]; }))
      << "another version came first: the wish is made anew";
  const auto wish = run_dure({"charter", "show", draft_at(1), "--data", data_[1]}).out;
  const auto url = nodes_[0]->url();
  ASSERT_NO_FATAL_FAILURE(sign_draft({1, 2}));
  ASSERT_TRUE(settles_as("both")) << status(0)["keys"].dump();
  EXPECT_EQ(Client::to(url).get("/healthz").status, 200) << "at the same address";
  EXPECT_NE(status(0)["log_vkey"], before["log_vkey"]);
  EXPECT_EQ(rotate().code == 0, false) << "the next step is another";
  EXPECT_THAT(run_dure({"key", "show", "--data", data_[0]}).out, HasSubstr("seed.key.new"));

  // Both keys sign, and everybody follows, whichever of them they know.
  const auto second = publish_at_0("둘둘");
  EXPECT_EQ(count(checkpoint(), "\xE2\x80\x94 " + std::string(kOrigin) + " "), 2U) << checkpoint();
  const auto middle_policy = policy("middle-policy");
  ASSERT_TRUE(comes_true([&] { return verifies(second, old_policy); })) << status(0)["finality"];
  EXPECT_TRUE(verifies(second, middle_policy));
  EXPECT_TRUE(verifies(first, old_policy));
  EXPECT_TRUE(comes_true([&] { return found(1, "둘둘") && found(2, "둘둘"); }));

  const auto finish = rotate({"--finish"});
  ASSERT_EQ(finish.code, 0) << finish.err;
  EXPECT_THAT(run_dure({"status", "--data", data_[0]}).out, HasSubstr("old one is to leave"));
  ASSERT_NO_FATAL_FAILURE(sign_draft({1, 2}));
  ASSERT_TRUE(settles_as("settled")) << status(0)["keys"].dump();
  EXPECT_EQ(read_file(seed()), coming);
  EXPECT_FALSE(fs::exists(new_seed()));
  EXPECT_FALSE(fs::exists(data_[0] + "/seed.key.finish"));
  const auto third = publish_at_0("셋셋");
  EXPECT_EQ(count(checkpoint(), "\xE2\x80\x94 " + std::string(kOrigin) + " "), 1U);
  const auto new_policy = policy("new-policy");
  ASSERT_TRUE(comes_true([&] { return verifies(third, new_policy); })) << status(0)["finality"];
  EXPECT_FALSE(verifies(third, old_policy)) << "the old key has not signed this";
  EXPECT_TRUE(verifies(first, new_policy)) << "an old entry under a new head";
  EXPECT_TRUE(comes_true([&] { return found(1, "셋셋") && found(2, "셋셋"); }));

  // As a witness it goes on under its new key.
  publish(data_[1], "넷넷");
  EXPECT_TRUE(comes_true([&] {
    const auto finality = status(1)["finality"];
    return finality["behind"] == 0 && finality["witnesses"][0].value("size", 0) > 0;
  })) << status(1)["finality"];
  for (const auto& data : data_)
    EXPECT_EQ(run_dure({"fsck", "--data", data}).code, 0) << run_dure({"fsck", "--data", data}).out;

  // What was wished once is no wish any more.
  EXPECT_EQ(post(1, wish), 409);
  EXPECT_TRUE(report(1)["drafts"].empty());
  stop(0);
  start_again(0);
  EXPECT_EQ(phase(0), "settled");
  publish_at_0("다섯");
}

TEST_F(KeyRotationTest, ALostKeyIsReplacedInTheSameLog) {
  const auto id = publish_at_0("하나");
  ASSERT_TRUE(comes_true([&] { return found(1, "하나"); }));
  stop(0);
  fs::remove(seed());
  EXPECT_THAT(run_dure({"status", "--data", data_[0]}).err, HasSubstr("key rotate --lost"));
  const auto asked = rotate({"--lost", "--suite", "p256"});
  ASSERT_EQ(asked.code, 0) << asked.err;
  EXPECT_EQ(json::parse(asked.out)["phase"], "waiting");
  start_again(0);
  ASSERT_TRUE(comes_true([&] { return !draft_at(1).empty(); }));
  EXPECT_THAT(run_dure({"charter", "status", "--data", data_[1]}).out,
              HasSubstr("NOT signed with the present key"));
  const auto refused = run_dure({"publish", "--data", data_[0], "-"}, service("둘"));
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("not in the charter yet"));
  EXPECT_EQ(run_dure({"search", "--data", data_[0], "하나", "--json"}).code, 0) << "it is read";
  ASSERT_NO_FATAL_FAILURE(sign_draft({1, 2}));
  ASSERT_TRUE(settles_as("settled")) << status(0)["keys"].dump();
  EXPECT_TRUE(fs::exists(seed()));
  EXPECT_EQ(status(0)["origin"], kOrigin);
  auto revised = json::parse(service("하나 고침"));
  revised["id"] = id;
  const auto done = run_dure({"publish", "--data", data_[0], "--json", "-"}, revised.dump());
  ASSERT_EQ(done.code, 0) << done.err;
  EXPECT_EQ(json::parse(done.out)["published"][0]["rev"], 2) << "records go on";
  EXPECT_TRUE(comes_true([&] { return found(1, "고침") && found(2, "고침"); }));
  EXPECT_EQ(run_dure({"fsck", "--data", data_[0]}).code, 0);
  EXPECT_EQ(run_dure({"fsck", "--data", data_[1]}).code, 0);
}

// A copy that was made before signs with the old key alone: as long as that counts, it is a twin.
TEST_F(KeyRotationTest, ATwinWithTheOldKeyIsSeenWhileItCounts) {
  publish_at_0("하나");
  stop(0);
  const auto twin = folder_.path("twin");
  fs::copy(data_[0], twin, fs::copy_options::recursive);
  start_again(0);
  ASSERT_EQ(rotate().code, 0);
  ASSERT_NO_FATAL_FAILURE(sign_draft({1, 2}));
  ASSERT_TRUE(settles_as("both"));
  publish_at_0("둘");
  ASSERT_TRUE(comes_true([&] { return found(1, "둘"); }));
  const ServeProcess other(twin, {"--listen", "127.0.0.1:0", "--pull-interval", "1"});
  ASSERT_TRUE(comes_true([&] { return status_of(twin)["state"] == "ok"; }));
  publish(twin, "셋");
  // The witnesses take the twin's head for a later one of this log, and answer the next question
  // with that.
  ASSERT_TRUE(comes_true([&] {
    (void)run_dure({"publish", "--data", data_[0], "-"}, service("넷"));
    return status(0)["state"] == "quarantined";
  })) << status(0)["finality"];
  EXPECT_THAT(status(0)["quarantine"]["text"].get<std::string>(), HasSubstr("recovery.twin"));
}

TEST_F(KeyRotationTest, NobodyElseWishesForATown) {
  const auto current = parse_signed_charter(run_dure({"charter", "show", "--data", data_[0]}).out);
  ASSERT_TRUE(current);
  Charter next = current->charter;
  ++next.version;
  next.previous = charter_hash(current->note.text);
  Secret<32> seed;
  std::fill_n(seed.data(), 32, std::uint8_t{7});
  const auto thief = *make_signer(kOrigin, KeyType::kEd25519, seed);
  next.members[0].logs.push_back({1, thief->verifier()});
  SignedCharter draft{next, {format_charter(next), {}}};
  draft.note.signatures.push_back(*sign_note(draft.note.text, *thief));
  EXPECT_EQ(post(1, format_signed_charter(draft)), 403) << "without the present key";
  EXPECT_EQ(post(1, draft.note.text), 403);
  EXPECT_EQ(post(1, "federation-charter/v1\n"), 400);
  next.members[0].logs = {{1, thief->verifier()}};
  draft = {next, {format_charter(next), {}}};
  draft.note.signatures.push_back(*sign_note(draft.note.text, *thief));
  EXPECT_EQ(post(1, format_signed_charter(draft)), 200);
  EXPECT_THAT(run_dure({"charter", "status", "--data", data_[1]}).out,
              HasSubstr("NOT signed with the present key"));
  EXPECT_EQ(phase(0), "settled");
  publish_at_0("그대로");
}

}  // namespace
}  // namespace dure::test
