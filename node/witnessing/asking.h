// SPDX-License-Identifier: Apache-2.0
// One question to one witness or mirror, with everything that its answer must satisfy.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dure/merkle.h"
#include "dure/witness.h"
#include "replication/ports.h"

namespace dure::node {

/// What whoever asks for cosignatures of the own log needs. Everything pointed to must outlive it.
struct AskingPorts {
  std::string origin;                 // of the own log
  std::vector<VerifierKey> keys;      // of the own log
  OpenSource open;                    // must give up soon on who does not answer
  NodeReader node;                    // of the own log
  std::function<std::int64_t()> now;  // POSIX seconds
  std::function<std::chrono::steady_clock::time_point()> clock = [] {
    return std::chrono::steady_clock::now();
  };
  std::function<std::uint64_t()> random;  // uniform
  /// Nothing is asked while this is so (signing was stopped). May be empty.
  std::function<bool()> stopped = {};
  /// Somebody holds this to be a head of our log, and it does not fit to what we know: evidence,
  /// not verified. May be empty.
  std::function<void(const std::string& url, const std::string& note)> on_shown = {};
  std::function<void(const std::string& whom, const Error& error)> on_failure = {};  // likewise
};

/// How soon is asked again while signing is stopped.
inline constexpr std::chrono::seconds kWhileStopped{5};

/// What a cosigner says cannot be true together with what it said before, or with what we signed.
Error contradiction(const char* text, std::string detail);

/// A cosignature that verified.
struct Cosignature {
  NoteSignature line;
  std::uint64_t time = 0;  // POSIX seconds
};

/// How far ahead of ours a cosigner's clock may be.
inline constexpr std::int64_t kMostAhead = 300;

/// The cosignature of `text` among `lines` by `key`; those of others are ignored.
/// Errors: kUnknownKey (none is by that key), kBadSignature, kMalformed, kInvalid (its time lies in
/// the future).
Result<Cosignature> find_cosignature(std::string_view text, std::span<const NoteSignature> lines,
                                     const VerifierKey& key, std::int64_t now);

/// What add-checkpoint was answered with.
struct WitnessAnswer {
  bool granted = false;
  Cosignature cosignature;  // if granted
  std::uint64_t size = 0;   // if not: that of the newest head it cosigned
};
/// Where a node serves its witness, below its URL; an independent one says where by its URL alone.
inline constexpr std::string_view kWitnessPrefix = "/witness";

/// Errors: those of the source (kRefused: the witness says that the heads contradict each other),
/// of parsing and of find_cosignature.
Result<WitnessAnswer> ask_witness(Source& source, const AddCheckpoint& request,
                                  const VerifierKey& key, std::int64_t now,
                                  std::string_view prefix = kWitnessPrefix);

/// Which witness is asked about which head.
struct WitnessQuestion {
  const SignedCheckpoint& head;
  std::uint64_t known = 0;  // size at which the witness is, as far as we know
  const NodeReader& node;   // of the own log
  const VerifierKey& key;
  std::int64_t now = 0;
  std::string_view prefix = kWitnessPrefix;
};
/// What it means that a witness, `asked` from one size, tells another; an error ends the exchange.
using JudgeSize = std::function<std::optional<Error>(std::uint64_t asked, std::uint64_t told)>;

/// Asks again from the size that the witness tells, a few times at most. Errors: as ask_witness,
/// those of `judge`, kUnavailable (its size changes with every question).
Result<Cosignature> obtain_cosignature(Source& source, const WitnessQuestion& question,
                                       const JudgeSize& judge);

/// The head that this witness cosigned last, as a note; nothing in it is verified.
Result<std::string> ask_witnessed_head(Source& source, std::string_view origin,
                                       std::string_view prefix = kWitnessPrefix);

/// A head of our log that a mirror says it holds.
struct MirrorAnswer {
  SignedCheckpoint head;
  Cosignature cosignature;
};
/// Errors: kNotFound (it holds nothing yet, or has not cosigned what it serves), those of
/// open_checkpoint for our `keys`, and of find_cosignature.
Result<MirrorAnswer> ask_mirror(Source& source, std::string_view origin,
                                std::span<const VerifierKey> keys, const VerifierKey& mirror,
                                std::int64_t now);

}  // namespace dure::node
