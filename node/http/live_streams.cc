// SPDX-License-Identifier: Apache-2.0
#include "http/live_streams.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <utility>

#include "http/core.h"

namespace dure::node::http {
namespace {

using std::chrono::steady_clock;

constexpr int kPiecesAtOnce = 4;  // of one stream before others get their turn

}  // namespace

StreamPlace::~StreamPlace() {
  if (limited_) streams_.per_client_.leave(client_);
  --streams_.taken_;
}

LiveStreams::~LiveStreams() { end(); }

Status LiveStreams::start() {
  poll_.reset(epoll_create1(EPOLL_CLOEXEC));
  event_.reset(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (!poll_ || !event_ || epoll_ctl(poll_.get(), EPOLL_CTL_ADD, event_.get(), &event) != 0)
    return Error{ErrorCode::kUnavailable, "no file descriptors left for the HTTP server"};
  thread_ = std::thread([this] { run(); });
  return ok();
}

Result<std::unique_ptr<StreamPlace>> LiveStreams::enter(const Address& client, bool limited) {
  const ServerLimits& limits = core_.options.limits;
  if (++taken_ > limits.streams) {
    --taken_;
    return Error{ErrorCode::kUnavailable, "all streams of this node are in use"};
  }
  if (limited && !per_client_.enter(client, limits.streams_per_client)) {
    --taken_;
    return Error{ErrorCode::kRefused, "this address has as many streams as one may have"};
  }
  return std::make_unique<StreamPlace>(*this, client, limited);
}

void LiveStreams::adopt(Connection& connection) {
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    ended = ended_;
    if (!ended) arriving_.push_back(&connection);
  }
  if (ended) return core_.close(connection);
  wake();
}

void LiveStreams::tell() {
  if (!told_.exchange(true)) wake();
}

void LiveStreams::end() {
  ending_ = true;
  if (!thread_.joinable()) return;
  wake();
  thread_.join();
}

void LiveStreams::wake() {
  const std::uint64_t one = 1;
  // Can only fail if the counter is full, and then it wakes anyway.
  [[maybe_unused]] const auto written = ::write(event_.get(), &one, sizeof one);
}

void LiveStreams::run() {
  std::array<epoll_event, 64> events{};
  while (!ending_) {
    const Instant when = next_look();
    int timeout = -1;
    if (when != kNever) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(when - steady_clock::now());
      timeout = static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 60'000));
    }
    const int count = epoll_wait(poll_.get(), events.data(), events.size(), timeout);
    for (int i = 0; i < count; ++i) {
      const epoll_event& event = events[static_cast<std::size_t>(i)];
      if (event.data.ptr != nullptr) {
        handle(static_cast<Connection*>(event.data.ptr), event.events);
        continue;
      }
      std::uint64_t ignored = 0;
      [[maybe_unused]] const auto read = ::read(event_.get(), &ignored, sizeof ignored);
    }
    take_in();
    look(steady_clock::now());
  }
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  take_in();
  close_all();
}

void LiveStreams::take_in() {
  std::vector<Connection*> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(arriving_);
  }
  for (Connection* connection : arrived) {
    connection->turns.load(std::memory_order_acquire);
    Stream& stream = streams_[connection];
    stream.connection = connection;
    stream.awaited = EPOLLIN;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection;
    const int socket = connection->transport.fd();
    const bool watched = epoll_ctl(poll_.get(), EPOLL_CTL_ADD, socket, &event) == 0;
    if (!watched || !advance(stream)) close(connection);
  }
}

Instant LiveStreams::next_look() const {
  Instant next = told_ && !streams_.empty() ? next_round_ : kNever;
  for (const auto& [connection, stream] : streams_) next = std::min(next, stream.due);
  return next;
}

// Whoever takes nothing is let go; whoever has heard nothing for long gets a sign of life, and what
// nobody told of.
void LiveStreams::look(Instant now) {
  const bool round = now >= next_round_ && told_.exchange(false);
  if (round) next_round_ = now + core_.options.limits.stream_pause;
  std::vector<Connection*> over;
  for (auto& [connection, stream] : streams_) {
    const bool due = now >= stream.due;
    const bool writing = stream.writing;
    stream.fresh = stream.fresh || round || due;
    if (due && writing) {
      core_.counters.timed_out.fetch_add(1, std::memory_order_relaxed);
      connection->transport.forget_output();
      over.push_back(connection);
      continue;
    }
    if (due) {
      stream.out = connection->out_live->sign_of_life();
      stream.sent = 0;
    }
    if ((due || round) && !writing && !advance(stream)) over.push_back(connection);
  }
  for (Connection* connection : over) close(connection);
}

void LiveStreams::handle(Connection* connection, std::uint32_t events) {
  const auto found = streams_.find(connection);
  if (found == streams_.end()) return;
  Stream& stream = found->second;
  const bool readable = (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0;
  if ((readable && hung_up(stream)) || !advance(stream)) close(connection);
}

// What a client still sends is no request any more. One that goes on sending has not understood.
bool LiveStreams::hung_up(Stream& stream) {
  std::array<char, 1024> ignored{};
  Connection& connection = *stream.connection;
  const auto result = connection.transport.read(ignored.data(), ignored.size());
  connection.discarded += result.bytes;
  return result.status == IoStatus::kClosed || connection.discarded > ignored.size();
}

/// False: the stream is over.
bool LiveStreams::advance(Stream& stream) {
  for (int piece = 0; piece < kPiecesAtOnce; ++piece) {
    if (stream.sent == stream.out.size() && !refill(stream)) return false;
    if (stream.out.empty()) break;
    if (!send_what_is_here(stream)) return false;
    if (stream.sent < stream.out.size()) break;
  }
  return await(stream);
}

// Only when all before is sent: a slow reader holds one piece and no more.
bool LiveStreams::refill(Stream& stream) {
  stream.out.clear();
  stream.sent = 0;
  if (stream.last) {
    stream.connection->transport.finish();
    return false;
  }
  if (!stream.fresh) return true;
  // A source that throws is a bug; the client comes again and goes on where it was.
  try {
    stream.last = !stream.connection->out_live->read(stream.out);
  } catch (...) {
    core_.counters.failed.fetch_add(1, std::memory_order_relaxed);
    return false;
  }
  stream.fresh = !stream.out.empty();
  return !stream.last || !stream.out.empty();
}

bool LiveStreams::send_what_is_here(Stream& stream) {
  while (stream.sent < stream.out.size()) {
    const auto rest = std::string_view(stream.out).substr(stream.sent);
    const auto result = stream.connection->transport.write(rest, {});
    if (result.status == IoStatus::kClosed) return false;
    if (result.status != IoStatus::kDone) return true;
    stream.sent += result.bytes;
  }
  stream.due = kNever;  // set anew by await()
  return true;
}

bool LiveStreams::await(Stream& stream) {
  const ServerLimits& limits = core_.options.limits;
  // More is to be sent, if only the client takes it: a full socket may well end with a whole piece.
  const bool writing = stream.sent < stream.out.size() || stream.fresh || stream.last;
  const bool was_writing = std::exchange(stream.writing, writing);
  // Counted from when the last piece was taken whole: rounds that bring nothing are no sign of
  // life.
  if (stream.due == kNever || writing != was_writing)
    stream.due = steady_clock::now() + (writing ? limits.write_deadline : limits.stream_heartbeat);
  const std::uint32_t awaited = writing ? EPOLLIN | EPOLLOUT : EPOLLIN;
  if (awaited == stream.awaited) return true;
  stream.awaited = awaited;
  epoll_event event{};
  event.events = awaited;
  event.data.ptr = stream.connection;
  return epoll_ctl(poll_.get(), EPOLL_CTL_MOD, stream.connection->transport.fd(), &event) == 0;
}

void LiveStreams::close(Connection* connection) {
  streams_.erase(connection);
  core_.close(*connection);
}

void LiveStreams::close_all() {
  for (auto& [connection, stream] : streams_) {
    connection->transport.finish();
    core_.close(*connection);
  }
  streams_.clear();
}

}  // namespace dure::node::http
