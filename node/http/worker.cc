// SPDX-License-Identifier: Apache-2.0
#include "http/worker.h"

#include <sys/epoll.h>

#include <algorithm>
#include <span>

namespace dure::node::http {
namespace {

constexpr int kTurn = 16;                      // requests or reads before others get their turn
constexpr std::size_t kProgress = 256 * 1024;  // bytes that renew the write deadline
constexpr std::size_t kAtOnce = 1024 * 1024;   // bytes of a stream before others get their turn
constexpr std::size_t kKept = 4 * 1024;  // capacity of each buffer that an idle connection may keep
constexpr std::size_t kMostDiscarded = 4 * 1024 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

constexpr Refusal kTooManyUploads{503, "too many uploads at the same time"};

bool is_reading(const Connection& connection) {
  const auto phase = connection.phase.load(std::memory_order_relaxed);
  return phase == Phase::kFresh || phase == Phase::kIdle || phase == Phase::kHead ||
         phase == Phase::kBody;
}

}  // namespace

void Worker::run() {
  epoll_event event{};
  for (;;) {
    if (epoll_wait(core_.poll.get(), &event, 1, -1) != 1) continue;
    if (event.data.ptr == nullptr) return;
    auto& connection = *static_cast<Connection*>(event.data.ptr);
    connection.turns.load(std::memory_order_acquire);
    park(connection, advance(connection));
  }
}

Worker::Next Worker::advance(Connection& connection) {
  if (connection.timed_out.load(std::memory_order_acquire)) return time_out(connection);
  auto next = Next::kGoOn;
  switch (connection.phase.load(std::memory_order_relaxed)) {
    case Phase::kHandshake:
      next = shake_hands(connection);
      break;
    case Phase::kWriting:
      next = write(connection);
      break;
    case Phase::kLingering:
      return linger(connection);
    default:
      break;
  }
  return next == Next::kGoOn ? serve(connection) : next;
}

// Alternates between answering what is here and reading what is not.
Worker::Next Worker::serve(Connection& connection) {
  bool drained = false;
  for (int turn = 0; turn < kTurn; ++turn) {
    auto next = take_request(connection);
    if (next == Next::kAwaitRead && is_reading(connection)) {
      if (drained) return next;
      next = fill(connection, drained);
    } else if (next == Next::kGoOn) {
      next = write(connection);
    }
    if (next != Next::kGoOn) return next;
  }
  return Next::kTakeTurns;
}

Worker::Next Worker::shake_hands(Connection& connection) {
  switch (connection.transport.handshake()) {
    case IoStatus::kDone:
      return Next::kGoOn;
    case IoStatus::kWantRead:
      return Next::kAwaitRead;
    case IoStatus::kWantWrite:
      return Next::kAwaitWrite;
    case IoStatus::kClosed:
      break;
  }
  return Next::kClose;
}

// kGoOn: an answer is ready to be written. kAwaitRead: the request is not whole yet.
Worker::Next Worker::take_request(Connection& connection) {
  const auto& limits = core_.options.limits;
  if (connection.in.empty()) {
    const auto phase = connection.phase.load(std::memory_order_relaxed);
    const bool fresh = phase == Phase::kFresh || phase == Phase::kHandshake;
    enter(connection, fresh ? Phase::kFresh : Phase::kIdle, limits.idle_timeout);
    return Next::kAwaitRead;
  }
  const bool resumed = connection.head_size > 0;
  if (!resumed) {
    std::optional<Refusal> refusal;
    const HeadLimits head_limits{limits.head_bytes, limits.header_count, limits.line_bytes};
    const auto size = connection.finder.find(connection.in, head_limits, refusal);
    if (!refusal && size == 0) {
      enter(connection, Phase::kHead, limits.head_deadline);
      return Next::kAwaitRead;
    }
    if (!refusal) refusal = take_head(connection, size);
    if (refusal) return refuse(connection, *refusal);
  }
  const auto whole = connection.head_size + connection.body_size;
  if (connection.in.size() < whole) return await_body(connection);

  const std::string_view in = connection.in;
  // The head was checked when it came; this only renews the views after the body was added to it.
  if (resumed && exchange_.read_head(in.substr(0, connection.head_size))) return Next::kClose;
  enter(connection, Phase::kHandling, std::chrono::milliseconds::max());
  exchange_.answer(connection, in.substr(connection.head_size, connection.body_size));
  forget_request(connection);
  return Next::kGoOn;
}

std::optional<Refusal> Worker::take_head(Connection& connection, std::size_t size) {
  if (auto refusal = exchange_.read_head(std::string_view(connection.in).substr(0, size))) {
    return refusal;
  }
  const auto length = exchange_.head().content_length;
  if (length > core_.body_limit(connection)) return Refusal{413, "the body is too large"};
  connection.head_size = size;
  connection.body_size = static_cast<std::size_t>(length);
  // Bytes are counted when they are here, not when they are announced: announcing costs an attacker
  // nothing.
  const auto here = std::min(connection.in.size() - size, connection.body_size);
  if (here > 0 && !core_.reserve(connection, here)) return kTooManyUploads;
  return std::nullopt;
}

Worker::Next Worker::await_body(Connection& connection) {
  enter(connection, Phase::kBody, core_.options.limits.body_deadline);
  if (connection.in.size() == connection.head_size && !connection.continued) {
    connection.continued = true;
    if (!exchange_.read_head(connection.in) && exchange_.head().expects_continue &&
        !exchange_.head().http_1_0) {
      const auto result = connection.transport.write(kContinue, {});
      if (result.bytes != kContinue.size()) return Next::kClose;  // a fresh buffer takes 25 bytes
    }
  }
  return Next::kAwaitRead;
}

Worker::Next Worker::fill(Connection& connection, bool& drained) {
  const auto result = connection.transport.read(buffer_.data(), buffer_.size());
  switch (result.status) {
    case IoStatus::kWantRead:
      return Next::kAwaitRead;
    case IoStatus::kWantWrite:
      return Next::kAwaitWrite;
    case IoStatus::kClosed:
      return Next::kClose;
    case IoStatus::kDone:
      break;
  }
  // A short read has emptied the socket; under TLS more records may be waiting in memory.
  drained = !connection.transport.is_tls() && result.bytes < buffer_.size();
  connection.in.append(buffer_.data(), result.bytes);
  const bool body = connection.phase.load(std::memory_order_relaxed) == Phase::kBody;
  if (body && !core_.reserve(connection, result.bytes)) {
    return refuse(connection, kTooManyUploads);
  }
  return Next::kGoOn;
}

Worker::Next Worker::refuse(Connection& connection, const Refusal& refusal) {
  exchange_.refuse(connection, refusal);
  connection.in.clear();
  forget_request(connection);
  return write(connection);
}

void Worker::forget_request(Connection& connection) {
  const auto used = connection.head_size + connection.body_size;
  connection.in.erase(0, used);
  if (connection.in.empty() && connection.in.capacity() > kKept) {
    std::string().swap(connection.in);
  }
  connection.finder.reset();
  connection.head_size = connection.body_size = 0;
  connection.continued = false;
  core_.release(connection);
}

// What of the body is sent next: all that is left, or a piece of a stream. Nothing: it cannot be
// read any more.
std::optional<std::string_view> Worker::next_of_body(const Connection& connection) {
  const auto left = connection.out_end - connection.out_first;
  if (connection.out_body)
    return std::string_view(*connection.out_body).substr(connection.out_first, left);
  if (!connection.out_stream) return std::string_view();
  // Read anew after a partial write. Under TLS the bytes that were refused must come again, and do:
  // the place and the length are the same.
  const auto piece = std::span(buffer_).first(std::min(left, buffer_.size()));
  const auto count = connection.out_stream->read(connection.out_first, piece);
  if (count != static_cast<std::int64_t>(piece.size())) return std::nullopt;
  return std::string_view(piece.data(), piece.size());
}

Worker::Next Worker::write(Connection& connection) {
  std::size_t streamed = 0;
  for (;;) {
    const auto head = std::string_view(connection.out_head).substr(connection.out_sent);
    const auto body = next_of_body(connection);
    if (!body) return Next::kClose;
    if (head.empty() && body->empty()) return written(connection);
    const auto result = connection.transport.write(head, *body);
    if (result.status == IoStatus::kClosed) return Next::kClose;
    if (result.status != IoStatus::kDone) return await_writing(connection, result.status);
    const auto of_head = std::min(head.size(), result.bytes);
    connection.out_sent += of_head;
    connection.out_first += result.bytes - of_head;
    connection.progress += result.bytes;
    if (connection.out_stream) streamed += result.bytes;
    // The fastest reader of the largest file must not have a worker for itself.
    if (streamed >= kAtOnce && connection.out_first < connection.out_end)
      return await_writing(connection, IoStatus::kWantWrite);
  }
}

// A client that takes enough begins the phase anew: slow lines are served, stalled ones are not.
Worker::Next Worker::await_writing(Connection& connection, IoStatus wanted) {
  if (connection.progress >= kProgress) connection.phase = Phase::kHandling;
  enter(connection, Phase::kWriting, core_.options.limits.write_deadline);
  return wanted == IoStatus::kWantRead ? Next::kAwaitRead : Next::kAwaitWrite;
}

Worker::Next Worker::written(Connection& connection) {
  connection.out_head.clear();
  if (connection.out_head.capacity() > kKept) std::string().swap(connection.out_head);
  connection.out_sent = connection.out_first = connection.out_end = 0;
  connection.out_body = nullptr;
  connection.out_stream = nullptr;
  if (connection.out_live) return Next::kLive;
  if (connection.then == Connection::Then::kKeep) return Next::kGoOn;
  connection.transport.finish();
  if (connection.then == Connection::Then::kClose) return Next::kClose;
  enter(connection, Phase::kLingering, core_.options.limits.linger_deadline);
  return linger(connection);
}

Worker::Next Worker::linger(Connection& connection) {
  while (connection.discarded < kMostDiscarded) {
    const auto result = connection.transport.discard(buffer_.data(), buffer_.size());
    if (result.status == IoStatus::kClosed) return Next::kClose;
    if (result.status != IoStatus::kDone) return Next::kAwaitRead;
    connection.discarded += result.bytes;
  }
  return Next::kClose;
}

Worker::Next Worker::time_out(Connection& connection) {
  const auto phase = connection.phase.load(std::memory_order_relaxed);
  if (phase == Phase::kFresh || phase == Phase::kIdle || phase == Phase::kLingering)
    return Next::kClose;
  core_.counters.timed_out.fetch_add(1, std::memory_order_relaxed);
  if (phase == Phase::kWriting) connection.transport.forget_output();
  if (phase != Phase::kHead && phase != Phase::kBody) return Next::kClose;
  connection.timed_out = false;
  return refuse(connection, {408, "the request took too long to arrive"});
}

// The time counts from when the phase began, not from its last byte.
void Worker::enter(Connection& connection, Phase phase, std::chrono::milliseconds time) {
  if (connection.phase.exchange(phase) == phase) return;
  if (phase == Phase::kWriting) connection.progress = 0;
  core_.table.set_deadline(connection, time == std::chrono::milliseconds::max()
                                           ? kNever
                                           : std::chrono::steady_clock::now() + time);
}

void Worker::hand_over(Connection& connection) {
  enter(connection, Phase::kLive, std::chrono::milliseconds::max());
  epoll_ctl(core_.poll.get(), EPOLL_CTL_DEL, connection.transport.fd(), nullptr);
  connection.turns.fetch_add(1, std::memory_order_release);
  core_.live.adopt(connection);
}

// After arming, the connection may be in another worker's hands.
void Worker::park(Connection& connection, Next next) {
  const bool idle = connection.phase.load() == Phase::kIdle;
  if (next == Next::kClose || (idle && core_.stopping.load())) return core_.close(connection);
  if (next == Next::kLive) return hand_over(connection);
  epoll_event event{};
  event.events = EPOLLONESHOT;
  if (next != Next::kAwaitWrite) event.events |= EPOLLIN;
  if (next != Next::kAwaitRead) event.events |= EPOLLOUT;
  event.data.ptr = &connection;
  const int socket = connection.transport.fd();
  connection.turns.fetch_add(1, std::memory_order_release);
  if (epoll_ctl(core_.poll.get(), EPOLL_CTL_MOD, socket, &event) != 0) {
    core_.close(connection);
  }
}

}  // namespace dure::node::http
