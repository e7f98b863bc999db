// SPDX-License-Identifier: Apache-2.0
// What is known of one connection between two events. A parked connection is this and nothing else.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "http/address.h"
#include "http/head.h"
#include "http/message.h"
#include "http/transport.h"

namespace dure::node::http {

using Instant = std::chrono::steady_clock::time_point;
class StreamPlace;
inline constexpr Instant kNever = Instant::max();

enum class Phase : std::uint8_t {
  kHandshake,
  kFresh,  // nothing of the first request is here
  kIdle,   // between requests, no byte of the next one here
  kHead,   // a part of a head is here
  kBody,   // the head is here, the body not yet
  kHandling,
  kWriting,
  kLive,       // an answer without an end: in the hands of LiveStreams
  kLingering,  // refused; reading what still comes in until the client has seen why
};

/// Who is at the other end.
struct Peer {
  Address address;
  std::string text;      // `address` for people
  bool control = false;  // the control socket
  bool trusted = false;  // a proxy that may name the client
};

/// Threads: the worker that got its event; the fields marked (shared) also the timer.
struct Connection {
  Connection(Transport connected, Peer other_end)
      : transport(std::move(connected)), peer(std::move(other_end)) {}

  Transport transport;
  const Peer peer;
  // Written before epoll is armed and read after its event: what one worker did is there for the
  // next. The kernel orders the two as well, but neither the language nor the thread sanitizer
  // knows that.
  std::atomic<std::uint64_t> turns{0};
  std::atomic<Phase> phase{Phase::kIdle};  // (shared)
  std::atomic<bool> timed_out{false};      // (shared) set by the timer, which then wakes the worker
  std::atomic<Instant> deadline{kNever};   // (shared) what is meant
  std::atomic<Instant> scheduled{
      kNever};  // (shared) when the timer looks next; never after `deadline`

  // Reading.
  std::string in;
  HeadFinder finder;
  std::size_t head_size = 0,
              body_size = 0;  // of the request at the front of `in`; 0: head not complete
  std::size_t reserved = 0;   // taken from the budget for bodies
  bool continued = false;     // 100 Continue was sent

  // Writing.
  std::string out_head;
  std::shared_ptr<const std::string> out_body;   // shared with caches: sent without a copy
  std::shared_ptr<const BodyStream> out_stream;  // or this, read again for each piece
  std::shared_ptr<LiveStream> out_live;          // what follows after the head, without an end
  std::shared_ptr<StreamPlace> place;            // held for it
  std::size_t out_first = 0, out_end = 0;        // of out_body or out_stream
  std::size_t out_sent = 0;                      // of out_head
  std::size_t progress = 0;                      // bytes since the write deadline was set
  enum class Then { kKeep, kClose, kLinger } then = Then::kKeep;
  std::size_t discarded = 0;
};

}  // namespace dure::node::http
