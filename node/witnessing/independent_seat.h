// SPDX-License-Identifier: Apache-2.0
// Private to the asking of independent witnesses: one of them, and one exchange with it.
#pragma once

#include "witnessing/independent_witnesses.h"

namespace dure::node {

struct IndependentWitnesses::Seat {
  explicit Seat(IndependentWitness given) : witness(std::move(given)) {}
  /// Under which its cosignature is counted: names need not differ, keys do.
  std::string key() const { return witness.key.format(); }

  const IndependentWitness witness;

  // Guarded by the mutex.
  bool busy = false;
  std::uint64_t known = 0;    // size at which the witness is, as far as we know
  std::string cosigned_text;  // what it cosigned last
  std::uint64_t cosigned_size = 0, cosigned_time = 0;
  Time refresh_at{};
  Backoff backoff;
  std::optional<Error> error;

  std::unique_ptr<Source> source;  // of the thread that asks
};

/// What one exchange is about.
struct IndependentWitnesses::Job {
  Seat& seat;
  SignedCheckpoint head;
  std::uint64_t known = 0;
};

}  // namespace dure::node
