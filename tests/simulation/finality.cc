// SPDX-License-Identifier: Apache-2.0
#include "simulation/finality.h"

#include <algorithm>

#include "dure/quorum.h"

namespace dure::simulation {
namespace {

constexpr std::string_view kAddCheckpoint = "/witness/add-checkpoint";

std::optional<SignedCheckpoint> public_head(SimulatedNode& node) {
  const auto note = node.logs().published_head();
  if (!note || !*note) return std::nullopt;
  auto parsed = parse_note(**note);
  if (!parsed) return std::nullopt;
  auto checkpoint = parse_checkpoint(parsed->text);
  if (!checkpoint) return std::nullopt;
  return SignedCheckpoint{*std::move(checkpoint), *std::move(parsed)};
}

http::Request post(std::string body) {
  http::Request request;
  request.method = "POST";
  request.path = kAddCheckpoint;
  request.body = std::move(body);
  return request;
}

/// Whether the mirror at `url` says that it holds everything up to this very head.
bool holds(const OpenSource& open, const std::string& url, const Identity& who,
           const Checkpoint& head) {
  auto source = open(url);
  if (!source) return false;
  const auto answer =
      (*source)->fetch({.path = mirror_location(url, who.origin).prefix + "/checkpoint",
                        .max_bytes = kMaxCheckpointBytes});
  const std::vector<VerifierKey> keys = {who.log->verifier()};
  const auto held = answer ? open_checkpoint(answer->body, who.origin, keys)
                           : Result<SignedCheckpoint>(answer.error());
  return held && held->checkpoint.size == head.size && held->checkpoint.root == head.root;
}

}  // namespace

bool Finality::ask_witness(SimulatedNode& node, Network& network, const std::string& url,
                           const VerifierKey& key, const SignedCheckpoint& head) {
  std::uint64_t& known = sizes_[url];
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (known > head.checkpoint.size) return false;
    const auto proof =
        prove_consistency(known, head.checkpoint.size, [&](unsigned level, std::uint64_t index) {
          return node.logs().node(LogsFile::kOwn, level, index);
        });
    if (!proof) return false;
    const auto answer =
        network.request(node.on().place, url,
                        post(format_add_checkpoint({known, *proof, head.checkpoint, head.note})));
    if (!answer || !answer->body) return false;
    if (answer->status == 409) {
      const auto size = parse_decimal(answer->body->substr(0, answer->body->size() - 1));
      if (!size) return false;
      known = *size;
      continue;
    }
    if (answer->status != 200) return false;
    // The answer is one line of a note.
    const auto note = parse_note(head.note.text + "\n" + *answer->body);
    if (!note || note->signatures.empty()) return false;
    if (!verify_cosignature(head.note.text, note->signatures[0], key)) return false;
    known = head.checkpoint.size;
    return true;
  }
  return false;
}

std::optional<FinalHead> Finality::ask(SimulatedNode& node, const Charter& charter,
                                       Network& network) {
  const auto head = public_head(node);
  if (!head || head->checkpoint.size == 0) return std::nullopt;
  const std::string& origin = head->checkpoint.origin;
  const auto seats = assign_witnesses(charter, origin);
  std::set<std::string> voices;
  for (const WitnessSeat& seat : seats) {
    if (ask_witness(node, network, seat.url, seat.key, *head)) voices.insert(seat.operator_group);
  }
  const Quorum quorum = quorum_of(seats);
  if (quorum.needed == 0 || voices.size() < quorum.needed) return std::nullopt;
  FinalHead made{origin, {head->checkpoint.size, head->checkpoint.root}, {}, {}};
  made.voices.assign(voices.begin(), voices.end());
  const auto open = network.opener(node.on().place);
  for (std::size_t i = 0; i < node.on().members; ++i) {
    const Identity& mirror = identities()[i];
    const auto place = network.find(node.on().place, mirror.url);
    if (&mirror == node.on().who || !place) continue;
    if (holds(open, mirror.url, *node.on().who, head->checkpoint)) made.holders.push_back(*place);
  }
  return made.holders.empty() ? std::nullopt : std::optional(made);
}

}  // namespace dure::simulation
