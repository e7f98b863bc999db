// SPDX-License-Identifier: Apache-2.0
// From a message to the proposal that a person at the town wrote. Pure.
#pragma once

#include <string>
#include <string_view>

#include "dure/result.h"
#include "inbox/message.h"
#include "publishing/entry_document.h"

namespace dure::node {

/// The source under which the proposal for this message is found in the own log: it makes sure that
/// it is published once, whatever crashes between publishing and writing that down.
std::string proposal_source(std::string_view mark);

/// The body with which a proposal for `message` begins, on the day `today`: its source and the day
/// when it was `received`, and nothing that was told.
std::string proposal_draft(const Message& message, const std::string& today,
                           const std::string& received);

/// `document` with the message's mark as its first identifier. Errors: kInvalid (not a public, new
/// `proposal`), kTooLarge.
Result<EntryDocument> proposal_for(const Message& message, const EntryDocument& document);

}  // namespace dure::node
