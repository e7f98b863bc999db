// SPDX-License-Identifier: Apache-2.0
// Accounts over a store whose every write fails in both ways.
#include "console/accounts.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "support/memory_console.h"

namespace dure::node {
namespace {

constexpr char kGood[] = "두레 하나 둘 셋 넷";

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() : accounts_({&store_, &hasher_, &sessions_, now(), random()}) {}
  std::function<std::int64_t()> now() {
    return [this] { return now_; };
  }
  Sessions::Random random() {
    return [](std::span<std::uint8_t> out) { randombytes_buf(out.data(), out.size()); };
  }
  void add(const std::string& name, const char* roles = "author,approver,operator,auditor") {
    const auto code = accounts_.invite("-", name, *parse_roles(roles));
    ASSERT_TRUE(code);
    ASSERT_TRUE(accounts_.set_up(*code, kGood));
  }
  std::int64_t now_ = 1'780'000'000;
  MemoryConsole store_;
  PasswordHasher hasher_{{crypto_pwhash_OPSLIMIT_MIN, crypto_pwhash_MEMLIMIT_MIN}};
  Sessions sessions_{now(), random()};
  Accounts accounts_;
};

TEST_F(AccountsTest, ALinkWorksOnceAndForAWeek) {
  const auto code = accounts_.invite("-", "kim", *parse_roles("author"));
  ASSERT_TRUE(code);
  EXPECT_EQ(accounts_.invited(*code)->name, "kim");
  EXPECT_FALSE(accounts_.sign_in("kim", "")) << "no password yet";
  EXPECT_EQ(accounts_.set_up(*code, "short").error().text, "errors.console_password_short");
  EXPECT_EQ(accounts_.set_up(*code, "xxxxxxxxxxxxx").error().text, "errors.console_password_weak");
  EXPECT_EQ(accounts_.set_up(*code, "my name is kim").error().text, "errors.console_password_weak");
  EXPECT_EQ(accounts_.set_up(*code, std::string(300, 'a') + 'b').error().text,
            "errors.console_password_long");
  EXPECT_EQ(accounts_.set_up(*code, "\xFF\xFE 12345678901").error().text,
            "errors.console_password_characters");
  ASSERT_TRUE(accounts_.set_up(*code, kGood));
  EXPECT_EQ(accounts_.set_up(*code, kGood).error().text, "errors.console_set_up");
  const auto late = accounts_.invite("-", "lee", *parse_roles("author"));
  now_ += kSetUpDays * 86'400;
  EXPECT_EQ(accounts_.invited(*late).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, SignsInByNameAndPasswordAndSaysNotWhichWasWrong) {
  add("kim");
  const auto token = accounts_.sign_in("kim", kGood);
  ASSERT_TRUE(token);
  EXPECT_EQ(sessions_.find(*token)->account, "kim");
  const Error wrong = accounts_.sign_in("kim", "another password").error();
  const Error unknown = accounts_.sign_in("lee", kGood).error();
  EXPECT_EQ(wrong.code, ErrorCode::kRefused);
  EXPECT_EQ(wrong.text, unknown.text);
  EXPECT_EQ(wrong.code, unknown.code);
}

TEST_F(AccountsTest, LocksANameAfterWrongTriesWhetherItExistsOrNot) {
  add("kim");
  for (const std::string name : {"kim", "nobody"}) {
    for (std::uint64_t i = 0; i < kFreeTries; ++i)
      EXPECT_EQ(accounts_.sign_in(name, "wrong").error().code, ErrorCode::kRefused);
    const Error locked = accounts_.sign_in(name, kGood).error();
    EXPECT_EQ(locked.code, ErrorCode::kUnavailable);
    EXPECT_EQ(locked.args.front().second, "60");
  }
  now_ += 60;
  EXPECT_FALSE(accounts_.sign_in("kim", "wrong"));
  now_ += 119;
  EXPECT_EQ(accounts_.sign_in("kim", kGood).error().code, ErrorCode::kUnavailable)
      << "twice as long";
  now_ += 1;
  EXPECT_TRUE(accounts_.sign_in("kim", kGood));
  EXPECT_EQ(accounts_.sign_in("kim", "wrong").error().code, ErrorCode::kRefused) << "all forgiven";
}

TEST_F(AccountsTest, ANewPasswordEndsEverySession) {
  add("kim");
  const auto token = accounts_.sign_in("kim", kGood);
  EXPECT_EQ(accounts_.change_password("kim", "wrong", "another long one").error().code,
            ErrorCode::kRefused);
  EXPECT_EQ(accounts_.change_password("kim", kGood, "short").error().code, ErrorCode::kInvalid);
  ASSERT_TRUE(accounts_.change_password("kim", kGood, "another long one"));
  EXPECT_FALSE(sessions_.find(*token));
  EXPECT_FALSE(accounts_.sign_in("kim", kGood));
  EXPECT_TRUE(accounts_.sign_in("kim", "another long one"));
}

TEST_F(AccountsTest, ADisabledAccountIsOutAtOnce) {
  add("kim");
  add("lee");
  const auto token = accounts_.sign_in("lee", kGood);
  EXPECT_FALSE(*accounts_.alone());
  ASSERT_TRUE(accounts_.set_disabled("kim", "lee", true));
  EXPECT_FALSE(sessions_.find(*token));
  EXPECT_FALSE(accounts_.sign_in("lee", kGood));
  EXPECT_TRUE(*accounts_.alone());
  EXPECT_EQ(accounts_.invite("kim", "lee", StaffRoles::all()).error().text,
            "errors.console_disabled")
      << "a link that would not work";
  ASSERT_TRUE(accounts_.set_disabled("kim", "lee", false));
  EXPECT_TRUE(accounts_.sign_in("lee", kGood));
}

TEST_F(AccountsTest, SomebodyStaysOperator) {
  add("kim");
  add("lee", "author");
  const auto author = *parse_roles("author");
  EXPECT_EQ(accounts_.set_roles("kim", "kim", author).error().text, "errors.console_last_operator");
  EXPECT_EQ(accounts_.set_disabled("kim", "kim", true).error().text,
            "errors.console_last_operator");
  EXPECT_EQ(accounts_.invite("kim", "kim", StaffRoles::all()).error().text,
            "errors.console_last_operator")
      << "a new link takes the password away";
  EXPECT_TRUE(accounts_.invite("-", "kim", StaffRoles::all())) << "who has the machine may";
  add("kim");
  ASSERT_TRUE(accounts_.set_roles("kim", "lee", *parse_roles("operator")));
  EXPECT_TRUE(accounts_.set_roles("lee", "kim", author));
}

TEST_F(AccountsTest, EveryWriteThatFailsCanBeAskedForAgain) {
  for (const auto failure : {Failure::kBeforeWrite, Failure::kAfterWrite}) {
    const std::string name = failure == Failure::kBeforeWrite ? "kim" : "lee";
    store_.fail.arm(failure);
    EXPECT_EQ(accounts_.invite("-", name, StaffRoles::all()).error().code, ErrorCode::kStorage);
    auto code = accounts_.invite("-", name, StaffRoles::all());
    ASSERT_TRUE(code);
    store_.fail.arm(failure);
    EXPECT_EQ(accounts_.set_up(*code, kGood).error().code, ErrorCode::kStorage);
    // Either the link still works, or the password does.
    EXPECT_NE(accounts_.set_up(*code, kGood).has_value(), failure == Failure::kAfterWrite);
    store_.fail.arm(failure);
    EXPECT_EQ(accounts_.sign_in(name, kGood).error().code, ErrorCode::kStorage);
    EXPECT_TRUE(accounts_.sign_in(name, kGood));
  }
}

TEST_F(AccountsTest, EveryActIsInTheBook) {
  add("kim");
  ASSERT_TRUE(accounts_.sign_in("kim", kGood));
  std::vector<std::string> acts;
  const auto lines = store_.acts(1, 100);
  for (const AuditLine& line : *lines) acts.push_back(line.act.act);
  EXPECT_EQ(acts, (std::vector<std::string>{"account.invite", "account.set-up", "sign-in"}));
  EXPECT_TRUE(check_audit({}, 1, *lines));
}

TEST(AccountTest, NamesAndRolesAreStrict) {
  for (const char* good : {"ab", "kim.minji", "a-b_c", "k2"}) EXPECT_TRUE(is_account_name(good));
  for (const char* bad : {"", "a", "-ab", "Kim", "김민지", "a b", "a\n", ".ab"})
    EXPECT_FALSE(is_account_name(bad)) << bad;
  EXPECT_FALSE(is_account_name(std::string(33, 'a')));
  for (const char* text : {"author", "author,approver,operator,auditor", "operator"})
    EXPECT_EQ(format_roles(*parse_roles(text)), text);
  for (const char* bad : {"", "author,", "author,author", "admin", "Author", ",author"})
    EXPECT_FALSE(parse_roles(bad)) << bad;
}

}  // namespace
}  // namespace dure::node
