// SPDX-License-Identifier: Apache-2.0
// Fork proofs: their form, and what they establish. Spec: PROTOCOL.md §18.
#include "dure/fork_proof.h"

#include <algorithm>

#include "lines.h"

namespace dure {
namespace {

constexpr std::string_view kHeader = "dure.kr/fork-proof@v1";
constexpr std::string_view kNodePrefix = "node ";
constexpr unsigned kMaxLevel = 62;  // sizes are < 2^63

Error malformed(const std::string& detail) {
  return Error{ErrorCode::kMalformed, "fork proof: " + detail};
}

Error bad_proof(const std::string& detail) {
  return Error{ErrorCode::kBadProof, "fork proof: " + detail};
}

/// `<level> <index>`.
Result<ForkNode> parse_place(std::string_view line) {
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return malformed("bad node line");
  const auto level = parse_decimal(line.substr(0, space));
  const auto index = parse_decimal(line.substr(space + 1));
  if (!level || !index || *level > kMaxLevel) return malformed("bad node line");
  ForkNode node;
  node.level = static_cast<unsigned>(*level);
  node.index = *index;
  return node;
}

Status take_side(std::string_view& in, Hash& hash, std::vector<Hash>& path) {
  if (auto taken = take_hashes(in, kMaxForkHashes, path); !taken)
    return malformed(taken.error().detail);
  if (path.empty()) return malformed("a node without its hash");
  hash = path.front();
  path.erase(path.begin());
  return ok();
}

/// The node line and both sides, or the empty line in their place.
Status take_node(std::string_view& in, std::optional<ForkNode>& out) {
  std::string_view line;
  if (!take_line(in, line)) return malformed("nothing behind the first line");
  if (line.empty()) return ok();
  if (!take_prefix(line, kNodePrefix)) return malformed("bad node line");
  auto node = parse_place(line);
  if (!node) return std::move(node).error();
  for (std::size_t side = 0; side < 2; ++side) {
    if (auto taken = take_side(in, node->hashes[side], node->paths[side]); !taken) return taken;
  }
  out = *std::move(node);
  return ok();
}

Result<SignedCheckpoint> read_head(std::string_view bytes) {
  auto note = parse_note(bytes);
  if (!note) return malformed(note.error().detail);
  if (note->signatures.size() != 1) return malformed("a head has one signature line");
  auto checkpoint = parse_checkpoint(note->text);
  if (!checkpoint) return malformed(checkpoint.error().detail);
  return SignedCheckpoint{*std::move(checkpoint), *std::move(note)};
}

/// The first note of `in`: up to the empty line after its signature line.
std::string_view take_note(std::string_view& in) {
  const std::size_t text_end = in.find("\n\n");
  if (text_end == std::string_view::npos) return {};
  const std::size_t end = in.find("\n\n", text_end + 2);
  if (end == std::string_view::npos) return {};
  const auto note = in.substr(0, end + 1);
  in.remove_prefix(end + 2);
  return note;
}

bool comes_before(const Checkpoint& a, const Checkpoint& b) {
  return a.size != b.size ? a.size < b.size : a.root < b.root;
}

Status check_heads(const ForkProof& proof) {
  const Checkpoint &smaller = proof.heads[0].checkpoint, &larger = proof.heads[1].checkpoint;
  if (smaller.origin != larger.origin) return malformed("heads of different logs");
  if (!comes_before(smaller, larger)) return malformed("the heads are not in order");
  if (smaller.size != larger.size && !proof.node)
    return malformed("heads of different sizes need a node");
  return ok();
}

/// Those hashes of an inclusion path that stand to the left of it, i.e. all that comes before.
std::vector<Hash> left_siblings(const std::vector<Hash>& path, std::uint64_t index,
                                std::uint64_t size) {
  std::vector<Hash> left;
  std::uint64_t at = index, last = size - 1;
  for (const Hash& hash : path) {
    if (last == 0) break;
    if (at % 2 == 1 || at == last) {
      left.push_back(hash);
      while (at % 2 == 0 && at != 0) {
        at >>= 1;
        last >>= 1;
      }
    }
    at >>= 1;
    last >>= 1;
  }
  return left;
}

/// Whether `node` is complete in a tree of `size` leaves.
bool is_complete(const ForkNode& node, std::uint64_t size) {
  return node.level <= kMaxLevel && node.index < size >> node.level;
}

/// The number of subtrees of 2^level leaves, the last maybe incomplete. They are the leaves of a
/// tree with the same root, so that an inclusion proof of one of them is a path to that root.
std::uint64_t count_subtrees(std::uint64_t size, unsigned level) {
  return ((size - 1) >> level) + 1;
}

Status verify_node(const ForkNode& node, const std::array<SignedCheckpoint, 2>& heads) {
  if (node.hashes[0] == node.hashes[1]) return bad_proof("the node does not differ");
  std::array<std::vector<Hash>, 2> before;
  for (std::size_t side = 0; side < 2; ++side) {
    const Checkpoint& head = heads[side].checkpoint;
    if (!is_complete(node, head.size)) return bad_proof("the node is not complete in both trees");
    const std::uint64_t count = count_subtrees(head.size, node.level);
    auto leads =
        verify_inclusion(node.index, count, node.hashes[side], node.paths[side], head.root);
    if (!leads) return bad_proof("a path does not lead to its root");
    before[side] = left_siblings(node.paths[side], node.index, count);
  }
  // Else some earlier node differs, and what the proof says about the place would be wrong.
  if (before[0] != before[1]) return bad_proof("the histories part before the node");
  return ok();
}

}  // namespace

Result<ForkProof> parse_fork_proof(std::string_view bytes) {
  if (bytes.size() > kMaxForkProofBytes)
    return Error{ErrorCode::kTooLarge, "fork proof: over 16 KiB"};
  ForkProof proof;
  std::string_view line;
  if (!take_line(bytes, line) || line != kHeader)
    return malformed("does not start with " + std::string(kHeader));
  if (auto taken = take_node(bytes, proof.node); !taken) return std::move(taken).error();
  const auto first = take_note(bytes);
  for (std::size_t side = 0; side < 2; ++side) {
    auto head = read_head(side == 0 ? first : bytes);
    if (!head) return std::move(head).error();
    proof.heads[side] = *std::move(head);
  }
  if (auto checked = check_heads(proof); !checked) return std::move(checked).error();
  return proof;
}

std::string format_fork_proof(const ForkProof& proof) {
  std::string out(kHeader);
  out += "\n";
  if (proof.node) {
    out += std::string(kNodePrefix) + std::to_string(proof.node->level) + " " +
           std::to_string(proof.node->index) + "\n";
    for (std::size_t side = 0; side < 2; ++side) {
      out += base64_encode(as_view(proof.node->hashes[side])) + "\n";
      for (const Hash& hash : proof.node->paths[side]) out += base64_encode(as_view(hash)) + "\n";
      out += "\n";
    }
  } else {
    out += "\n";
  }
  return out + format_note(proof.heads[0].note) + "\n" + format_note(proof.heads[1].note);
}

Result<Fork> verify_fork(const ForkProof& proof, std::span<const VerifierKey> keys) {
  if (auto checked = check_heads(proof); !checked) return std::move(checked).error();
  const std::string& origin = proof.heads[0].checkpoint.origin;
  std::vector<VerifierKey> own;
  std::copy_if(keys.begin(), keys.end(), std::back_inserter(own),
               [&](const VerifierKey& key) { return key.name() == origin; });
  Fork fork;
  for (std::size_t side = 0; side < 2; ++side) {
    // Read again from the signed bytes: a caller may have filled in a checkpoint that is not
    // theirs.
    auto head = open_checkpoint(format_note(proof.heads[side].note), origin, own);
    if (!head) return std::move(head).error();
    if (head->checkpoint.size != proof.heads[side].checkpoint.size ||
        head->checkpoint.root != proof.heads[side].checkpoint.root)
      return bad_proof("a head that its note does not tell");
    fork.heads[side] = std::move(head->checkpoint);
  }
  fork.origin = origin;
  fork.parted = fork.heads[0].size;
  if (!proof.node) return fork;
  if (auto verified = verify_node(*proof.node, proof.heads); !verified)
    return std::move(verified).error();
  fork.agreed = proof.node->index << proof.node->level;
  fork.parted = (proof.node->index + 1) << proof.node->level;
  return fork;
}

}  // namespace dure
