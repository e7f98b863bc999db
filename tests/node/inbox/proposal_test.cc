// SPDX-License-Identifier: Apache-2.0
#include "inbox/proposal.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace dure::node {
namespace {

Message message() {
  Message out;
  out.number = 3;
  out.mark = "mfrggzdfmztwq2lkmfrggzdfmy";
  return out;
}
Result<EntryDocument> proposal(const std::string& json) {
  return proposal_for(message(), *parse_entry_document(json));
}

TEST(ProposalTest, IsFoundByTheMarkOfItsMessage) {
  const auto made = proposal(R"({"type":"proposal","title":{"ko":"밤"}})");
  ASSERT_TRUE(made) << made.error().detail;
  EXPECT_EQ(made->source, "inbox:mfrggzdfmztwq2lkmfrggzdfmy");
  EXPECT_EQ(made->source, proposal_source(message().mark));
  EXPECT_EQ(made->source, source_in(made->body)) << "also when the log's index is made anew";
}

TEST(ProposalTest, KeepsOtherIdentifiersBehindIt) {
  const auto made =
      proposal(R"({"type":"proposal","identifiers":[{"scheme":"proposal","value":"2026-7"}]})");
  ASSERT_TRUE(made);
  const auto body = nlohmann::json::parse(made->body);
  ASSERT_EQ(body.at("identifiers").size(), 2U);
  EXPECT_EQ(body.at("identifiers").at(1).at("value"), "2026-7");
}

TEST(ProposalTest, IsNewPublicAndAProposal) {
  EXPECT_EQ(proposal(R"({"type":"service"})").error().text, "errors.inbox_not_a_proposal");
  EXPECT_EQ(proposal(R"({"type":"proposal","id":"mfrggzdfmztwq2lkmfrggzdfmy"})").error().text,
            "errors.inbox_not_new");
  EXPECT_EQ(proposal(R"({"type":"proposal","class":"members"})").error().text,
            "errors.inbox_not_new");
}

}  // namespace
}  // namespace dure::node
