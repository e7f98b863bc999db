// SPDX-License-Identifier: Apache-2.0
// Where a node's keys are: in files with a passphrase, and the log's in a PKCS#11 token (SoftHSM).
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "dure/key.h"
#include "integration/dure_process.h"
#include "integration/one_service.h"
#include "node/http/client.h"

namespace dure::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using node::http::testing::Client;
using ::testing::HasSubstr;
using ::testing::Not;

class KeysTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (program_path().empty()) GTEST_SKIP() << "the program was not built: DURE_PROGRAM is empty";
  }
  std::string secret(const std::string& name, const std::string& text) const {
    const auto path = folder_.file(name, text + "\n");
    chmod(path.c_str(), 0600);
    return path;
  }
  Outcome init(const std::string& town, std::vector<std::string> further = {}) const {
    std::vector<std::string> words = {
        "init",   "--data", folder_.path(town), "--yes", "--origin", town + ".go.kr/dure/1",
        "--name", town,     "--region",         "41110"};
    words.insert(words.end(), further.begin(), further.end());
    return run_dure(words, {}, environment_);
  }
  Outcome at(const std::string& town, std::vector<std::string> words,
             const std::string& input = {}) const {
    words.insert(words.end(), {"--data", folder_.path(town)});
    return run_dure(words, input, environment_);
  }
  Outcome publish(const std::string& town, const std::string& title) const {
    return at(town, {"publish", "-", "--json"}, one_service(title));
  }
  json status(const std::string& town) const {
    return json::parse(at(town, {"status", "--json"}).out, nullptr, false);
  }

  TempFolder folder_;
  std::vector<std::string> environment_;
};

class PassphraseTest : public KeysTest {
 protected:
  void SetUp() override {
    KeysTest::SetUp();
    words_ = secret("words", "correct horse");
    other_ = secret("other", "battery staple");
  }
  std::string words_, other_;
};

TEST_F(PassphraseTest, SealsBothKeysFromTheStart) {
  ASSERT_EQ(init("suwon", {"--suite", "p256", "--passphrase", "--passphrase-file", words_}).code,
            0);
  for (const char* file : {"/seed.key", "/charter.key"})
    EXPECT_THAT(read_file(folder_.path("suwon") + file), HasSubstr("argon2id 4 65536")) << file;
  const auto shown = json::parse(at("suwon", {"key", "show", "--json"}).out);
  ASSERT_EQ(shown["files"].size(), 2U);
  for (const auto& file : shown["files"]) {
    EXPECT_EQ(file["protected"], true);
    EXPECT_EQ(file["suite"], "p256");
  }
  EXPECT_EQ(publish("suwon", "하나").code, 0) << "the settings name the file";
  const ServeProcess running(folder_.path("suwon"));
  EXPECT_FALSE(running.url().empty());
  EXPECT_EQ(publish("suwon", "둘").code, 0);
}

TEST_F(PassphraseTest, WithoutOrWithAWrongOneNothingIsOpened) {
  ASSERT_EQ(init("suwon", {"--passphrase", "--passphrase-file", words_}).code, 0);
  fs::remove(words_);
  const auto missing = publish("suwon", "하나");
  EXPECT_NE(missing.code, 0);
  EXPECT_THAT(missing.err, HasSubstr("cannot be read"));
  environment_ = {"DURE_PASSPHRASE_FILE=" + other_};
  const auto wrong = publish("suwon", "하나");
  EXPECT_NE(wrong.code, 0);
  EXPECT_THAT(wrong.err, HasSubstr("does not open"));
  EXPECT_THAT(at("suwon", {"publish", "-", "--lang", "ko"}, one_service("하나")).err,
              HasSubstr("암호문구로"));
  environment_ = {"DURE_PASSPHRASE_FILE="};
  const auto none = at("suwon", {"serve", "--listen", "127.0.0.1:0"});
  EXPECT_NE(none.code, 0);
  EXPECT_THAT(none.err, HasSubstr("--passphrase-file"));
  EXPECT_THAT(none.err, HasSubstr("systemd"));
  EXPECT_THAT(none.out, Not(HasSubstr("listening")));
  // As systemd hands it over.
  secret("dure-passphrase", "correct horse");
  environment_ = {"DURE_PASSPHRASE_FILE=", "CREDENTIALS_DIRECTORY=" + folder_.path("")};
  EXPECT_EQ(publish("suwon", "하나").code, 0);
}

TEST_F(PassphraseTest, IsSetChangedAndTakenAwayLater) {
  ASSERT_EQ(init("suwon").code, 0);
  const auto seed = folder_.path("suwon") + "/seed.key";
  const auto before = read_file(seed);
  const auto vkey = status("suwon")["log_vkey"];
  const auto protected_now = at("suwon", {"key", "protect", "--passphrase-file", words_});
  ASSERT_EQ(protected_now.code, 0) << protected_now.err;
  EXPECT_THAT(read_file(seed), Not(HasSubstr(before.substr(0, 64))));
  EXPECT_NE(publish("suwon", "하나").code, 0) << "nobody gave the passphrase";
  environment_ = {"DURE_PASSPHRASE_FILE=" + words_};
  EXPECT_EQ(publish("suwon", "하나").code, 0);
  EXPECT_EQ(status("suwon")["log_vkey"], vkey);
  EXPECT_EQ(at("suwon", {"key", "protect"}).code, 2) << "by itself?";
  ASSERT_EQ(at("suwon", {"key", "protect", "--new-passphrase-file", other_}).code, 0);
  EXPECT_NE(publish("suwon", "둘").code, 0);
  EXPECT_NE(at("suwon", {"key", "unprotect"}).code, 0) << "the old passphrase";
  environment_ = {"DURE_PASSPHRASE_FILE=" + other_};
  EXPECT_EQ(publish("suwon", "둘").code, 0);
  EXPECT_EQ(at("suwon", {"key", "protect", "--new-passphrase-file", secret("short", "abc")}).code,
            1);
  ASSERT_EQ(at("suwon", {"key", "unprotect"}).code, 0);
  EXPECT_EQ(read_file(seed), before);
  environment_.clear();
  EXPECT_EQ(publish("suwon", "셋").code, 0);
}

TEST_F(PassphraseTest, ABackupHoldsTheSealedKeyAndRestoringWantsThePassphrase) {
  ASSERT_EQ(init("suwon", {"--suite", "p256", "--passphrase", "--passphrase-file", words_}).code,
            0);
  ASSERT_EQ(publish("suwon", "하나").code, 0);
  const auto backup = folder_.path("backup");
  ASSERT_EQ(at("suwon", {"backup", backup, "--with-seed"}).code, 0);
  EXPECT_THAT(read_file(backup + "/seed.key"), HasSubstr("argon2id"));
  const auto wrong = at("new", {"restore", backup, "--passphrase-file", other_});
  EXPECT_NE(wrong.code, 0);
  EXPECT_THAT(wrong.err, HasSubstr("does not open"));
  const auto restored = at("new", {"restore", backup, "--passphrase-file", words_});
  EXPECT_EQ(restored.code, 0) << restored.err;
  EXPECT_EQ(read_file(folder_.path("new") + "/seed.key"), read_file(backup + "/seed.key"));
}

// What somebody sees who runs `words` at a terminal and types `lines`.
Outcome run_at_terminal(const std::vector<std::string>& words,
                        const std::vector<std::string>& lines) {
  int terminal = -1;
  const pid_t pid = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (pid == 0) {
    const auto program = program_path();
    std::vector<std::string> all = {program};
    all.insert(all.end(), words.begin(), words.end());
    std::vector<char*> argv;
    for (auto& word : all) argv.push_back(word.data());
    argv.push_back(nullptr);
    std::string language = "LANG=C.UTF-8";
    std::array<char*, 2> environment = {language.data(), nullptr};
    execve(program.c_str(), argv.data(), environment.data());
    _exit(127);
  }
  Outcome outcome;
  std::array<char, 1024> block{};
  std::size_t typed = 0, asked = 0;
  while (true) {
    const auto count = read(terminal, block.data(), block.size());
    if (count <= 0) break;
    outcome.out.append(block.data(), static_cast<std::size_t>(count));
    // Answers one prompt after the other, each when it stands there.
    const auto prompt = outcome.out.find(": ", asked);
    if (typed == lines.size() || prompt == std::string::npos) continue;
    asked = prompt + 2;
    const auto line = lines[typed++] + "\n";
    if (write(terminal, line.data(), line.size()) < 0) break;
  }
  int result = 0;
  waitpid(pid, &result, 0);
  close(terminal);
  outcome.code = WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
  return outcome;
}

TEST_F(PassphraseTest, IsTypedAtATerminalAndNotShown) {
  ASSERT_EQ(init("suwon").code, 0);
  const std::vector<std::string> protect = {"key", "protect", "--data", folder_.path("suwon")};
  const auto unlike = run_at_terminal(protect, {"correct horse", "correct house"});
  EXPECT_EQ(unlike.code, 1) << unlike.out;
  EXPECT_THAT(unlike.out, HasSubstr("differ"));
  const auto sealed = run_at_terminal(protect, {"correct horse", "correct horse"});
  EXPECT_EQ(sealed.code, 0) << sealed.out;
  EXPECT_THAT(sealed.out, HasSubstr("New passphrase of"));
  EXPECT_THAT(sealed.out, Not(HasSubstr("correct horse")));
  const std::vector<std::string> unprotect = {"key", "unprotect", "--data", folder_.path("suwon")};
  EXPECT_EQ(run_at_terminal(unprotect, {"battery staple"}).code, 5);
  EXPECT_EQ(run_at_terminal(unprotect, {"correct horse"}).code, 0);
}

TEST_F(PassphraseTest, NewKeysAreSealedAsTheOldOnesAndNobodyIsAskedAgain) {
  ASSERT_EQ(init("suwon", {"--suite", "p256", "--passphrase", "--passphrase-file", words_}).code,
            0);
  EXPECT_EQ(at("suwon", {"key", "rotate", "--passphrase"}).code, 2) << "it has one anyway";
  const auto waits_for = [&](const char* phase) {
    for (int i = 0; i < 200; ++i) {
      const auto report = status("suwon");
      if (report.is_object() && report["running"] == true && report["keys"]["phase"] == phase)
        return true;
    }
    return false;
  };
  const ServeProcess running(folder_.path("suwon"));
  fs::rename(words_, words_ + ".away");  // what was opened once stays open
  ASSERT_EQ(at("suwon", {"key", "rotate"}).code, 0);
  ASSERT_TRUE(waits_for("both")) << status("suwon");
  EXPECT_THAT(read_file(folder_.path("suwon") + "/seed.key.new"), HasSubstr("argon2id"));
  EXPECT_THAT(read_file(folder_.path("suwon") + "/seed.key.new"), HasSubstr("suite p256"));
  EXPECT_EQ(publish("suwon", "하나").code, 0);
  ASSERT_EQ(at("suwon", {"key", "rotate", "--finish"}).code, 0);
  ASSERT_TRUE(waits_for("settled")) << status("suwon");
  EXPECT_EQ(publish("suwon", "둘").code, 0);
  EXPECT_THAT(read_file(folder_.path("suwon") + "/seed.key"), HasSubstr("argon2id"));
}

class TokenTest : public KeysTest {
 protected:
  static constexpr const char* kModule = "/usr/lib/softhsm/libsofthsm2.so";

  void SetUp() override {
    KeysTest::SetUp();
    for (const char* needed : {kModule, "/usr/bin/softhsm2-util", "/usr/bin/pkcs11-tool"}) {
      if (!fs::exists(needed))
        GTEST_SKIP() << "NO TOKEN TO TEST WITH: " << needed << " is missing (packages-test.txt)";
    }
    fs::create_directory(folder_.path("tokens"));
    const auto settings =
        folder_.file("softhsm2.conf", "directories.tokendir = " + folder_.path("tokens") +
                                          "\nobjectstore.backend = file\nlog.level = ERROR\n");
    environment_ = {"SOFTHSM2_CONF=" + settings};
    const auto made = run_program({"/usr/bin/softhsm2-util", "--init-token", "--free", "--label",
                                   "suwon", "--so-pin", "00000000", "--pin", "1234"},
                                  {}, environment_);
    ASSERT_EQ(made.code, 0) << made.err;
    make_key("log", "01", "EC:prime256v1");
    pin_ = secret("pin", "1234");
  }
  void make_key(const char* label, const char* id, const char* type) const {
    const auto made = run_program(
        {"/usr/bin/pkcs11-tool", "--module", kModule, "--login", "--pin", "1234", "--token-label",
         "suwon", "--keypairgen", "--key-type", type, "--label", label, "--id", id},
        {}, environment_);
    ASSERT_EQ(made.code, 0) << made.err;
  }
  Outcome init_with(const std::string& key, const std::string& module = kModule) const {
    return init("suwon", {"--suite", "p256", "--pkcs11-module", module, "--log-key", key,
                          "--pin-file", pin_});
  }
  std::vector<std::string> under() const {
    std::vector<std::string> words = {"/usr/bin/env"};
    words.insert(words.end(), environment_.begin(), environment_.end());
    return words;
  }
  std::string pin_;
};

constexpr const char* kLogKey = "pkcs11:token=suwon;object=log";

TEST_F(TokenTest, ALogSignedInATokenIsReadAndProvenElsewhere) {
  const auto made = init_with(kLogKey);
  ASSERT_EQ(made.code, 0) << made.err;
  const auto published = publish("suwon", "토큰 안내");
  ASSERT_EQ(published.code, 0) << published.err;
  const auto id = json::parse(published.out)["published"][0]["id"].get<std::string>();
  EXPECT_EQ(VerifierKey::parse(status("suwon")["log_vkey"].get<std::string>())->type(),
            KeyType::kEcdsaP256);
  EXPECT_THAT(at("suwon", {"key", "show"}).out, HasSubstr(kLogKey));
  EXPECT_THAT(read_file(folder_.path("suwon") + "/dure.toml"), Not(HasSubstr("1234")));

  const ServeProcess suwon(folder_.path("suwon"), {}, under());
  ASSERT_FALSE(suwon.url().empty());
  ASSERT_EQ(init("anyang").code, 0);
  ASSERT_EQ(at("anyang", {"peer", "add", suwon.url(), "--yes"}).code, 0);
  ASSERT_EQ(at("anyang", {"pull", "--once"}).code, 0);
  const auto proof = folder_.path("proof"), body = folder_.path("body"),
             policy = folder_.path("policy");
  const auto proven =
      at("anyang", {"proof", id, "--output", proof, "--body", body, "--policy", policy});
  ASSERT_EQ(proven.code, 0) << proven.err;
  EXPECT_EQ(run_dure({"verify", proof, body, "--policy", policy}).code, 0);
}

TEST_F(TokenTest, SaysWhatIsWrongAndSignsNothing) {
  const struct {
    std::string key, module, words;
  } wrongs[] = {
      {"pkcs11:token=anyang;object=log", kModule, "No token fits"},
      {"pkcs11:token=suwon;object=other", kModule, "no such key pair"},
      {"pkcs11:token=suwon", kModule, "neither object nor id"},
      {"token=suwon", kModule, "not a pkcs11: URI"},
      {std::string(kLogKey) + "?pin-value=1234", kModule, "holds a PIN"},
      {kLogKey, "/nonexistent.so", "cannot be used"},
      {kLogKey, "libsofthsm2.so", "absolute path"},
  };
  for (const auto& wrong : wrongs) {
    const auto made = init_with(wrong.key, wrong.module);
    EXPECT_NE(made.code, 0) << wrong.key;
    EXPECT_THAT(made.err, HasSubstr(wrong.words));
    EXPECT_THAT(made.err, Not(HasSubstr("1234")));
    EXPECT_FALSE(fs::exists(folder_.path("suwon"))) << "nothing is in the way of the next try";
  }
  make_key("p384", "02", "EC:secp384r1");
  EXPECT_THAT(init_with("pkcs11:token=suwon;object=p384").err, HasSubstr("P-256"));
  make_key("log", "03", "EC:prime256v1");
  EXPECT_THAT(init_with(kLogKey).err, HasSubstr("more than one key"));
  EXPECT_EQ(init_with(std::string(kLogKey) + ";id=%03").code, 0) << "the id tells them apart";
}

TEST_F(TokenTest, IsNotRotatedByThisCommand) {
  ASSERT_EQ(init_with(kLogKey).code, 0);
  const auto refused = at("suwon", {"key", "rotate"});
  EXPECT_NE(refused.code, 0);
  EXPECT_THAT(refused.err, HasSubstr("is in a token"));
  fs::rename(folder_.path("suwon") + "/seed.key", folder_.path("seed"));
  EXPECT_THAT(at("suwon", {"key", "rotate", "--lost"}).err, HasSubstr("is in a token"));
  EXPECT_FALSE(fs::exists(folder_.path("suwon") + "/seed.key.new"));
}

TEST_F(TokenTest, AWrongPinOpensNothing) {
  ASSERT_EQ(init_with(kLogKey).code, 0);
  ASSERT_EQ(publish("suwon", "하나").code, 0);
  const auto size = status("suwon")["size"];
  secret("pin", "4321");
  const auto wrong = publish("suwon", "둘");
  EXPECT_EQ(wrong.code, 5) << wrong.err;
  EXPECT_THAT(wrong.err, HasSubstr("refuses the PIN"));
  EXPECT_THAT(wrong.err, Not(HasSubstr("4321")));
  EXPECT_THAT(at("suwon", {"publish", "-", "--lang", "ko"}, one_service("둘")).err,
              HasSubstr("PIN을 거부했습니다"));
  environment_.push_back("DURE_PIN_FILE=");
  EXPECT_THAT(publish("suwon", "둘").err, HasSubstr("wants a PIN"));
  environment_.pop_back();
  secret("pin", "1234");
  EXPECT_EQ(status("suwon")["size"], size);
  EXPECT_EQ(publish("suwon", "둘").code, 0);
}

TEST_F(TokenTest, ATokenThatGoesAndComesBackLosesNothing) {
  ASSERT_EQ(init_with(kLogKey).code, 0);
  const ServeProcess suwon(folder_.path("suwon"), {}, under());
  ASSERT_FALSE(suwon.url().empty());
  ASSERT_EQ(publish("suwon", "하나").code, 0);
  const auto head = Client::to(suwon.url()).get("/log/checkpoint").body;
  const auto tokens = folder_.path("tokens"), pocket = folder_.path("pocket");
  fs::rename(tokens, pocket);
  fs::create_directory(tokens);
  const auto gone = publish("suwon", "둘");
  EXPECT_NE(gone.code, 0) << gone.out;
  EXPECT_THAT(gone.out + gone.err, HasSubstr("does not answer"));
  EXPECT_EQ(Client::to(suwon.url()).get("/log/checkpoint").body, head) << "nothing was signed";
  EXPECT_EQ(Client::to(suwon.url()).get("/healthz").status, 200) << "reading goes on";
  fs::remove(tokens);
  fs::rename(pocket, tokens);
  const auto back = publish("suwon", "셋");
  EXPECT_EQ(back.code, 0) << back.out << back.err;
  for (const char* title : {"하나", "둘", "셋"})
    EXPECT_THAT(at("suwon", {"search", title, "--json"}).out, HasSubstr(title)) << title;
  EXPECT_EQ(at("suwon", {"fsck"}).code, 0);
}

}  // namespace
}  // namespace dure::test
