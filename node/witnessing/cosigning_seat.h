// SPDX-License-Identifier: Apache-2.0
// Private to cosigning: one member that is asked, and one exchange with it.
#pragma once

#include "witnessing/cosigning.h"

namespace dure::node {

struct Cosigning::Seat {
  std::string member, url;
  std::optional<VerifierKey> witness, mirror;

  // Guarded by the cosigning's mutex.
  bool busy = false;                   // a thread asks it
  std::optional<std::uint64_t> known;  // size at which the witness is, as far as we know
  std::string cosigned_text;           // what it cosigned last
  std::uint64_t cosigned_size = 0, cosigned_time = 0;
  Time refresh_at{};
  Backoff witness_backoff;
  std::optional<Error> witness_error;
  unsigned looks = 0;  // at the mirror, for this candidate
  Time look_at{};
  Backoff mirror_backoff;
  std::optional<Error> mirror_error;
  std::uint64_t mirrored_size = 0, mirrored_time = 0;

  std::unique_ptr<Source> source;  // of the thread that asks
};

/// What one exchange is about.
struct Cosigning::Job {
  SeatPointer seat;
  SignedCheckpoint head;
  std::uint64_t known = 0;
  bool witness = false, mirror = false;
};

}  // namespace dure::node
